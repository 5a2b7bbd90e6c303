// include/shoal/sched/detail/run_queues.hpp — all queues of one worker. Its worker fills them; everybody may take from them.
#ifndef SHOAL_SCHED_DETAIL_RUN_QUEUES_HPP
#define SHOAL_SCHED_DETAIL_RUN_QUEUES_HPP

#include <cstdint>

#include <shoal/sched/detail/lifo_slot.hpp>
#include <shoal/sched/detail/run_list.hpp>
#include <shoal/sched/detail/run_ring.hpp>
#include <shoal/sched/runnable.hpp>

namespace shoal::detail {

using run_ring = basic_run_ring<runnable, 256>;
using lifo_slot = basic_lifo_slot<runnable>;
using run_list = basic_run_list<runnable>;

struct run_queues {
  lifo_slot just_woken;  // Woken by the process that runs now.
  run_ring ready;        // Woken, or new.
  run_list overflow;     // The end of `ready`, when that is full.
  run_list used_up;      // Had their turn and want another.
  run_list low, high, max;

  /// Whether a searcher would find anything here. `just_woken` does not count: its worker is about to run it.
  [[nodiscard]] bool nothing_to_steal() const noexcept {
    return ready.empty() && overflow.empty() && used_up.empty() && low.empty() && high.empty() && max.empty();
  }
  [[nodiscard]] bool empty() const noexcept { return just_woken.empty() && nothing_to_steal(); }

  /// About how many wait here.
  [[nodiscard]] std::uint64_t size() const noexcept {
    return std::uint64_t{!just_woken.empty()} + ready.size() + overflow.size() + used_up.size() + low.size() + high.size() +
           max.size();
  }

  /// To the end of `ready`.
  void push_ready(runnable& r) noexcept {
    if (!overflow.empty() || !ready.push(&r)) overflow.push(r);
  }

  /// The oldest of `ready`, which it refills from `overflow`. By its worker only.
  [[nodiscard]] runnable* pop_ready() noexcept {
    if (runnable* r = ready.pop()) return r;
    runnable* first = overflow.pop();
    for (int moved = 0; first != nullptr && moved < refill; ++moved) {
      runnable* r = overflow.pop();
      if (r == nullptr) break;
      if (!ready.push(r)) {  // Cannot be: the ring was empty, and nobody else fills it.
        overflow.push(*r);
        break;
      }
    }
    return first;
  }

 private:
  static constexpr int refill = 127;
};

}  // namespace shoal::detail

#endif
