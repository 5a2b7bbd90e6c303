// include/shoal/sched/policy.hpp — who runs next, for how long, and whom to rob. Every such choice of a worker is made here.
#ifndef SHOAL_SCHED_POLICY_HPP
#define SHOAL_SCHED_POLICY_HPP

#include <algorithm>
#include <cstdint>

#include <shoal/base.hpp>

#include <shoal/sched/detail/inject_queue.hpp>
#include <shoal/sched/detail/run_queues.hpp>

namespace shoal::detail {

/// One worker's. Called by its worker only. Why this order and these numbers: docs/internals/scheduler.md.
class policy {
 public:
  policy(int turn_reductions, std::uint64_t seed) noexcept : turn_reductions_(turn_reductions), chance_(seed) {}

  /// Who runs next, or null if this worker's queues and `injected` hold nobody. `from_outside` counts what came from there.
  [[nodiscard]] runnable* next(run_queues& mine, inject_queue& injected, counter& from_outside) noexcept;

  /// Whether one of that rank that gives up its turn gets the next one, too: nobody else has a better claim.
  [[nodiscard]] bool goes_on(priority rank, const run_queues& mine, const inject_queue& injected) noexcept;

  /// How much work a turn may do.
  [[nodiscard]] int turn_reductions() const noexcept { return turn_reductions_; }

  /// Whether to look at the clock before this dispatch. A turn used up took long enough for timers to be due.
  [[nodiscard]] bool look_at_clock(bool turn_used_up) const noexcept { return turn_used_up || tick_ % clock_interval == 0; }

  /// Where among `count` victims a search begins.
  [[nodiscard]] unsigned first_victim(unsigned count) noexcept { return chance_.below(count); }

  /// A victim that in `patience` pauses serves as many as waited when it was first looked at keeps up: what would be stolen from
  /// it is done sooner where it is, and its memory stays in one cache. `fruitless`: searches so far that found nothing.
  [[nodiscard]] static constexpr int patience(int fruitless) noexcept { return shortest_patience << std::min(fruitless, 3); }
  [[nodiscard]] static constexpr bool keeps_up(std::uint64_t waited, std::uint64_t served) noexcept { return served >= waited; }

  /// After so many fruitless searches in the face of work, a searcher looks only now and then.
  [[nodiscard]] static constexpr bool time_to_nap(int fruitless) noexcept { return fruitless > searches_without_nap; }
  [[nodiscard]] static constexpr std::chrono::nanoseconds nap() noexcept { return std::chrono::microseconds{50}; }

  /// How long the last searcher waits for work before it sleeps, in looks at the queues.
  [[nodiscard]] static constexpr int spins() noexcept { return spin_looks; }

 private:
  // Powers of two, and at different ticks: each dispatch pays for one look at `tick_`.
  static constexpr std::uint32_t rare_interval = 8;
  static constexpr std::uint32_t inject_interval = 64;  // Else a busy worker would never look outside.
  static constexpr std::uint32_t used_up_interval = 64;  // Else those who are woken all the time would starve the rest.
  static constexpr std::uint32_t clock_interval = 16;
  static constexpr int just_woken_in_a_row = 3;  // Else two processes that wake each other would keep the worker.
  static constexpr int shortest_patience = 100;  // 2 or 3 µs.
  static constexpr int searches_without_nap = 200;  // About 4 ms.
  static constexpr int spin_looks = 40;

  [[nodiscard]] runnable* take_just_woken(run_queues& mine) noexcept;
  [[nodiscard]] bool low_ones_turn() const noexcept { return rare_tick_ % rare_interval == 0; }
  [[nodiscard]] runnable* rarely(run_queues& mine, inject_queue& injected, counter& from_outside) noexcept;

  const int turn_reductions_;
  std::uint32_t tick_ = 0;
  std::uint32_t rare_tick_ = 0;  // Counts dispatches below `high` only: else who is high could meet every rare one.
  int just_woken_run_ = 0;
  random chance_;
};

}  // namespace shoal::detail

#endif
