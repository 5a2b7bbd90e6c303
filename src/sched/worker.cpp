#include <shoal/sched/detail/worker.hpp>

#include <shoal/sched/scheduler.hpp>
#include <shoal/sched/topology.hpp>

namespace shoal::detail {
namespace {

// One of the few thread-locals of the library; see docs/internals/fibers.md for why so few.
[[gnu::tls_model("initial-exec")]] constinit thread_local worker* this_threads_worker = nullptr;

}  // namespace

worker* current_worker() noexcept {
  worker* here = this_threads_worker;
  asm volatile("" : "+r"(here) : : "memory");  // Else compilers prove it constant and keep it across a switch.
  return here;
}

worker::worker(scheduler& owner, unsigned index, int turn_reductions, std::uint64_t seed, std::unique_ptr<poller> sleeper)
    : owner_(owner),
      stack_pool_(owner.stacks()),
      index_(index),
      policy_(turn_reductions, seed),
      sleeper_(std::move(sleeper)),
      timers_(owner.time().now()) {}

void scheduler::run_thread(worker& w) noexcept {
  this_threads_worker = &w;
  w.adopt_thread();
  w.stacks_ = std::make_unique<stack_cache>(stacks_);
  if (make_local_) w.local_ = make_local_();
  w.loop();
  w.local_.reset();
  w.stacks_.reset();
  this_threads_worker = nullptr;
}

void runnable::main(carrier& here) noexcept {
  worker::settle(here);
  body();
}

void worker::loop() noexcept {
  owner_.monitor_.note_awake();
  awake_since_ = owner_.time().now();
  cpu_.store(current_cpu(), sync::relaxed);
  while (runnable* r = next()) {
    if (!ready_to_run(*r)) continue;
    begin_turn(*r);
    run(*r);
    current_ = nullptr;
    carry_out(static_cast<runnable&>(*departed()));  // Perhaps another one than r.
  }
}

// --- Running ---------------------------------------------------------------------------------------------------------

bool worker::attach_stack(runnable& r) noexcept {
  try {
    const stack on = stacks_->take(r.stack_class_);
    r.stack_top_ = on.top;
    r.start(on);
    return true;
  } catch (const std::exception& refused) {
    r.could_not_start(refused.what());
    return false;
  }
}

void worker::check_stack(const runnable& r) noexcept {
  const stack on{r.stack_top_, r.stack_class_};
  if (on.too_deep(r.stack_pointer())) unguarded_overflow(on);
}

void worker::turn_over(worker& here) noexcept {
  here.counters_.turns_used_up.add();
  here.turn_used_up_ = true;
  if (here.timers_.next_due() != never) here.fire_timers(here.timers_);
  if (here.queues_.empty() && here.owner_.injected_.empty() && !here.owner_.stopping()) {
    here.end_turn();
    here.turn_reductions_ = here.reductions_left_ = here.policy_.turn_reductions();
    return;
  }
  here.current_->set_waits_for(wait_reason::turn_used_up);
  suspend(here, &requeue);
}

void worker::yield(worker& here) noexcept {
  here.current_->set_waits_for(wait_reason::yield);
  suspend(here, &requeue);
}

void worker::end(worker& here) noexcept {
  runnable& self = *here.current_;
  here.after_ = &retire;
  here.end_turn();
  runnable* next = here.next_of_mine();
  if (next == nullptr || !here.ready_to_run(*next)) self.end(here);
  here.begin_turn(*next);
  self.end_to(here, *next);
}

bool worker::requeue(worker& here, runnable& r) noexcept {
  if (r.rank() == priority::normal) here.queues_.used_up.push(r);
  else here.push_ranked(r);
  return true;
}

bool worker::retire(worker& here, runnable& r) noexcept {
  here.stacks_->give({r.stack_top_, r.stack_class_});
  r.stack_top_ = nullptr;
  r.reset();
  r.ended();
  return true;
}

// --- Making runnable -------------------------------------------------------------------------------------------------

void worker::push_woken(runnable& r) noexcept {
  if (r.rank() != priority::normal) {
    push_ranked(r);
    return notify();
  }
  if (current_ != nullptr && queues_.just_woken.put(&r)) return;  // No wake-up: it runs here next.
  queues_.push_ready(r);
  notify();
}

void worker::push_new(runnable& r) noexcept {
  if (r.rank() == priority::normal) queues_.push_new(r);
  else push_ranked(r);
  notify();
}

void worker::push_ranked(runnable& r) noexcept {
  switch (r.rank()) {
    case priority::low: return queues_.low.push(r);
    case priority::normal: return queues_.push_ready(r);
    case priority::high: return queues_.high.push(r);
    case priority::max: return queues_.max.push(r);
  }
}

void worker::notify() noexcept {
  if (const auto sleeper = owner_.idle_.notify()) {
    counters_.wakes.add();
    owner_.workers_[*sleeper]->wake();
  }
}

void worker::fire_timers(timer_wheel& wheel) noexcept {
  fifo<runnable> woken;
  counters_.timers_fired.add(wheel.fire_expired(owner_.time().now(), woken));
  while (runnable* r = woken.pop_front()) {
    push_ranked(*r);
    notify();
  }
}

// --- Finding work ----------------------------------------------------------------------------------------------------

runnable* worker::next() noexcept {
  if (runnable* r = next_of_mine()) return r;
  return wait_for_work();
}

runnable* worker::next_of_mine() noexcept {
  if (owner_.stopping()) return nullptr;
  if (timers_.next_due() != never && policy_.look_at_clock(turn_used_up_)) fire_timers(timers_);
  return policy_.next(queues_, owner_.injected_, counters_.injected);
}

// Null: the scheduler stops. The protocol's rules are in idle.hpp.
runnable* worker::wait_for_work() noexcept {
  idle_set& idle = owner_.idle_;
  bool searching = idle.try_start_search(owner_.workers());
  while (!owner_.stopping()) {
    if (searching) {
      runnable* found = search(0);
      for (int fruitless = 1; found == nullptr && spin(fruitless); ++fruitless) found = search(fruitless);
      if (found != nullptr) {
        if (idle.stop_search() && owner_.work_visible()) notify();  // R2: the last one wakes the next.
        return found;
      }
    }
    const bool must_look = idle.announce(index_, searching);
    SHOAL_DELAY_POINT("worker: announced, not looked again");
    if ((must_look && owner_.work_visible()) || owner_.stopping()) {  // R3
      if (idle.retract(index_)) idle.start_search();
      else
        while (!sleeper_->wait(never)) {
        }  // R1: the token is on its way, and with it we count as searching.
      searching = true;
    } else {
      searching = sleep();
    }
    if (runnable* r = next_of_mine()) {
      if (searching && idle.stop_search() && owner_.work_visible()) notify();
      return r;
    }
  }
  if (searching) static_cast<void>(idle.stop_search());
  return nullptr;
}

// True: woken by a token, so this worker counts as searching.
bool worker::sleep() noexcept {
  counters_.parks.add();
  const instant asleep = owner_.time().now();
  bool token = sleeper_->wait(timers_.next_due());
  if (!token && !owner_.idle_.retract(index_)) {
    while (!sleeper_->wait(never)) {
    }  // R1
    token = true;
  }
  counters_.busy_ns.add(static_cast<std::uint64_t>((asleep - awake_since_).count()));
  owner_.monitor_.note_awake();
  awake_since_ = owner_.time().now();
  counters_.idle_ns.add(static_cast<std::uint64_t>((awake_since_ - asleep).count()));
  cpu_.store(current_cpu(), sync::relaxed);
  turn_used_up_ = true;  // Time has passed: look at the clock.
  return token;
}

// The only searcher waits a little before it sleeps: what comes now would else cost its sender a wake-up. True: look again.
bool worker::spin(int fruitless) noexcept {
  if (!owner_.spins() || owner_.idle_.searching() > 1) return false;
  if (policy::time_to_nap(fruitless)) {
    // There is work all the time, and those who have it keep up. Nobody is woken while this one counts as searching, so it
    // does not sleep for good.
    static_cast<void>(sleeper_->wait(owner_.time().now() + policy::nap()));
    return !owner_.stopping();
  }
  constexpr int pauses_between_looks = 16;
  for (int look = 0; look < policy::spins(); ++look) {
    for (int i = 0; i < pauses_between_looks; ++i) sync::pause();
    if (owner_.work_visible()) return true;
    if (owner_.stopping()) return false;
  }
  return false;
}

runnable* worker::search(int fruitless) noexcept {
  counters_.polls.add();
  if (runnable* r = owner_.injected_.pop()) {
    counters_.injected.add();
    return r;
  }
  glance();
  for (int i = 0; i < policy::patience(fruitless); ++i) sync::pause();
  const unsigned first = policy_.first_victim(owner_.workers());
  if (runnable* r = search_near(first, true)) return r;
  if (runnable* r = search_near(first, false)) return r;
  for (const auto& other : owner_.workers_)
    if (other->timers_.next_due() != never) fire_timers(other->timers_);
  return policy_.next(queues_, owner_.injected_, counters_.injected);
}

void worker::glance() noexcept {
  glances_.resize(owner_.workers_.size());
  for (std::size_t i = 0; i < glances_.size(); ++i) {
    const worker& other = *owner_.workers_[i];
    glances_[i] = {other.queues_.size(), other.counters_.dispatches.read()};
  }
}

// All others once, from `first` on: those whose core shares our last-level cache, or those whose core does not.
runnable* worker::search_near(unsigned first, bool same_cache) noexcept {
  const auto group = [this](const worker& w) {
    const unsigned cpu = w.cpu_.load(sync::relaxed);
    return cpu < owner_.cache_groups_.size() ? owner_.cache_groups_[cpu] : 0;
  };
  const unsigned count = owner_.workers();
  for (unsigned i = 0; i < count; ++i) {
    const unsigned number = (first + i) % count;
    worker& victim = *owner_.workers_[number];
    if (&victim == this || (group(victim) == group(*this)) != same_cache) continue;
    const auto& [waited, dispatches] = glances_[number];
    if (waited == 0 || policy::keeps_up(waited, victim.counters_.dispatches.read() - dispatches)) continue;
    if (runnable* r = steal_from(victim)) return r;
  }
  return nullptr;
}

runnable* worker::steal_newborn(run_queues& theirs, std::uint32_t& count) noexcept {
  runnable* first = nullptr;
  const std::uint32_t taken = theirs.newborn.steal([&](runnable& r) {
    if (first == nullptr) first = &r;
    else queues_.push_ready(r);
  });
  if (taken != 0) count = taken;
  return first;
}

runnable* worker::steal_from(worker& victim) noexcept {
  run_queues& theirs = victim.queues_;
  std::uint32_t count = 1;
  runnable* r = theirs.max.pop();
  if (r == nullptr) r = theirs.high.pop();
  if (r == nullptr) r = queues_.ready.steal_half(theirs.ready, count);
  if (r == nullptr && (count = theirs.overflow.steal_half(queues_.overflow)) != 0) r = queues_.overflow.pop();
  if (r == nullptr) r = steal_newborn(theirs, count);
  if (r == nullptr && (count = theirs.used_up.steal_half(queues_.used_up)) != 0) r = queues_.used_up.pop();
  if (r == nullptr && (count = theirs.low.steal_half(queues_.low)) != 0) r = queues_.low.pop();
  if (r == nullptr && (r = theirs.just_woken.take()) != nullptr) count = 1;
  if (r == nullptr) return nullptr;
  counters_.steals.add();
  counters_.stolen.add(count);
  return r;
}

}  // namespace shoal::detail
