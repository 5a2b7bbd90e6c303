#include <shoal/memory/pool.hpp>

#include <new>

namespace shoal::detail {
namespace {

constexpr std::uint32_t blocks_per_batch = 64;

template <std::size_t... Class>
std::array<block_depot, heap_block> depots_for(std::index_sequence<Class...>) {
  return {block_depot{block_sizes[Class]}...};
}

}  // namespace

block_depot::block_depot(std::size_t block_bytes) noexcept
    : depot(blocks_per_batch), block_bytes_(block_bytes), pages_("messages") {}

node_batch<free_block> block_depot::make() {
  if (fresh_ == fresh_end_) {
    const std::size_t piece_bytes = next_piece(pages_.bytes_mapped());
    const std::size_t blocks = piece_bytes / block_bytes_;
    room_for(blocks_made_ + blocks);
    fresh_ = static_cast<std::byte*>(pages_.map(piece_bytes, piece_bytes));
    fresh_end_ = fresh_ + blocks * block_bytes_;
    blocks_made_ += blocks;
  }
  node_batch<free_block> batch;
  for (; fresh_ != fresh_end_ && batch.count < batch_size(); fresh_ += block_bytes_, ++batch.count)
    batch.first = ::new (fresh_) free_block{batch.first};
  return batch;
}

block_pool::block_pool() : depots_(depots_for(std::make_index_sequence<heap_block>{})) {}

void* block_pool::allocate_outside(std::uint8_t block_class) {
  const std::lock_guard hold(outside_lock_);
  return outside_.allocate(block_class);
}

void block_pool::free_outside(void* block, std::uint8_t block_class) noexcept {
  const std::lock_guard hold(outside_lock_);
  outside_.free(block, block_class);
}

}  // namespace shoal::detail
