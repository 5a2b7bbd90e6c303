#include <shoal/sched/policy.hpp>

namespace shoal::detail {

runnable* policy::take_just_woken(run_queues& mine) noexcept {
  runnable* r = mine.just_woken.take();
  if (r != nullptr) ++just_woken_run_;
  return r;
}

// Those who would wait for ever behind others that always have something to do.
runnable* policy::rarely(run_queues& mine, inject_queue& injected, counter& from_outside) noexcept {
  if (rare_tick_ % inject_interval == rare_interval)
    if (runnable* r = injected.pop()) return from_outside.add(), r;
  if (rare_tick_ % used_up_interval == 0)
    if (runnable* r = mine.used_up.pop()) return r;
  return mine.low.pop();
}

runnable* policy::next(run_queues& mine, inject_queue& injected, counter& from_outside) noexcept {
  ++tick_;
  if (runnable* r = mine.max.pop()) return r;
  if (runnable* r = mine.high.pop()) return r;
  ++rare_tick_;
  if (low_ones_turn()) [[unlikely]]
    if (runnable* r = rarely(mine, injected, from_outside)) return r;

  if (just_woken_run_ < just_woken_in_a_row)
    if (runnable* r = take_just_woken(mine)) return r;
  just_woken_run_ = 0;
  if (runnable* r = mine.pop_ready()) return r;
  if (runnable* r = take_just_woken(mine)) return r;

  if (runnable* r = mine.used_up.pop()) return r;
  if (runnable* r = mine.low.pop()) return r;
  if (runnable* r = injected.pop()) return from_outside.add(), r;
  return nullptr;
}

bool policy::goes_on(priority rank, const run_queues& mine, const inject_queue& injected) noexcept {
  ++tick_;
  if (!mine.max.empty() || rank == priority::max) return mine.max.empty();
  if (!mine.high.empty() || rank == priority::high) return mine.high.empty();
  if (!mine.nobody_normal() || !injected.empty()) return false;
  if (mine.low.empty()) return true;
  if (rank == priority::low) return false;
  ++rare_tick_;  // Only low ones wait: they have their share of the dispatches.
  return !low_ones_turn();
}

}  // namespace shoal::detail
