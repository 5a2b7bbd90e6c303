// include/shoal/sched/scheduler.hpp — all workers of a runtime.
#ifndef SHOAL_SCHED_SCHEDULER_HPP
#define SHOAL_SCHED_SCHEDULER_HPP

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <shoal/base.hpp>
#include <shoal/fiber.hpp>

#include <shoal/sched/detail/idle.hpp>
#include <shoal/sched/detail/inject_queue.hpp>
#include <shoal/sched/detail/sysmon.hpp>
#include <shoal/sched/detail/worker.hpp>

namespace shoal::detail {

struct scheduler_options {
  unsigned workers = 0;  ///< 0: usable_cores().
  int turn_reductions = 2000;
  std::uint64_t seed = 0;
  clock* time = nullptr;  ///< Null: the real one.
  std::string name = "shoal";
  stack_guard guard = stack_guard::best;
  std::function<std::unique_ptr<worker_local>()> make_local;  ///< Called on each worker's thread.
  std::function<std::unique_ptr<poller>(clock&)> make_poller;  ///< Unset: make_futex_poller.
};

class scheduler {
 public:
  explicit scheduler(scheduler_options options);
  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;
  ~scheduler();

  /// Starts the threads. Each keeps `owner` alive until it returns.
  void start(const std::shared_ptr<void>& owner);

  /// Ends the loops and waits for the threads. False: some had not come back by `until` (they run an endless loop); those are
  /// left to themselves.
  [[nodiscard]] bool stop(instant until) noexcept;

  /// Makes `r` runnable. From any thread; on a worker of this scheduler, `r` counts as woken by the current runnable.
  void wake(runnable& r);
  /// The same for one that has never run.
  void launch(runnable& r);

  [[nodiscard]] clock& time() const noexcept { return time_; }
  [[nodiscard]] unsigned workers() const noexcept { return static_cast<unsigned>(workers_.size()); }
  [[nodiscard]] unsigned workers_asleep() const noexcept { return static_cast<unsigned>(idle_.sleepers()); }
  /// Nothing runs, could run, or will because of a timer.
  [[nodiscard]] bool is_quiet() const noexcept;
  [[nodiscard]] const worker_counters& counters(unsigned worker) const noexcept { return workers_[worker]->counters(); }
  [[nodiscard]] stack_pool& stacks() noexcept { return stacks_; }

 private:
  friend class worker;

  struct observation {
    std::uint64_t dispatches = 0;
    const runnable* overdue =
        nullptr;  // What it ran that should have ended; since when, and how long its thread had run by then.
    instant since{};
    std::chrono::nanoseconds processor_time{};
  };

  void inject(runnable& r);
  void notify() noexcept;
  [[nodiscard]] bool work_visible() const noexcept;
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(sync::acquire); }
  /// Whether waiting for work by looking is worth it: not where it would take the core from who has the work.
  [[nodiscard]] bool spins() const noexcept { return spins_; }
  void start_thread(const std::string& name, std::function<void()> body, const std::shared_ptr<void>& owner);
  void run_thread(worker& w) noexcept;
  [[nodiscard]] bool look_for_long_turns() noexcept;
  void look_for_overdue(const worker& w, observation& before) noexcept;

  clock& time_;
  const std::string name_;
  const std::vector<unsigned> cache_groups_;
  bool spins_ = false;
  const std::function<std::unique_ptr<worker_local>()> make_local_;
  stack_pool stacks_;
  inject_queue injected_;
  idle_set idle_;
  sync::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<worker>> workers_;
  sysmon monitor_;
  std::vector<observation> seen_;  // By monitor_'s thread, of each worker.

  std::mutex threads_lock_;
  std::condition_variable thread_ended_;
  unsigned threads_running_ = 0;
  std::vector<bool> ended_;
  std::vector<std::thread> threads_;
};

}  // namespace shoal::detail

#endif
