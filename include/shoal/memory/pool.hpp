// include/shoal/memory/pool.hpp — nodes of one size, recycled without a lock on the usual path.
//
//   worker's cache:  loaded (up to a batch) + spare (a full batch or nothing)
//        ⇅ a whole batch at a time
//   depot:           the batches nobody has loaded, and behind them fresh memory
//
// Who       cache: one thread. depot: any thread.
// Rules     R1 A node is in one place: in use, in one cache, or in one batch of the depot.
//           R2 Nodes have no home: whoever frees one keeps it. A receiver that frees what others allocated hands them back through
//              the depot, one lock for a whole batch.
// Pairings  The depot's lock orders what one thread wrote into a node before another thread reuses it.
#ifndef SHOAL_MEMORY_POOL_HPP
#define SHOAL_MEMORY_POOL_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include <shoal/base.hpp>
#include <shoal/memory/page_slab.hpp>

namespace shoal::detail {

/// A chain of free nodes, linked by `next`.
template <class Node>
struct node_batch {
  Node* first = nullptr;
  std::uint32_t count = 0;
};

/// Where the caches of one kind of node meet. Any thread.
template <class Node>
class depot {
 public:
  explicit depot(std::uint32_t batch_size) noexcept : batch_size_(batch_size) {}
  depot(const depot&) = delete;
  depot& operator=(const depot&) = delete;
  virtual ~depot() = default;

  /// How many nodes travel together.
  [[nodiscard]] std::uint32_t batch_size() const noexcept { return batch_size_; }

  /// A batch of free nodes, fresh ones if there are no others. Throws system_limit.
  [[nodiscard]] node_batch<Node> take() {
    const std::lock_guard hold(lock_);
    if (batches_.empty()) return make();
    const node_batch<Node> taken = batches_.back();
    batches_.pop_back();
    return taken;
  }

  /// Takes a batch back. Cannot fail: make() saw to the room.
  void give(node_batch<Node> batch) noexcept {
    if (batch.count == 0) return;
    const std::lock_guard hold(lock_);
    batches_.push_back(batch);
  }

 protected:
  /// Fresh nodes, at least one. Called with the lock held. Calls room_for() first.
  virtual node_batch<Node> make() = 0;

  /// Makes sure that `nodes` nodes can all come back: in full batches, but for the last two of each cache.
  void room_for(std::size_t nodes) { batches_.reserve(nodes / batch_size_ * 2 + partial_batches_max); }

 private:
  static constexpr std::size_t partial_batches_max = 2048;

  const std::uint32_t batch_size_;
  sync::spin_lock lock_;
  std::vector<node_batch<Node>> batches_;
};

/// One thread's nodes.
template <class Node>
class node_cache {
 public:
  [[nodiscard]] Node* take(depot<Node>& behind) {
    if (loaded_.count == 0) [[unlikely]]
      refill(behind);
    Node* taken = loaded_.first;
    loaded_.first = taken->next;
    --loaded_.count;
    return taken;
  }

  void give(depot<Node>& behind, Node& node) noexcept {
    if (loaded_.count >= behind.batch_size()) [[unlikely]]
      make_room(behind);
    node.next = loaded_.first;
    loaded_.first = &node;
    ++loaded_.count;
  }

  /// Gives everything back, at the thread's end.
  void flush(depot<Node>& behind) noexcept {
    behind.give(std::exchange(loaded_, {}));
    behind.give(std::exchange(spare_, {}));
  }

 private:
  SHOAL_COLD void refill(depot<Node>& behind) { loaded_ = spare_.count != 0 ? std::exchange(spare_, {}) : behind.take(); }
  SHOAL_COLD void make_room(depot<Node>& behind) noexcept {
    if (spare_.count != 0) behind.give(spare_);
    spare_ = std::exchange(loaded_, {});
  }

  node_batch<Node> loaded_;
  node_batch<Node> spare_;
};

/// What a free block looks like.
struct free_block {
  free_block* next;
};

/// Blocks of one size, cut from mapped pages.
class block_depot final : public depot<free_block> {
 public:
  explicit block_depot(std::size_t block_bytes) noexcept;

 private:
  node_batch<free_block> make() override;

  const std::size_t block_bytes_;
  page_slab pages_;
  std::byte* fresh_ = nullptr;  // Mapped, never used.
  std::byte* fresh_end_ = nullptr;
  std::size_t blocks_made_ = 0;
};

/// Block sizes: steps of 64 bytes up to 512, then two to each doubling, up to 4096. Larger ones are the C++ heap's.
inline constexpr std::array<std::uint16_t, 14> block_sizes{64,  128, 192,  256,  320,  384,  448,
                                                           512, 768, 1024, 1536, 2048, 3072, 4096};
inline constexpr std::uint8_t heap_block = block_sizes.size();  ///< The "class" of blocks too large for the pool.

/// The class whose blocks hold `bytes`, or heap_block.
[[nodiscard]] constexpr std::uint8_t block_class(std::size_t bytes) noexcept {
  if (bytes <= 512) return static_cast<std::uint8_t>(bytes == 0 ? 0 : (bytes - 1) / 64);
  std::uint8_t found = 8;
  while (found < heap_block && block_sizes[found] < bytes) ++found;
  return found;
}

/// The blocks of a runtime.
class block_pool {
 public:
  block_pool();

  /// One thread's share of a block_pool. A thread without one (not a worker) goes to block_pool::outside().
  class cache {
   public:
    explicit cache(block_pool& pool) noexcept : pool_(pool) {}
    cache(const cache&) = delete;
    cache& operator=(const cache&) = delete;
    ~cache() {
      for (std::uint8_t c = 0; c < heap_block; ++c) caches_[c].flush(pool_.depot_of(c));
    }

    /// A block of that class, 64-byte aligned. Throws system_limit.
    [[nodiscard]] void* allocate(std::uint8_t block_class) { return caches_[block_class].take(pool_.depot_of(block_class)); }
    void free(void* block, std::uint8_t block_class) noexcept {
      caches_[block_class].give(pool_.depot_of(block_class), *static_cast<free_block*>(block));
    }

   private:
    block_pool& pool_;
    std::array<node_cache<free_block>, heap_block> caches_;
  };

  /// For threads that are no workers: a cache behind a lock.
  [[nodiscard]] void* allocate_outside(std::uint8_t block_class);
  void free_outside(void* block, std::uint8_t block_class) noexcept;

 private:
  [[nodiscard]] block_depot& depot_of(std::uint8_t block_class) noexcept { return depots_[block_class]; }

  std::array<block_depot, heap_block> depots_;
  sync::spin_lock outside_lock_;
  cache outside_{*this};
};

}  // namespace shoal::detail

#endif
