#include <shoal/process/detail/process.hpp>

#include <fmt/format.h>

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
  if (labelled || b.listener != nullptr)
    rare_ = std::make_unique<rare>(
        rare{.label = labelled ? b.options->label : std::string{}, .listener = b.listener, .why = exit_reason::normal});
  configure(b.options != nullptr ? b.options->priority : priority::normal, b.stack_class);
  code_ = b.code;
  parent_ = b.parent;
  place_ = b.where;
  watchers_ = b.watched_by;
  kill_deferred_ = false;
  unwinding_ = false;
  set_waits_for(wait_reason::not_started);
  inbox_.reopen();
  flags_.store(in_use, sync::release);
}

pid process::address() const noexcept { return pid_access::make(home_.number(), index_, generation()); }

// --- Mail ------------------------------------------------------------------------------------------------------------

bool process::collect_mail() noexcept {
  const std::uint64_t mine = generation_.load(sync::relaxed);
  const auto stray = [this](envelope& mail) { home_.discard(mail); };
  return inbox_.take_all(mailbox_.size(),
                         [&](envelope* newest_first) { mailbox_.append_newest_first(newest_first, mine, stray); });
}

// --- Waiting ---------------------------------------------------------------------------------------------------------

void process::prod(std::uint32_t flag) {
  flags_.fetch_or(flag, sync::seq_cst);                   // D of arrivals.
  if (inbox_.unpark()) home_.workers().wake(*this);       // R3 of arrivals.
}

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
  const std::uint32_t wakes = self.kill_deferred_ ? rang : rang | killed_flag;
  if (!self.inbox_.park()) return false;
  const bool prodded = (self.flags_.load(sync::seq_cst) & wakes) != 0;  // D of arrivals.
  return !(prodded && self.inbox_.unpark());
}

void process::time_is_up(timer& t, fifo<runnable>& woken) noexcept {
  auto& self = static_cast<process&>(t);
  self.flags_.fetch_or(rang, sync::seq_cst);              // D of arrivals.
  if (self.inbox_.unpark()) woken.push_back(self);        // R3 of arrivals.
}

void process::turn_over() {
  worker::turn_over(*current_worker());
  act_on_kill();
}

void process::end_if_possible() {
  // An exception on its way must arrive first; the next call after that ends the process.
  kill_deferred_ = !can_force_unwind();
  if (kill_deferred_) return;
  unwinding_ = true;
  force_unwind();
}

void process::end_instead_of_running(entry& code) {
  drop(code);
  kill();
  act_on_kill();
  throw misuse("shoal: spawn by a process whose runtime is being stopped.");
}

void process::give_up_stack() noexcept {
  worker* here = current_worker();
  if (here == nullptr || here->current() == nullptr) return;
  auto& self = static_cast<process&>(*here->current());
  if (!self.unwinding_) return;
  self.unwinding_ = false;
  forget_exceptions();
  self.report_stuck_unwind();
  self.die(exit_reason::killed);
  worker::end(*current_worker());
}

// --- The whole life, on its own stack --------------------------------------------------------------------------------

void process::body() noexcept {
  {
    const exit_reason why = run_code();
    die(why);
  }
  worker::end(*current_worker());
}

void process::drop(entry& code) noexcept {
  const std::uint8_t block_class = code.block_class;
  code.destroy(&code);
  home_.free(&code, block_class);
}

exit_reason process::run_code() noexcept {
  entry* code = std::exchange(code_, nullptr);
  exit_reason why = exit_reason::normal;
  if ((flags_.load(sync::relaxed) & killed_flag) != 0) {
    drop(*code);
  } else {
    try {
      code->run(code);
    } catch (...) {
      if (!forced_unwind_done()) why = exit_reason_access::of_current_exception();
    }
    unwinding_ = false;
  }
  return (flags_.load(sync::relaxed) & killed_flag) != 0 ? exit_reason::killed : why;
}

void process::die(const exit_reason& why) noexcept {
  if (why.is_error()) report_crash(why);
  give_up_mail();
  tell_watchers(why);
  if (rare_ != nullptr) rare_->why = why;
}

void process::report_crash(const exit_reason& why) const noexcept {
  try {
    const std::string_view name = label();
    home_.log(
        {.what = report::kind::crash,
         .who = address(),
         .label = std::string(name),
         .where = place_,
         .reason = why,
         .text = fmt::format("shoal: process {}{}{} crashed: {}: {} (spawned at {}:{})", address(), name.empty() ? "" : " ",
                             name, why.type_name(), why.what(), place_.file_name(), place_.line())});
  } catch (...) {  // No memory for the text. The watchers still get the reason.
  }
}

void process::report_stuck_unwind() const noexcept {
  try {
    home_.log(
        {.what = report::kind::not_unwound,
         .who = address(),
         .label = std::string(label()),
         .where = place_,
         .reason = exit_reason::killed,
         .text = fmt::format("shoal: process {} was killed while a noexcept function (or a destructor) of its waited; the "
                             "rest of its stack could not be unwound, and those destructors did not run (spawned at "
                             "{}:{})",
                             address(), place_.file_name(), place_.line())});
  } catch (...) {  // No memory for the text.
  }
}

// Nobody will read it. Much of it takes more than one turn.
void process::give_up_mail() noexcept {
  collect_mail();
  const auto discard_all = [&](envelope* mail) {
    while (mail != nullptr) {
      home_.discard(*std::exchange(mail, mail->next));
      worker& here = *current_worker();
      here.charge(1);
      if (here.current() == this && here.turn_used_up()) worker::turn_over(here);
    }
  };
  discard_all(mailbox_.take_all());
  inbox_.close(discard_all);
}

void process::tell_watchers(const exit_reason& why) noexcept {
  while (watchers_ != nullptr) {
    watcher& w = *std::exchange(watchers_, watchers_->next);
    w.notice.reason = why;
    home_.send(w.to, &w.mail);
  }
}

// --- The end, by what runs next on the worker -----------------------------------------------------------------------

void process::ended() noexcept {
  const std::unique_ptr<rare> last_words = rare_ != nullptr ? home_.take_from_observers(rare_) : nullptr;
  flags_.store(0, sync::relaxed);
  generation_.store(generation_.load(sync::relaxed) + 1, sync::release);  // E, R3. Nobody else writes it.
  home_.process_ended(*this);  // From here on this block may be somebody else's.
  if (last_words != nullptr && last_words->listener != nullptr) last_words->listener->ended(last_words->why);
}

void process::could_not_start(const char* why) noexcept {
  drop(*std::exchange(code_, nullptr));
  try {
    die(exit_reason_access::error(why, "shoal::system_limit"));
  } catch (...) {
    die(exit_reason::killed);  // No memory even for the reason.
  }
  ended();
}

void not_a_process(const char* what) {
  throw misuse(
      fmt::format("shoal: {} outside a process. Only code that runs inside shoal::run(), runtime::run() or spawn() "
                  "is a process; other threads use the runtime's own send() and spawn().",
                  what));
}

process& calling_process(const char* what) {
  worker* here = current_worker();
  if (here == nullptr || here->current() == nullptr) not_a_process(what);
  return static_cast<process&>(*here->current());
}

}  // namespace shoal::detail
