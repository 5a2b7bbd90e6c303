#include <shoal/process/detail/process_table.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace shoal::detail {
namespace {

constexpr std::size_t largest_limit = std::size_t{1} << 27;
constexpr std::size_t page = 4096;

constexpr std::size_t whole_pages(std::size_t bytes) { return (bytes + page - 1) / page * page; }

// Few at a time when there may only be few: what lies in a cache cannot be spawned elsewhere.
std::uint32_t batch_for(std::size_t limit, unsigned workers) {
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(limit / (std::size_t{64} * workers), 1, 64));
}

}  // namespace

process_table::process_table(core& home, std::size_t limit, unsigned workers)
    : depot(batch_for(limit, workers)),
      home_(home),
      limit_(std::min(limit, largest_limit)),
      capacity_(static_cast<std::uint32_t>(limit_ + std::size_t{2} * (workers + 1) * batch_size())) {
  const std::size_t chunks = capacity_ / per_chunk + 1;
  chunks_ = static_cast<std::byte**>(pages_.map(whole_pages(chunks * sizeof(std::byte*)), page));
}

process_table::~process_table() {
  for_each([](process& p) { p.~process(); });
}

std::byte* process_table::next_chunk() {
  constexpr std::size_t chunk_bytes = whole_pages(per_chunk * sizeof(process));
  if (static_cast<std::size_t>(fresh_end_ - fresh_) < chunk_bytes) {
    const std::size_t piece_bytes = std::max(next_piece(pages_.bytes_mapped()), chunk_bytes);
    fresh_ = static_cast<std::byte*>(pages_.map(piece_bytes, std::max(huge_page_bytes, alignof(process))));
    fresh_end_ = fresh_ + piece_bytes;
  }
  return std::exchange(fresh_, fresh_ + chunk_bytes);
}

node_batch<runnable> process_table::make() {
  const std::uint32_t first = made_.load(sync::relaxed);
  if (first == capacity_)
    throw system_limit("shoal: " + std::to_string(limit_) +
                       " processes are alive, and options.process_limit allows no more. End some, or raise the limit.");
  if (first % per_chunk == 0) {
    room_for(first + per_chunk);
    chunks_[first / per_chunk] = next_chunk();
  }
  const std::uint32_t end = std::min({capacity_, first + batch_size(), (first / per_chunk + 1) * per_chunk});
  node_batch<runnable> batch;
  for (std::uint32_t i = first; i < end; ++i, ++batch.count) {
    auto* made = ::new (static_cast<void*>(block(i))) process(home_, i);
    made->next = batch.first;
    batch.first = made;
  }
  made_.store(end, sync::release);  // F
  return batch;
}

}  // namespace shoal::detail
