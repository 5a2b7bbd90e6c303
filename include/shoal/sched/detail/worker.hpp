// include/shoal/sched/detail/worker.hpp — one scheduler thread: its queues, its timers, its stacks, and the loop over them.
//
//   fiber A suspends → pick the next (policy) → switch to it → it carries out what A left in `after_`, and goes on
//   nobody to run → to the worker's own stack → search the others → announce, look once more → sleep (poller) → ...
//
// Two-phase park: a fiber that waits never says so itself. It leaves a commit in `after_` and suspends; whatever runs next on this
// worker, the next fiber or the worker's own loop, begins by running that commit: A's registers are saved by then. The commit
// publishes "may be woken" — or finds that the wake-up came first, and A is runnable again. So nobody can resume a fiber that is
// still running.
#ifndef SHOAL_SCHED_DETAIL_WORKER_HPP
#define SHOAL_SCHED_DETAIL_WORKER_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <shoal/sched/detail/run_queues.hpp>
#include <shoal/sched/policy.hpp>
#include <shoal/sched/poller.hpp>
#include <shoal/sched/runnable.hpp>
#include <shoal/sched/timer_wheel.hpp>

namespace shoal::detail {

class scheduler;

/// What the floor above keeps for each worker.
class worker_local {
 public:
  virtual ~worker_local() = default;
  /// Timers have fired on this worker; their wheel's lock is free again. Perhaps in the middle of a switch: no code of users.
  virtual void timers_fired() noexcept {}
  /// On the worker's own stack, between two turns.
  virtual void between_turns() noexcept {}
};

class worker final : public carrier {
 public:
  /// Carried out after `r` has suspended, by what runs next here. True: `r` is not this worker's any more (parked, queued,
  /// ended). False: it is runnable at once.
  using commit = bool (*)(worker& here, runnable& r) noexcept;

  worker(scheduler& owner, unsigned index, int turn_reductions, std::uint64_t seed, std::unique_ptr<poller> sleeper);
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  /// The thread's main function: returns when the scheduler stops.
  void loop() noexcept;

  // --- On this worker's thread, by the code of the runnable it runs --------------------------------------------------

  [[nodiscard]] runnable* current() const noexcept { return current_.load(sync::relaxed); }
  [[nodiscard]] scheduler& owner() const noexcept { return owner_; }
  /// Its number among the scheduler's workers, from 0 on.
  [[nodiscard]] unsigned index() const noexcept { return index_; }
  [[nodiscard]] worker_local* local() const noexcept { return local_.get(); }
  [[nodiscard]] timer_wheel& timers() noexcept { return timers_; }

  /// Counts work.
  void charge(int reductions) noexcept { reductions_left_ -= reductions; }
  /// The turn is used up: call turn_over() before more work begins.
  [[nodiscard]] bool turn_used_up() const noexcept { return reductions_left_ <= 0; }

  /// Suspends the current runnable, and gives control to the next. Static, because it may return on another worker.
  static void suspend(worker& here, commit then) noexcept {
    runnable& self = *here.current();
    here.after_ = then;
    here.end_turn();
    runnable* next = here.next_of_mine();
    if (next != nullptr && here.ready_to_run(*next)) [[likely]] {
      here.begin_turn(*next);
      settle(self.suspend_to(here, *next));
    } else {
      settle(self.suspend(here));
    }
  }
  /// Ends the turn: others go first if there are any, else a new turn begins at once.
  static void turn_over(worker& here) noexcept;
  /// Lets others go first.
  static void yield(worker& here) noexcept;
  /// The current runnable needs its stack no more. `then` is carried out when that is gone; when it is made runnable again it
  /// begins anew.
  [[noreturn]] static void shed_stack(worker& here, commit then) noexcept;
  /// The current runnable has nothing more to do.
  [[noreturn]] static void end(worker& here) noexcept;

  /// `r` was woken by the current runnable, or is new. From this thread only.
  void push_woken(runnable& r) noexcept;
  void push_new(runnable& r) noexcept;

  /// Reductions of the current turn so far, or since they were counted.
  [[nodiscard]] int reductions_of_turn() const noexcept { return turn_reductions_ - reductions_left_; }
  /// Adds them to those of the current runnable.
  void count_turn_so_far() noexcept {
    end_turn();
    turn_reductions_ = reductions_left_;
  }

