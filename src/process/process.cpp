#include <shoal/process/detail/process.hpp>

#include <fmt/format.h>

#include <mutex>
#include <string>
#include <utility>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/misuse.hpp>

namespace shoal::detail {

process::process(core& home, std::uint32_t index) noexcept : timer(&time_is_up), index_(index), home_(home) {
  inbox_.close([](envelope*) {});  // Nobody's yet.
}

// --- Birth -----------------------------------------------------------------------------------------------------------

void process::be_born(const birth& b) {
  const bool labelled = b.options != nullptr && !b.options->label.empty();
  if (labelled || b.listener != nullptr) rare_ = std::make_unique<rare>();
  if (labelled) rare_->label = b.options->label;
  if (b.listener != nullptr) rare_->listener = b.listener;
  configure(b.options != nullptr ? b.options->priority : priority::normal, b.stack_class);
  code_ = b.code;
  parent_index_ = pid_access::index(b.parent);
  parent_generation_ = pid_access::generation(b.parent);
  place_ = b.where;
  fate_deferred_ = false;
  finished_ = false;
  set_waits_for(wait_reason::not_started);
  inbox_.reopen();
  flags_.store(in_use, sync::release);
}

pid process::address() const noexcept {
  // It may be written off in between: a generation that has moved on for that is read with the mark (E).
  const std::uint64_t seen = generation();
  if (!is_written_off()) [[likely]]
    return address_of(seen);
  while ((flags_.load(sync::acquire) & moved_on) == 0) sync::pause();  // The monitor's thread is between the two.
  return address_of(generation() - 1);  // R5
}

pid process::address_of(std::uint64_t of_generation) const noexcept {
  return pid_access::make(home_.number(), index_, of_generation);
}

process::rare& process::has_rare() {
  if (rare_ == nullptr) rare_ = std::make_unique<rare>();
  return *rare_;
}

// --- Mail ------------------------------------------------------------------------------------------------------------

bool process::collect_mail() noexcept {
  const std::uint64_t mine = generation_.load(sync::relaxed);
  const auto stray = [this](envelope& mail) { home_.discard(mail); };
  return inbox_.take_all(mailbox_.size(),
                         [&](envelope* newest_first) { mailbox_.append_newest_first(newest_first, mine, stray); });
}

void process::drop_down(monitor_ref ref) noexcept {
  collect_mail();
  for (auto at = mailbox_.begin(); *at != nullptr; at = &(*at)->next) {
    if (!(*at)->type->is_down || *static_cast<monitor_ref*>((*at)->value()) != ref) continue;
    return home_.discard(mailbox_.take(at));
  }
}

// --- Waiting ---------------------------------------------------------------------------------------------------------

void process::wait_until(wait_reason why, instant until) {
  if (until == never) return wait(why);
  current_worker()->timers().arm(*this, until);
  // Unwinding leaves through here, too.
  struct disarm {
    process& self;
    ~disarm() {
      timer_wheel::cancel(self);
      self.flags_.fetch_and(~rang, sync::relaxed);  // Else the next wait without a limit would not park.
    }
  } const at_the_end{*this};
  wait(why);
}

// By what runs next on the worker, when this fiber's registers are saved.
bool process::park(worker&, runnable& r) noexcept {
  auto& self = static_cast<process&>(r);
  // Suspended, it parks elsewhere: somebody may wait to hear that it stands still.
  const std::uint32_t wakes = self.fate_deferred_ ? rang : rang | doomed | suspended;
  if (!self.inbox_.park()) return false;
  const bool prodded = (self.flags_.load(sync::seq_cst) & wakes) != 0;  // D of arrivals.
  return !(prodded && self.inbox_.unpark());
}

void process::hibernate(entry& code) {
  struct keeper {
    core& home;
    entry* code;
    ~keeper() {
      if (code != nullptr) home.discard(*code);
    }
  } kept{home_, &code};
  obey();  // May end here.
  if (!can_force_unwind())
    throw misuse("shoal: hibernate while an exception is on its way: its destructors would have to go first.");
  if (code_ != nullptr) home_.discard(*std::exchange(code_, nullptr));  // A handler has stopped an earlier one.
  code_ = std::exchange(kept.code, nullptr);
  flags_.fetch_or(current_unwind_scheme() == unwind_scheme::plain ? rests | anew : rests, sync::relaxed);
  force_unwind();
}

// By what runs next on the worker: there is no stack any more. What it has skipped counts as a message.
bool process::rest(worker& here, runnable& r) noexcept {
  auto& self = static_cast<process&>(r);
  self.collect_mail();
  return self.mailbox_.size() == 0 && park(here, r);
}

void process::time_is_up(timer& t, fifo<runnable>& woken) noexcept {
  auto& self = static_cast<process&>(t);
  self.flags_.fetch_or(rang, sync::seq_cst);              // D of arrivals.
  if (self.inbox_.unpark()) woken.push_back(self);        // R3 of arrivals.
}

bool process::take_name(std::uint64_t of_generation) noexcept {
  const std::lock_guard hold(lock_);
  if (!lives(of_generation)) return false;
  flags_.fetch_or(named, sync::relaxed);
  return true;
}

void process::turn_over() {
  worker::turn_over(*current_worker());
  home_.drop_undelivered();
  obey();
}

void process::obey_signals() {
  if ((flags_.load(sync::relaxed) & doomed) == 0) hold_while_suspended();
  if ((flags_.load(sync::relaxed) & doomed) != 0) end_if_possible();
  else if ((flags_.load(sync::relaxed) & anew) != 0 && can_force_unwind()) force_unwind();
}

void process::come_and_see() {
  bool stood_still = false;
  if ((flags_.load(sync::relaxed) & held) != 0) {
    const std::lock_guard hold(lock_);
    stood_still = (flags_.fetch_and(~held, sync::relaxed) & held) != 0;
  }
  if (stood_still || inbox_.unpark()) home_.workers().wake(*this);  // R3 of arrivals.
}

void not_a_process(const char* what) {
  throw misuse(fmt::format(
      "shoal: {} outside a process. Only code that runs inside shoal::run(), runtime::run() or spawn() is a process; other "
      "threads use the runtime's own send(), spawn() and process_info(), or runtime::run([&] {{ ... }}).",
      what));
}

void called_in_guard(const char* what) {
  throw misuse(fmt::format(
      "shoal: {} inside a guard. A guard (the first argument of when(), the predicate of receive_if()) only looks at "
      "its message: {} before, and let the guard compare with what that gave. The message stays in the mailbox.",
      what, what));
}

process& calling_process(const char* what) {
  worker* here = current_worker();
  if (here == nullptr || here->current() == nullptr) not_a_process(what);
  return static_cast<process&>(*here->current());
}

}  // namespace shoal::detail
