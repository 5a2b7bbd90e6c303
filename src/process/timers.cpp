#include <shoal/process/timers.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/misuse.hpp>
#include <shoal/process/names.hpp>

namespace shoal {
namespace detail {
namespace {

// In reductions.
constexpr int timer_cost = 8;

bool let_go(send_timer& t) noexcept { return t.let_go.exchange(true, sync::acq_rel); }

}  // namespace

// --- A timer's life --------------------------------------------------------------------------------------------------

send_timer& core::take_timer() {
  local& here = *local_here();
  return *here.free_timers.take(timers_);
}

void core::free_timer(send_timer& t) noexcept {
  delete std::exchange(t.name, nullptr);
  t.let_go.store(false, sync::relaxed);
  if (local* here = local_here()) here->free_timers.give(timers_, t);
  else t.next = nullptr, timers_.give({&t, 1});
}

timer_ref core::set_timer(instant due, const destination& to, send_timer& t, envelope* mail, timeout* told) {
  const timer_ref ref = timer_table::renumber(t);
  if (told != nullptr) told->timer = ref;
  t.to = to.to;
  if (!to.by_name) {
    process* const target = find(to.to);
    bool attached = false;
    if (target != nullptr) {
      const std::lock_guard hold(target->lock());
      attached = target->lives(pid_access::generation(to.to));
      if (attached) target->attach(t);
    }
    if (!attached) {
      discard(*mail);
      free_timer(t);
      return ref;
    }
  }
  t.mail = mail;
  SHOAL_DELAY_POINT("ties: timer attached, not armed");
  current_worker()->timers().arm(t, due);
  if (to.by_name || current_worker()->current() == find(to.to)) return ref;  // The caller itself ends later.
  // Another destination that ended in between found a timer that was not armed yet.
  sync::store_load_fence(meeting_);  // C
  if (!is_alive(to.to)) static_cast<void>(cancel_timer(ref));
  return ref;
}

// It is out of its wheel: off its destination, too, and gone. True: the destination was there.
bool core::detach_timer(send_timer& t) noexcept {
  process& target = *processes_.find(pid_access::index(t.to));
  const std::lock_guard hold(target.lock());
  const bool was_attached = t.attached;
  if (was_attached) target.detach(t);
  return was_attached;
}

instant core::cancel_timer(timer_ref ref) noexcept {
  send_timer* const t = timers_.find(ref);
  if (t == nullptr) return never;
  const instant due = timer_wheel::cancel_if(*t, [t, ref] { return t->is(ref); });
  if (due == never) return never;
  SHOAL_DELAY_POINT("ties: timer out of its wheel, still attached");
  discard(*std::exchange(t->mail, nullptr));
  const bool was_over = !has_destination(*t);
  if (t->name != nullptr || detach_timer(*t) || let_go(*t)) free_timer(*t);
  return was_over ? never : due;
}

instant core::read_timer(timer_ref ref) const noexcept {
  send_timer* const t = timers_.find(ref);
  return t != nullptr ? timer_wheel::due_if(*t, [this, t, ref] { return t->is(ref) && has_destination(*t); }) : never;
}

// Who has ended, or must, may not have come to this timer yet.
bool core::has_destination(const send_timer& t) const noexcept { return t.name != nullptr || is_alive(t.to); }

// By a destination that ends, which has taken it off.
void core::drop_timer(tie_end& taken_off) noexcept {
  auto& t = static_cast<send_timer&>(taken_off);
  SHOAL_DELAY_POINT("ties: timer taken off, still in its wheel");
  if (timer_wheel::cancel(t)) discard(*std::exchange(t.mail, nullptr));
  else if (!let_go(t)) return;
  free_timer(t);
}

// Under the wheel's lock, on a worker.
void core::timer_fired(timer& fired, fifo<runnable>& woken) noexcept {
  auto& t = static_cast<send_timer&>(fired);
  core& home = t.home;
  envelope& mail = *std::exchange(t.mail, nullptr);
  process* target = nullptr;
  bool mine = true;
  if (t.name != nullptr) {
    const pid holder = home.names_.find(*t.name, current_worker()->index());
    target = home.find(holder);
    if (target != nullptr) mail.to_generation = pid_access::generation(holder);
  } else {
    mail.to_generation = pid_access::generation(t.to);
    if (home.detach_timer(t)) target = home.find(t.to);
    else mine = let_go(t);
  }
  std::uint32_t unread = 0;
  const pushed done = target != nullptr ? target->deliver(mail, unread) : pushed::refused;
  if (done == pushed::woke) woken.push_back(*target);  // R3 of arrivals.
  // Values are not destroyed, nor timers given to others, while the wheel is locked.
  local& here = *home.local_here();
  if (done == pushed::refused) mail.next = std::exchange(here.undelivered, &mail);
  if (mine) t.next = std::exchange(here.fired, &t);
}

void core::local::timers_fired() noexcept {
  while (fired != nullptr) home.free_timer(*std::exchange(fired, fired->next));
}

void core::local::between_turns() noexcept {
  if (undelivered != nullptr) home.drop_undelivered();
}

// A destructor may call the runtime: after that this is perhaps another worker.
void core::drop_undelivered() noexcept {
  for (;;) {
    local& here = *local_here();
    if (here.undelivered == nullptr) return;
    discard(*std::exchange(here.undelivered, here.undelivered->next));
  }
}

// --- The untyped half of the face --------------------------------------------------------------------------------------

namespace {

// The timer and its message are one: what cannot be set leaves neither.
timer_ref set_or_drop(core& home, instant due, const destination& to, envelope* mail, timeout* told = nullptr) {
  try {
    if (to.by_name) check_name(to.name);
    else home.refuse_stranger(to.to);
    auto name = to.by_name ? std::make_unique<std::string>(to.name) : nullptr;
    send_timer& t = home.take_timer();
    t.name = name.release();
    return home.set_timer(due, to, t, mail, told);
  } catch (...) {
    home.discard(*mail);
    throw;
  }
}

std::optional<std::chrono::nanoseconds> left_until(instant due, clock& time) {
  if (due == never) return std::nullopt;
  return std::max(due - time.now(), std::chrono::nanoseconds::zero());
}

}  // namespace

void check_timer_wait(bool negative, std::chrono::nanoseconds wait) {
  if (negative)
    throw misuse("shoal: a timer was given a time that is less than zero, or no number. Zero is as soon as possible.");
  if (wait == infinity) throw misuse("shoal: a timer was given an endless time, and would never fire.");
}

timer_ref post_after(std::chrono::nanoseconds wait, const destination& to, envelope* mail) {
  core& home = calling_process("send_after").home();
  current_worker()->charge(timer_cost);
  return set_or_drop(home, deadline_after(home.time().now(), wait), to, mail);
}

timer_ref post_at(steady_time when, const destination& to, envelope* mail) {
  core& home = calling_process("send_at").home();
  current_worker()->charge(timer_cost);
  return set_or_drop(home, std::max(instant{when.time_since_epoch()}, instant{}), to, mail);  // Differences must not overflow.
}

timer_ref post_timeout_after(std::chrono::nanoseconds wait, const destination& to) {
  core& home = begin_call_by_process("start_timer", timer_cost).home();
  envelope* const mail = make_envelope<timeout>(blocks_of_caller, timeout{});
  return set_or_drop(home, deadline_after(home.time().now(), wait), to, mail, &mail->as<timeout>());
}

}  // namespace detail

std::optional<std::chrono::nanoseconds> cancel_timer(timer_ref timer) {
  detail::core& home = detail::begin_call_by_process("cancel_timer", detail::timer_cost).home();
  return detail::left_until(home.cancel_timer(timer), home.time());
}

void cancel_timer_async(timer_ref timer, bool tell) {
  detail::process& caller = detail::begin_call_by_process("cancel_timer_async", detail::timer_cost);
  if (!tell) return static_cast<void>(caller.home().cancel_timer(timer));
  detail::envelope* const told =
      detail::make_envelope<timer_cancelled>(detail::blocks_of_caller, timer_cancelled{timer, std::nullopt});
  detail::core& home = caller.home();
  told->as<timer_cancelled>().left = detail::left_until(home.cancel_timer(timer), home.time());
  home.send(caller.address(), told);
}

std::optional<std::chrono::nanoseconds> read_timer(timer_ref timer) {
  detail::core& home = detail::begin_call_by_process("read_timer", detail::timer_cost).home();
  return detail::left_until(home.read_timer(timer), home.time());
}

}  // namespace shoal
