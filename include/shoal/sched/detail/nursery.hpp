// include/shoal/sched/detail/nursery.hpp — where runnables that have never run wait when the ring is full.
//
//   front: oldest ⇄ … ⇄ youngest: back       its worker takes the youngest, thieves and every 64th taking the oldest
//
// Youngest first lets a tree of processes grow in depth, not in breadth: few of its inner nodes are alive, and hold a stack, at once.
// The oldest is the one with the largest tree still to grow: the best to steal. Taking it now and then keeps it from starving.
#ifndef SHOAL_SCHED_DETAIL_NURSERY_HPP
#define SHOAL_SCHED_DETAIL_NURSERY_HPP

#include <algorithm>
#include <cstdint>
#include <mutex>

#include <shoal/base.hpp>

namespace shoal::detail {

/// Any thread. T has the links `next` and `previous`.
template <class T>
class basic_nursery {
 public:
  void push(T& newborn) noexcept {
    const std::lock_guard hold(lock_);
    newborn.next = nullptr;
    newborn.previous = back_;
    *(back_ == nullptr ? &front_ : &back_->next) = &newborn;
    back_ = &newborn;
    size_.store(size_.load(sync::relaxed) + 1, sync::release);
  }

  /// Hands up to `most` to `accept`, for its worker. Returns how many.
  template <class Accept>
  std::uint32_t take(std::uint32_t most, Accept accept) noexcept {
    const std::lock_guard hold(lock_);
    std::uint32_t taken = 0;
    for (; taken < most && front_ != nullptr; ++taken) accept(++takings_ % oldest_interval == 0 ? pop_front() : pop_back());
    size_.store(size_.load(sync::relaxed) - taken, sync::release);
    return taken;
  }

  /// The same for a thief: the older half, and not very many.
  template <class Accept>
  std::uint32_t steal(Accept accept) noexcept {
    if (empty()) return 0;
    const std::lock_guard hold(lock_);
    const std::uint32_t size = size_.load(sync::relaxed);
    const std::uint32_t wanted = std::min(size - size / 2, stolen_at_most);
    for (std::uint32_t i = 0; i < wanted; ++i) accept(pop_front());
    size_.store(size - wanted, sync::release);
    return wanted;
  }

  [[nodiscard]] bool empty() const noexcept { return size_.load(sync::acquire) == 0; }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_.load(sync::relaxed); }

 private:
  static constexpr std::uint32_t oldest_interval = 64;  // Each begins a tree before others are done.
  static constexpr std::uint32_t stolen_at_most = 16;

  [[nodiscard]] T& pop_front() noexcept {
    T& taken = *front_;
    front_ = taken.next;
    *(front_ == nullptr ? &back_ : &front_->previous) = nullptr;
    return taken;
  }
  [[nodiscard]] T& pop_back() noexcept {
    T& taken = *back_;
    back_ = taken.previous;
    *(back_ == nullptr ? &front_ : &back_->next) = nullptr;
    return taken;
  }

  sync::spin_lock lock_;
  T* front_ = nullptr;
  T* back_ = nullptr;
  std::uint32_t takings_ = 0;
  sync::atomic<std::uint32_t> size_{0};
};

}  // namespace shoal::detail

#endif
