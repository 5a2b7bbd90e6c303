#include <shoal/sched/scheduler.hpp>

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include <shoal/sched/topology.hpp>

namespace shoal::detail {
namespace {

// Signals meant for the program are none of a worker's business: a handler would run on a small stack.
class block_signals {
 public:
  block_signals() noexcept {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGPROF}) sigdelset(&all, fault);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  block_signals(const block_signals&) = delete;
  block_signals& operator=(const block_signals&) = delete;
  ~block_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

scheduler::scheduler(scheduler_options options)
    : time_(options.time != nullptr ? *options.time : steady_clock()),
      name_(std::move(options.name)),
      cache_groups_(cache_groups()),
      make_local_(std::move(options.make_local)),
      stacks_(options.guard),
      monitor_([this] { return look_for_long_turns(); }) {
  const unsigned cores = usable_cores();
  const unsigned count = std::min(options.workers != 0 ? options.workers : cores, workers_max);
  spins_ = count > 1 && count <= cores;
  const auto make_poller = options.make_poller ? std::move(options.make_poller) : make_futex_poller;
  random seeds(options.seed);
  for (unsigned i = 0; i < count; ++i)
    workers_.push_back(std::make_unique<worker>(*this, i, options.turn_reductions, seeds.next(), make_poller(time_)));
  seen_.resize(workers_.size());
}

scheduler::~scheduler() { SHOAL_ASSERT(threads_.empty()); }

void scheduler::start(const std::shared_ptr<void>& owner) {
  const block_signals for_new_threads;
  try {
    for (unsigned i = 0; i < workers_.size(); ++i)
      start_thread(name_.substr(0, 10) + "/" + std::to_string(i), [this, i] { run_thread(*workers_[i]); }, owner);
    // A single worker has nobody to be helped by.
    if (workers_.size() > 1) start_thread(name_.substr(0, 10) + "/mon", [this] { monitor_.run(); }, owner);
  } catch (const std::system_error& refused) {
    static_cast<void>(stop(never));  // Those that have started have nothing to do and come back.
    throw system_limit("shoal: the system refused a thread for one of " + std::to_string(workers_.size()) + " workers (" +
                       refused.what() + "). Look at ulimit -u, ulimit -v and the cgroup's pids.max, or ask for fewer workers.");
  }
}

void scheduler::start_thread(const std::string& name, std::function<void()> body, const std::shared_ptr<void>& owner) {
  const std::lock_guard hold(threads_lock_);
  const std::size_t index = threads_.size();
  ended_.resize(index + 1);
  threads_.emplace_back([this, index, body = std::move(body), owner] {
    body();
    const std::lock_guard hold_to_end(threads_lock_);
    --threads_running_;
    ended_[index] = true;
    thread_ended_.notify_all();
  });
  ++threads_running_;
  pthread_setname_np(threads_.back().native_handle(), name.c_str());  // The system takes 15 characters.
}

bool scheduler::stop(instant until) noexcept {
  stopping_.store(true, sync::seq_cst);
  for (const auto& w : workers_) w->wake();
  monitor_.stop();
  std::unique_lock hold(threads_lock_);
  while (threads_running_ != 0) {
    const auto left = until - time_.now();
    if (left <= left.zero()) break;
    thread_ended_.wait_for(hold, std::min<std::chrono::nanoseconds>(left, std::chrono::hours{1}));
  }
  const bool all = threads_running_ == 0;
  auto threads = std::exchange(threads_, {});
  auto ended = ended_;
  hold.unlock();
  for (std::size_t i = 0; i < threads.size(); ++i) ended[i] ? threads[i].join() : threads[i].detach();
  return all;
}

void scheduler::wake(runnable& r) {
  if (worker* here = current_worker(); here != nullptr && &here->owner() == this) return here->push_woken(r);
  inject(r);
}

void scheduler::launch(runnable& r) {
  if (worker* here = current_worker(); here != nullptr && &here->owner() == this) return here->push_new(r);
  inject(r);
}

void scheduler::inject(runnable& r) {
  injected_.push(r);
  notify();
}

void scheduler::notify() noexcept {
  if (const auto sleeper = idle_.notify()) workers_[*sleeper]->wake();
}

// On the monitor's thread. A worker that has dispatched nothing since the last look is in a long turn, or asleep with nothing to do.
bool scheduler::look_for_long_turns() noexcept {
  const bool some_awake = idle_.sleepers() < static_cast<int>(workers_.size());
  bool help_wanted = false;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const worker& w = *workers_[i];
    const std::uint64_t dispatches = w.counters().dispatches.read();
    if (dispatches == seen_[i].dispatches) {
      if (w.has_waiting(time_.now())) help_wanted = true;
      look_for_overdue(w, seen_[i]);
    } else {
      seen_[i] = {.dispatches = dispatches};
    }
  }
  if (help_wanted)
    if (const auto sleeper = idle_.pick()) workers_[*sleeper]->wake();
  return some_awake;
}

// Who was told to end a moment ago is perhaps about to come back. On a busy machine its thread may not even run: so processor time
// counts; and real time, for who is stuck in a system call.
void scheduler::look_for_overdue(const worker& w, observation& before) noexcept {
  constexpr std::chrono::nanoseconds computing_too_long = std::chrono::milliseconds{under_sanitizer ? 80 : 8};
  constexpr std::chrono::nanoseconds away_too_long = std::chrono::milliseconds{500};
  runnable* const r = w.current();
  if (r == nullptr || !r->overdue()) return;
  const instant now = time_.now();
  const std::chrono::nanoseconds used = w.processor_time_used();
  if (before.overdue != r) {
    before = {.dispatches = before.dispatches, .overdue = r, .since = now, .processor_time = used};
  } else if (used - before.processor_time >= computing_too_long || now - before.since >= away_too_long) {
    r->write_off();
  }
}

bool scheduler::is_quiet() const noexcept {
  const auto idle = [](const auto& w) { return w->timers_.next_due() == never; };
  return workers_asleep() == workers() && !work_visible() && std::all_of(workers_.begin(), workers_.end(), idle);
}

bool scheduler::work_visible() const noexcept {
  if (!injected_.empty()) return true;
  return std::any_of(workers_.begin(), workers_.end(), [](const auto& w) { return !w->queues_.nothing_to_steal(); });
}

}  // namespace shoal::detail
