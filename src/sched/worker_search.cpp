// The half of a worker that has nothing to run: finding work, and sleeping until there is some. Its rules are in idle.hpp.
#include <shoal/sched/detail/worker.hpp>
#include <shoal/sched/scheduler.hpp>
#include <shoal/sched/topology.hpp>

namespace shoal::detail {

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
      else await_token();
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
    await_token();
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

// Somebody has cleared this worker's bit: the token is on its way, and with it this worker counts as searching (R1).
void worker::await_token() noexcept {
  while (!sleeper_->wait(never)) {
  }
}

// True: look again. The only searcher waits a little before it sleeps: what comes now would else cost its sender a wake-up.
// Nor does it sleep for good while there is work, though those who have it keep up: nobody is woken while it searches.
bool worker::spin(int fruitless) noexcept {
  if (owner_.idle_.searching() > 1) return false;
  if (!owner_.spins() || policy::time_to_nap(fruitless)) {
    if (!owner_.work_visible()) return false;
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
  if (owner_.workers() == 1) return nullptr;
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
