// include/shoal/process/detail/process_table.hpp — all control blocks of a runtime, found by index; the free ones wait here.
//
//   chunks_[index / 1024] → 1024 control blocks in a row (eight such rows to a piece of memory), made as they are needed, never unmade while the runtime lives
//
// Who       find, for_each: any thread. take and give (of depot): any thread, through the workers' caches.
// Rules     R1 A block below made_ is constructed and stays so.
// Pairings  F  made_ (release) → find (acquire): the constructed block and its chunk.
#ifndef SHOAL_PROCESS_DETAIL_PROCESS_TABLE_HPP
#define SHOAL_PROCESS_DETAIL_PROCESS_TABLE_HPP

#include <cstdint>

#include <shoal/base.hpp>
#include <shoal/memory.hpp>

#include <shoal/process/detail/process.hpp>

namespace shoal::detail {

class process_table final : public depot<runnable> {
 public:
  /// So many processes can live whatever the caches of `workers` threads hold back.
  process_table(core& home, std::size_t limit, unsigned workers);
  ~process_table() override;

  /// The block that once was `p`'s, or null if there never was one.
  [[nodiscard]] process* find(std::uint32_t index) const noexcept {
    if (index >= made_.load(sync::acquire)) return nullptr;  // F
    return block(index);
  }

  template <class F>
  void for_each(F f) const {
    const std::uint32_t made = made_.load(sync::acquire);
    for (std::uint32_t i = 0; i < made; ++i) f(*block(i));
  }

  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

 private:
  static constexpr std::uint32_t per_chunk = 1024;

  node_batch<runnable> make() override;
  [[nodiscard]] std::byte* next_chunk();
  [[nodiscard]] process* block(std::uint32_t index) const noexcept {
    return reinterpret_cast<process*>(chunks_[index / per_chunk]) + index % per_chunk;
  }

  core& home_;
  const std::size_t limit_;
  const std::uint32_t capacity_;  // limit_ and what caches may hold back.
  page_slab pages_{"processes"};
  std::byte** chunks_;
  std::byte* fresh_ = nullptr;  // Mapped, no chunk yet.
  std::byte* fresh_end_ = nullptr;
  sync::atomic<std::uint32_t> made_{0};
};

}  // namespace shoal::detail

#endif
