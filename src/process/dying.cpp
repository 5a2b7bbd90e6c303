// How a process comes to its end, and what it does there: the half of process.hpp that runs once in a life.
#include <fmt/format.h>

#include <mutex>
#include <string>
#include <utility>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/process.hpp>
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
  come_and_see();
}

bool process::trap_exits(bool on) {
  std::uint32_t before = 0;
  {
    const std::lock_guard hold(lock_);
    before = on ? flags_.fetch_or(trapping, sync::relaxed) : flags_.fetch_and(~trapping, sync::relaxed);
  }
  meet_fate();  // Before it could say that it traps.
  return (before & trapping) != 0;
}

void process::end_if_possible() {
  if (finished_) return;  // It is ending already.
  // An exception on its way must arrive first; the next call after that ends the process.
  fate_deferred_ = !can_force_unwind();
  if (fate_deferred_) return;
  unwinding_ = true;
  force_unwind();
}

void process::end_instead_of_running(entry& code) {
  drop(code);
  kill(generation());
  meet_fate();
  throw misuse("shoal: spawn by a process whose runtime is being stopped.");
}

void process::give_up_stack() noexcept {
  worker* here = current_worker();
  if (here == nullptr || here->current() == nullptr) return;
  auto& self = static_cast<process&>(*here->current());
  if (!self.unwinding_) return;
  self.unwinding_ = false;
  self.finished_ = true;
  forget_exceptions();
  self.report_stuck_unwind();
  self.die(exit_reason::killed);
  worker::end(*current_worker());
}

// --- The whole life, on its own stack --------------------------------------------------------------------------------

void process::body() noexcept {
  die(run_code());
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
  if ((flags_.load(sync::relaxed) & doomed) != 0) {
    finished_ = true;
    drop(*code);
    return why;
  }
  try {
    code->run(code);
  } catch (...) {
    if (!forced_unwind_done()) why = exit_reason_access::of_current_exception();
  }
  unwinding_ = false;
  finished_ = true;
  return why;
}

// --- The end ---------------------------------------------------------------------------------------------------------

// From here on nobody ties himself to it, and its fate is settled: true, if it is what was decided before.
bool process::begin_to_die(exit_reason& why) noexcept {
  const std::lock_guard hold(lock_);
  const bool was_doomed = (flags_.fetch_or(dying, sync::relaxed) & doomed) != 0;
  if (was_doomed) why = fate_ != nullptr ? static_cast<exit_signal*>(fate_->value())->reason : exit_reason::killed;
  return was_doomed;
}

void process::die(exit_reason why) noexcept {
  const bool was_doomed = begin_to_die(why);
  if (!was_doomed && why.is_error()) report_crash(why);
  if ((flags_.load(sync::relaxed) & named) != 0) home_.names().remove(address());
  give_up_mail();
  tell_others(why);
  if (fate_ != nullptr) home_.discard(*std::exchange(fate_, nullptr));
  if (rare_ != nullptr) rare_->why = std::move(why);
}

void process::tell_others(const exit_reason& why) noexcept {
  constexpr int cost_of_telling = 4;
  while (tie_end* mine = take_tie()) {
    if (mine->side == tie_end::is_timer) home_.drop_timer(*mine);
    else home_.untie(*mine, why);
    pay(cost_of_telling);
  }
}

tie_end* process::take_tie() noexcept {
  const std::lock_guard hold(lock_);
  tie_end* mine = ties_.first();
  if (mine != nullptr) ties_.detach(*mine);
  return mine;
}

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
  const std::unique_ptr<rare> last_words = rare_ != nullptr ? home_.take_from_observers(rare_) : nullptr;
  generation_.store(generation_.load(sync::relaxed) + 1, sync::release);  // E, F, R3. Nobody else writes it.
  flags_.store(0, sync::relaxed);
  home_.process_ended(*this);  // From here on this block may be somebody else's.
  if (last_words != nullptr && last_words->listener != nullptr) last_words->listener->ended(last_words->why);
}

void process::could_not_start(const char* why) noexcept {
  finished_ = true;
  drop(*std::exchange(code_, nullptr));
  try {
    die(exit_reason_access::error(why, "shoal::system_limit"));
  } catch (...) {
    die(exit_reason::killed);  // No memory even for the reason.
  }
  ended();
}

// --- Reports ---------------------------------------------------------------------------------------------------------

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

}  // namespace shoal::detail
