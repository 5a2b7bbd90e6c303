// include/shoal/sched/detail/lifo_slot.hpp — the one runnable a worker runs next: whoever its current process has just woken.
//
// Its message is still in this core's cache. Others may steal it, or a woken process would wait for a waker that goes on working.
//
// Who       put: the owner. take: anybody.
// Rules     R1 Only the owner fills it, and only when it is empty; every take is an exchange, so an entry leaves exactly once.
// Pairings  A  put (release) → take (acquire): the entry and everything its runnable holds.
#ifndef SHOAL_SCHED_DETAIL_LIFO_SLOT_HPP
#define SHOAL_SCHED_DETAIL_LIFO_SLOT_HPP

#include <shoal/base.hpp>

namespace shoal::detail {

template <class T>
class basic_lifo_slot {
 public:
  /// False if it is taken.
  [[nodiscard]] bool put(T* entry) noexcept {
    if (entry_.load(sync::relaxed) != nullptr) return false;
    SHOAL_DELAY_POINT("lifo: seen empty, not filled");
    entry_.store(entry, sync::release);  // R1, A
    return true;
  }
  /// The entry, or null.
  [[nodiscard]] T* take() noexcept {
    if (entry_.load(sync::relaxed) == nullptr) return nullptr;
    SHOAL_DELAY_POINT("lifo: seen filled, not taken");
    return entry_.exchange(nullptr, sync::acquire);  // R1, A
  }
  [[nodiscard]] bool empty() const noexcept { return entry_.load(sync::acquire) == nullptr; }

 private:
  alignas(cache_line) sync::atomic<T*> entry_{nullptr};
};

}  // namespace shoal::detail

#endif
