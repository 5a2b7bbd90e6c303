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
  w.processor_time_.follow_this_thread();
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
    current_.store(nullptr, sync::relaxed);
    carry_out(static_cast<runnable&>(*departed()));  // Perhaps another one than r.
    if (local_ != nullptr) local_->between_turns();
  }
  if (local_ != nullptr) local_->between_turns();
}

// --- Running ---------------------------------------------------------------------------------------------------------

bool worker::attach_stack(runnable& r) noexcept {
  try {
    const stack on = stacks_->take(r.stack_class_);
    r.stack_top_.store(on.top, sync::relaxed);
    r.start(on, control());
    return true;
  } catch (const std::exception& refused) {
    r.could_not_start(refused.what());
    return false;
  }
}

void worker::check_stack(const runnable& r) noexcept {
  const stack on{r.stack_top_.load(sync::relaxed), r.stack_class_};
  if (on.too_deep(r.stack_pointer())) unguarded_overflow(on);
}

void worker::turn_over(worker& here) noexcept {
  here.counters_.turns_used_up.add();
  here.turn_used_up_ = true;
  if (here.timers_.next_due() != never) here.fire_timers(here.timers_);
  let_others(here, wait_reason::turn_used_up);
}

void worker::yield(worker& here) noexcept {
  if (here.timers_.next_due() != never && here.policy_.look_at_clock(false)) here.fire_timers(here.timers_);
  let_others(here, wait_reason::yield);
}

void worker::let_others(worker& here, wait_reason why) noexcept {
  runnable& self = *here.current();
  if (!here.owner_.stopping() && here.policy_.goes_on(self.rank(), here.queues_, here.owner_.injected_)) {
    here.end_turn();
    here.begin_turn(self);
    return;
  }
  self.set_waits_for(why);
  suspend(here, &requeue);
}

void worker::end(worker& here) noexcept {
  here.after_ = &retire;
  leave(here);
}

void worker::shed_stack(worker& here, commit then) noexcept {
  here.after_ = &shed;
  here.after_shedding_ = then;
  leave(here);
}

void worker::leave(worker& here) noexcept {
  runnable& self = *here.current();
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

void worker::take_stack_from(runnable& r) noexcept {
  stacks_->give({r.stack_top_.load(sync::relaxed), r.stack_class_});
  r.stack_top_.store(nullptr, sync::relaxed);
  r.reset();
}

bool worker::retire(worker& here, runnable& r) noexcept {
  here.take_stack_from(r);
  r.ended();
  return true;
}

bool worker::shed(worker& here, runnable& r) noexcept {
  here.take_stack_from(r);
  return here.after_shedding_(here, r);
}

// --- Making runnable -------------------------------------------------------------------------------------------------

void worker::push_woken(runnable& r) noexcept {
  if (r.rank() != priority::normal) {
    push_ranked(r);
    return notify();
  }
  if (current() != nullptr && queues_.ready.empty() && queues_.just_woken.put(&r)) return;  // No wake-up: it runs here next.
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
  const std::size_t fired = wheel.fire_expired(owner_.time().now(), woken);
  if (fired == 0) return;
  counters_.timers_fired.add(fired);
  if (local_ != nullptr) local_->timers_fired();
  while (runnable* r = woken.pop_front()) {
    push_ranked(*r);
    notify();
  }
}

}  // namespace shoal::detail