  /// The first thing a fiber does when it gets control: carries out the commit of the one before it, if that came straight here.
  static void settle(carrier& on) noexcept {
    auto& here = static_cast<worker&>(on);
    if (fiber* before = here.departed()) here.carry_out(static_cast<runnable&>(*before));
  }

  // --- From anywhere -------------------------------------------------------------------------------------------------

  void wake() noexcept { sleeper_->wake(); }
  /// Whether something waits here, in a queue or for a timer that should have fired.
  [[nodiscard]] bool has_waiting(instant now) const noexcept { return !queues_.empty() || timers_.next_due() <= now; }
  [[nodiscard]] const worker_counters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::chrono::nanoseconds processor_time_used() const noexcept { return processor_time_.used(); }

 private:
  friend class scheduler;

  void begin_turn(runnable& r) noexcept {
    current_.store(&r, sync::relaxed);
    r.set_waits_for(wait_reason::none);
    counters_.dispatches.add();
    turn_used_up_ = false;
    turn_reductions_ = reductions_left_ = policy_.turn_reductions();
  }
  void end_turn() noexcept { current()->reductions_.add(static_cast<std::uint64_t>(reductions_of_turn())); }
  void carry_out(runnable& before) noexcept {
    if (checks_stacks()) [[unlikely]]
      check_stack(before);
    if (!after_(*this, before)) [[unlikely]]
      push_woken(before);
  }

  /// True: it has a stack. False: none could be had; it has been told.
  [[nodiscard]] bool ready_to_run(runnable& r) noexcept { return r.started() || attach_stack(r); }
  [[nodiscard]] bool attach_stack(runnable& r) noexcept;
  [[nodiscard]] bool checks_stacks() const noexcept { return stack_pool_.some_unguarded(); }
  static void check_stack(const runnable& r) noexcept;
  static void let_others(worker& here, wait_reason why) noexcept;
  static bool requeue(worker& here, runnable& r) noexcept;
  static bool retire(worker& here, runnable& r) noexcept;
  static bool shed(worker& here, runnable& r) noexcept;
  [[noreturn]] static void leave(worker& here) noexcept;
  void take_stack_from(runnable& r) noexcept;

  [[nodiscard]] runnable* next() noexcept;
  [[nodiscard]] runnable* next_of_mine() noexcept;
  [[nodiscard]] runnable* wait_for_work() noexcept;
  [[nodiscard]] runnable* search(int fruitless) noexcept;
  void glance() noexcept;
  [[nodiscard]] runnable* search_near(unsigned first, bool same_cache) noexcept;
  [[nodiscard]] runnable* steal_from(worker& victim) noexcept;
  [[nodiscard]] runnable* steal_newborn(run_queues& theirs, std::uint32_t& count) noexcept;
  [[nodiscard]] bool spin(int fruitless) noexcept;
  [[nodiscard]] bool sleep() noexcept;
  void await_token() noexcept;
  void fire_timers(timer_wheel& wheel) noexcept;
  void push_ranked(runnable& r) noexcept;
  void notify() noexcept;

  // Immutable.
  scheduler& owner_;
  const stack_pool& stack_pool_;
  const unsigned index_;
  // Owner only.
  sync::atomic<runnable*> current_{nullptr};  // Atomic for the monitor only.
  commit after_ = nullptr;
  commit after_shedding_ = nullptr;
  int reductions_left_ = 0;
  int turn_reductions_ = 0;
  bool turn_used_up_ = false;
  instant awake_since_{};
  policy policy_;
  struct glimpse {
    std::uint64_t waited;
    std::uint64_t dispatches;
  };
  std::vector<glimpse> glances_;  // Of each worker, at the beginning of a search.
  std::unique_ptr<worker_local> local_;
  std::unique_ptr<stack_cache> stacks_;
  // Shared: written here, read by others.
  worker_counters counters_;
  sync::atomic<unsigned> cpu_{0};
  processor_time processor_time_;
  // Shared.
  std::unique_ptr<poller> sleeper_;
  timer_wheel timers_;
  run_queues queues_;
};

/// The worker whose thread this is, or null. Never keep it across a switch: ask again.
[[nodiscard]] SHOAL_NOINLINE worker* current_worker() noexcept;

}  // namespace shoal::detail

#endif
