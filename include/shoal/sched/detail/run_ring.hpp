// include/shoal/sched/detail/run_ring.hpp — a worker's ring of runnables: it pushes and pops, others steal half.
//
//   head_ → [oldest] ... [newest] ← tail_          indices only grow; a slot is index % size
//
// Who       push, pop, and the target of steal_half: the owner. The source of steal_half: any other worker.
// Rules     R1 Only the owner moves tail_. head_ moves by compare-and-swap alone, so each entry leaves exactly once.
//           R2 A slot is rewritten only after head_ has passed it, and a thief that read it before loses its compare-and-swap.
// Pairings  A  push (release tail_) → steal_half (acquire tail_): the entry and everything its runnable holds.
//           B  pop, steal_half (release head_) → push (acquire head_): the reader has done with the slot it may rewrite.
#ifndef SHOAL_SCHED_DETAIL_RUN_RING_HPP
#define SHOAL_SCHED_DETAIL_RUN_RING_HPP

#include <array>
#include <cstdint>

#include <shoal/base.hpp>

namespace shoal::detail {

template <class T, std::uint32_t Size>
class basic_run_ring {
  static_assert((Size & (Size - 1)) == 0, "indices wrap, so the size is a power of two");

 public:
  /// False if it is full.
  [[nodiscard]] bool push(T* entry) noexcept {
    const std::uint32_t tail = tail_.load(sync::relaxed);      // R1: mine.
    if (tail - head_.load(sync::acquire) == Size) return false;  // B
    slot(tail).store(entry, sync::relaxed);
    SHOAL_DELAY_POINT("ring: slot written, tail not moved");
    tail_.store(tail + 1, sync::release);  // A
    return true;
  }

  /// The oldest, or null.
  [[nodiscard]] T* pop() noexcept {
    std::uint32_t head = head_.load(sync::relaxed);
    const std::uint32_t tail = tail_.load(sync::relaxed);  // R1: mine.
    while (head != tail) {
      T* entry = slot(head).load(sync::relaxed);
      SHOAL_DELAY_POINT("ring: slot read, head not moved");
      if (head_.compare_exchange_weak(head, head + 1, sync::acq_rel, sync::relaxed)) return entry;  // R1, B
    }
    return nullptr;
  }

  /// What would be popped after `ahead` others: a guess, for prefetching. By the owner.
  [[nodiscard]] T* peek(std::uint32_t ahead) noexcept {
    const std::uint32_t head = head_.load(sync::relaxed);
    return tail_.load(sync::relaxed) - head > ahead ? slot(head + ahead).load(sync::relaxed) : nullptr;
  }

  /// Takes the older half of `victim` (rounded up): returns the oldest, the rest goes into this ring, which must be empty.
  [[nodiscard]] T* steal_half(basic_run_ring& victim, std::uint32_t& stolen) noexcept {
    const std::uint32_t mine = tail_.load(sync::relaxed);
    static_cast<void>(head_.load(sync::acquire));  // B: who emptied this ring has read the slots about to be filled.
    for (;;) {
      std::uint32_t head = victim.head_.load(sync::acquire);
      const std::uint32_t size = victim.tail_.load(sync::acquire) - head;  // A
      if (size == 0) return nullptr;
      if (size > Size) continue;  // head was read before others moved it on: not a true picture.
      const std::uint32_t half = size - size / 2;
      T* oldest = victim.slot(head).load(sync::relaxed);
      for (std::uint32_t i = 1; i < half; ++i)
        slot(mine + i - 1).store(victim.slot(head + i).load(sync::relaxed), sync::relaxed);
      SHOAL_DELAY_POINT("ring: half copied, head not moved");
      if (!victim.head_.compare_exchange_strong(head, head + half, sync::acq_rel, sync::relaxed)) continue;  // R1, R2, B
      tail_.store(mine + half - 1, sync::release);  // A
      stolen = half;
      return oldest;
    }
  }

  /// About how many; exact for nobody but the owner.
  [[nodiscard]] std::uint32_t size() const noexcept { return tail_.load(sync::acquire) - head_.load(sync::acquire); }
  [[nodiscard]] bool empty() const noexcept { return head_.load(sync::acquire) == tail_.load(sync::acquire); }

 private:
  [[nodiscard]] sync::atomic<T*>& slot(std::uint32_t index) noexcept { return slots_[index % Size]; }

  alignas(cache_line) sync::atomic<std::uint32_t> head_{0};  // Shared: the owner and thieves move it.
  alignas(cache_line) sync::atomic<std::uint32_t> tail_{0};  // The owner writes, thieves read.
  std::array<sync::atomic<T*>, Size> slots_{};
};

}  // namespace shoal::detail

#endif
