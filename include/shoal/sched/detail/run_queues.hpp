// include/shoal/sched/detail/run_queues.hpp — all queues of one worker. Its worker fills them; everybody may take from them.
#ifndef SHOAL_SCHED_DETAIL_RUN_QUEUES_HPP
#define SHOAL_SCHED_DETAIL_RUN_QUEUES_HPP

#include <cstdint>

#include <shoal/sched/detail/lifo_slot.hpp>
#include <shoal/sched/detail/nursery.hpp>
#include <shoal/sched/detail/run_list.hpp>
#include <shoal/sched/detail/run_ring.hpp>
#include <shoal/sched/runnable.hpp>

namespace shoal::detail {

using run_ring = basic_run_ring<runnable, 256>;
using lifo_slot = basic_lifo_slot<runnable>;
using run_list = basic_run_list<runnable>;
using nursery = basic_nursery<runnable>;

struct run_queues {
  lifo_slot just_woken;  // Woken by the process that runs now.
  run_ring ready;        // Woken, or new.
  run_list overflow;     // The end of `ready`, when that is full.
  nursery newborn;       // New ones for whom `ready` had no room.
  run_list used_up;      // Had their turn and want another.
  run_list low, high, max;

  /// Whether a searcher would find anything here. `just_woken` does not count: its worker is about to run it.
  [[nodiscard]] bool nothing_to_steal() const noexcept {
    return ready.empty() && overflow.empty() && newborn.empty() && used_up.empty() && low.empty() && high.empty() &&
           max.empty();
  }
  [[nodiscard]] bool nobody_normal() const noexcept {
    return just_woken.empty() && ready.empty() && overflow.empty() && newborn.empty() && used_up.empty();
  }
  [[nodiscard]] bool empty() const noexcept { return just_woken.empty() && nothing_to_steal(); }

  /// About how many wait here.
  [[nodiscard]] std::uint64_t size() const noexcept {
    return std::uint64_t{!just_woken.empty()} + ready.size() + overflow.size() + newborn.size() + used_up.size() + low.size() +
           high.size() + max.size();
  }

  /// To the end of `ready`.
  void push_ready(runnable& r) noexcept {
    if (!overflow.empty() || !ready.push(&r)) overflow.push(r);
  }
  /// One that has never run.
  void push_new(runnable& r) noexcept {
    if (!overflow.empty() || !ready.push(&r)) newborn.push(r);
  }

  /// The next of `ready`, which it refills. By its worker only.
  [[nodiscard]] runnable* pop_ready() noexcept {
    if (runnable* r = ready.pop()) {
      // With many processes their memory is in no cache. By their turn it will be.
      if (const runnable* later = ready.peek(1)) later->prefetch();
      if (const runnable* next = ready.peek(0)) next->prefetch_stack();
      return r;
    }
    if (overflow.empty() && newborn.empty()) [[likely]]
      return nullptr;
    return refill();
  }

 private:
  static constexpr std::uint32_t refill_count = 64;

  // The ring is empty, and nobody else fills it: there is room for all.
  [[nodiscard]] runnable* refill() noexcept {
    runnable* first = nullptr;
    const auto accept = [&](runnable& r) {
      if (first == nullptr) first = &r;
      else if (!ready.push(&r)) overflow.push(r);
    };
    for (std::uint32_t i = 0; i < refill_count; ++i) {
      runnable* r = overflow.pop();
      if (r == nullptr) break;
      accept(*r);
    }
    if (first == nullptr) newborn.take(refill_count, accept);
    return first;
  }
};

}  // namespace shoal::detail

#endif
