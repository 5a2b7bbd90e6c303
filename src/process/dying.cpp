// How a process comes to its end, and what it does there: the half of process.hpp that runs once in a life.
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/process.hpp>
#include <shoal/process/detail/throw_trace.hpp>
#include <shoal/process/misuse.hpp>

namespace shoal::detail {

// --- Fate ------------------------------------------------------------------------------------------------------------

void process::doom(envelope* fate) noexcept {
  fate_ = fate;
  flags_.fetch_or(doomed, sync::seq_cst);  // D of arrivals.
}

void process::kill(std::uint64_t of_generation) noexcept {
  {
    const std::lock_guard hold(lock_);
    if (!lives(of_generation)) return;
    doom(nullptr);
  }
  SHOAL_DELAY_POINT("ties: doomed or sent, not woken");
  come_and_see();
}

bool process::trap_exits(bool on) {
  std::uint32_t before = 0;
  {
    const std::lock_guard hold(lock_);
    before = on ? flags_.fetch_or(trapping, sync::relaxed) : flags_.fetch_and(~trapping, sync::relaxed);
  }
  obey();  // Before it could say that it traps.
  return (before & trapping) != 0;
}

void process::end_if_possible() {
  if (finished_) return;  // It is ending already.
  // An exception on its way must arrive first; the next call after that ends the process.
  fate_deferred_ = !can_force_unwind();
  if (fate_deferred_) return;
  {
    const std::lock_guard hold(lock_);  // From here on nobody writes it off.
    flags_.fetch_or(unwinding, sync::relaxed);
  }
  force_unwind();
}

void process::end_instead_of_running(entry& code) {
  home_.discard(code);
  kill(generation());
  obey();
  throw misuse("shoal: spawn by a process whose runtime is being stopped.");
}

void process::give_up_stack() noexcept {
  worker* here = current_worker();
  if (here == nullptr || here->current() == nullptr) return explain_uncaught_exit();
  auto& self = static_cast<process&>(*here->current());
  if (!self.is_being_unwound()) return self.explain_terminate();
  forget_exceptions();
  self.report_stuck_unwind();
  if (!self.begins_anew()) {
    self.leave_code();
    self.die(exit_reason::killed);
  }
  self.leave_stack();
}

bool process::is_being_unwound() const noexcept {
  return !finished_ && (code_ != nullptr || (flags_.load(sync::relaxed) & unwinding) != 0);
}

void process::note_trace() noexcept {
  worker* here = current_worker();
  if (here == nullptr || here->current() == nullptr) return;
  auto& self = static_cast<process&>(*here->current());
  try {
    auto calls = calls_in_progress();
    const std::lock_guard hold(self.lock_);
    self.has_rare().trace = std::move(calls);
  } catch (...) {  // No memory for it.
  }
}

std::vector<void*> process::take_trace() noexcept {
  const std::lock_guard hold(lock_);
  return rare_ != nullptr ? std::exchange(rare_->trace, {}) : std::vector<void*>{};
}

// --- The whole life, on its own stack --------------------------------------------------------------------------------

void process::body() noexcept {
  exit_reason why = run_code();
  if (!begins_anew()) {
    leave_code();
    die(std::move(why));
  }
  leave_stack();
}

// It has left its code, but has other code to run: hibernate().
bool process::begins_anew() const noexcept { return code_ != nullptr && (flags_.load(sync::relaxed) & doomed) == 0; }

void process::leave_code() noexcept {
  finished_ = true;
  flags_.fetch_and(~(anew | rests), sync::relaxed);
  if (code_ != nullptr) home_.discard(*std::exchange(code_, nullptr));
  drop_locals();
}

void process::leave_stack() noexcept {
  if (finished_) worker::end(*current_worker());
  set_waits_for(wait_reason::hibernate);
  worker::shed_stack(*current_worker(), &rest);
}

// Why it ends, unless it begins anew.
exit_reason process::run_code() noexcept {
  mailbox_.set_guarding(false);  // A guard's frame may have been given up.
  hold_while_suspended();
  if ((flags_.load(sync::relaxed) & doomed) != 0) return exit_reason::normal;
  if ((flags_.load(sync::relaxed) & rests) != 0) {
    collect_mail();
    if (mailbox_.size() == 0) return exit_reason::normal;  // Woken without a message: it rests on.
    flags_.fetch_and(~(anew | rests), sync::relaxed);
  }
  entry* code = std::exchange(code_, nullptr);
  try {
    code->run(code);
  } catch (const trace_probe&) {  // Never: see throw_trace.hpp.
  } catch (...) {
    if (!forced_unwind_done()) {
      flags_.fetch_and(~(anew | rests), sync::relaxed);
      if (code_ != nullptr) home_.discard(*std::exchange(code_, nullptr));  // It did not get to hibernate.
      return exit_reason_access::of_current_exception(take_trace());
    }
  }
  return exit_reason::normal;
}

void process::drop_locals() noexcept {
  if ((flags_.load(sync::relaxed) & has_locals) != 0) locals().clear();
}

// --- The end ---------------------------------------------------------------------------------------------------------

// From here on nobody ties himself to it, and its fate is settled.
process::beginning process::begin_to_die(exit_reason& why) noexcept {
  const std::lock_guard hold(lock_);
  const std::uint32_t before = flags_.load(sync::relaxed);
  flags_.fetch_or(ties_.first() != nullptr ? dying | has_ties : dying, sync::seq_cst);  // C of send_timer.
  flags_.fetch_and(~suspended, sync::relaxed);  // Soon there will be no tie to undo that by.
  if ((before & doomed) == 0) return beginning::by_itself;
  why = fate_ != nullptr ? static_cast<exit_signal*>(fate_->value())->reason : exit_reason::killed;
  return (before & written_off) != 0 ? beginning::written_off : beginning::doomed;
}

void process::die(exit_reason why) noexcept {
  const beginning how = begin_to_die(why);
  SHOAL_DELAY_POINT("ties: dying, nobody told");
  if (how == beginning::by_itself && why.is_error()) report_crash(why);
  if (how != beginning::written_off && (flags_.load(sync::relaxed) & named) != 0) home_.names().remove(address());
  give_up_mail();
  drop_locals();
  tell_others(why);
  if (fate_ != nullptr) home_.discard(*std::exchange(fate_, nullptr));
  if (rare_ != nullptr) rare_->why = why;
  why = exit_reason::noproc;
  tell_others(why);  // A reason's destructor may have tied it again.
}

void process::tell_others(const exit_reason& why) noexcept {
  constexpr int cost_of_telling = 4;
  if ((flags_.load(sync::relaxed) & has_ties) == 0) return;
  flags_.fetch_and(~has_ties, sync::relaxed);
  while (tie_end* mine = take_tie(generation())) {
    end_tie(*mine, why);
    pay(cost_of_telling);
  }
}

void process::end_tie(tie_end& taken_off, const exit_reason& why) noexcept {
  switch (taken_off.side) {
    case tie_end::is_timer: return home_.drop_timer(taken_off);
    case tie_end::is_alias: return home_.drop_alias(taken_off);
    default: return home_.untie(taken_off, why);
  }
}

// Null: there is none left, or the block is another process's by now.
tie_end* process::take_tie(std::uint64_t of_generation) noexcept {
  const std::lock_guard hold(lock_);
  tie_end* mine = generation() == of_generation ? ties_.first() : nullptr;
  if (mine != nullptr) detach(*mine);
  return mine;
}

// --- Given up --------------------------------------------------------------------------------------------------------

bool process::overdue() const noexcept {
  constexpr std::uint32_t asked = in_use | doomed | dying | unwinding | written_off;
  return (flags_.load(sync::relaxed) & asked) == (in_use | doomed) && waits_for() == wait_reason::none;
}

// By the monitor's thread: no worker's call, so nothing here may ask whose turn it is.
void process::write_off() noexcept {
  exit_reason why = exit_reason::killed;
  std::uint64_t gone = 0;
  bool was_named = false;
  std::shared_ptr<end_listener> listener;
  std::optional<report> told;
  {
    const std::lock_guard hold(lock_);  // When it is free again, the block may soon be another process's.
    if (!overdue()) return;
    if (fate_ != nullptr) why = static_cast<exit_signal*>(fate_->value())->reason;
    told = report_of_writing_off(why);
    flags_.fetch_or(dying | written_off, sync::seq_cst);  // C of send_timer.
    was_named = (flags_.load(sync::relaxed) & named) != 0;
    if (rare_ != nullptr) listener = rare_->listener;
    gone = generation_.load(sync::relaxed);
    generation_.store(gone + 1, sync::release);  // E: nobody finds it any more.
    flags_.fetch_or(moved_on, sync::release);
  }
  if (told) home_.log(*told);
  if (was_named) home_.names().remove(address_of(gone));
  while (tie_end* mine = take_tie(gone + 1)) end_tie(*mine, why);
  if (listener != nullptr) listener->ended(why);
}

// --- The last of it --------------------------------------------------------------------------------------------------

// For work that may take more than one turn.
void process::pay(int reductions) noexcept {
  worker& here = *current_worker();
  here.charge(reductions);
  if (here.current() == this && here.turn_used_up()) worker::turn_over(here);
}

// Nobody will read it.
void process::give_up_mail() noexcept {
  collect_mail();
  const auto discard_all = [&](envelope* mail) {
    while (mail != nullptr) {
      home_.discard(*std::exchange(mail, mail->next));
      pay(1);
    }
  };
  discard_all(mailbox_.take_all());
  inbox_.close(discard_all);
}

// By what runs next on the worker.
void process::ended() noexcept {
  std::unique_ptr<rare> last_words;
  if (rare_ != nullptr) {
    const std::lock_guard hold(lock_);
    last_words = std::move(rare_);
  }
  generation_.store(generation_.load(sync::relaxed) + 1, sync::release);  // E, F, R3
  flags_.store(0, sync::relaxed);
  home_.process_ended(*this);  // From here on this block may be somebody else's.
  if (last_words != nullptr && last_words->listener != nullptr) last_words->listener->ended(last_words->why);
}

void process::could_not_start(const char* why) noexcept {
  finished_ = true;
  home_.discard(*std::exchange(code_, nullptr));
  try {
    die(exit_reason_access::error(why, "shoal::system_limit"));
  } catch (...) {
    die(exit_reason::killed);  // No memory even for the reason.
  }
  ended();
}

}  // namespace shoal::detail
