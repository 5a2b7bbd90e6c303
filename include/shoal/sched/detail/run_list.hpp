// include/shoal/sched/detail/run_list.hpp — an unbounded queue of runnables behind a spin lock, for what is off the hot path.
#ifndef SHOAL_SCHED_DETAIL_RUN_LIST_HPP
#define SHOAL_SCHED_DETAIL_RUN_LIST_HPP

#include <cstdint>
#include <mutex>

#include <shoal/base.hpp>

namespace shoal::detail {

/// Any thread. An empty one costs its reader one load.
template <class T>
class basic_run_list {
 public:
  void push(T& entry) noexcept {
    const std::lock_guard hold(lock_);
    entries_.push_back(entry);
    size_.store(size_.load(sync::relaxed) + 1, sync::release);
  }

  /// The oldest, or null.
  [[nodiscard]] T* pop() noexcept {
    if (empty()) return nullptr;
    const std::lock_guard hold(lock_);
    T* taken = entries_.pop_front();
    if (taken != nullptr) size_.store(size_.load(sync::relaxed) - 1, sync::release);
    return taken;
  }

  /// Moves the older half (rounded up) to `thief` and returns how many.
  std::uint32_t steal_half(basic_run_list& thief) noexcept {
    if (empty()) return 0;
    fifo<T> taken;
    std::uint32_t count = 0;
    {
      const std::lock_guard hold(lock_);
      const std::uint32_t size = size_.load(sync::relaxed);
      for (; count < size - size / 2; ++count) taken.push_back(*entries_.pop_front());
      size_.store(size - count, sync::release);
    }
    if (count != 0) {
      const std::lock_guard hold(thief.lock_);
      thief.entries_.append(taken);
      thief.size_.store(thief.size_.load(sync::relaxed) + count, sync::release);
    }
    return count;
  }

  [[nodiscard]] bool empty() const noexcept { return size_.load(sync::acquire) == 0; }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_.load(sync::relaxed); }

 private:
  sync::spin_lock lock_;
  fifo<T> entries_;
  sync::atomic<std::uint32_t> size_{0};
};

}  // namespace shoal::detail

#endif
