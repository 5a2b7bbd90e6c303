// What a runtime tells its log.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/process.hpp>

namespace shoal::detail {
namespace {

// A report is one line whatever an exception says.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

// "<1.2.3> label (spawned at file.cpp:7)"
std::string who_and_where(const report& r) {
  return fmt::format("{}{}{} (spawned at {}:{})", r.who, r.label.empty() ? "" : " ", r.label, r.where.file_name(),
                     r.where.line());
}

std::string text_of_crash(const report& r) {
  std::string text = fmt::format("shoal: process {} crashed: {}: {}", who_and_where(r), one_line(r.reason.type_name()),
                                 one_line(r.reason.what()));
  const auto out = std::back_inserter(text);
  if (!r.ancestors.empty()) fmt::format_to(out, "; ancestors {}", fmt::join(r.ancestors, ", "));
  if (!r.last_message.empty()) fmt::format_to(out, "; last message {}", r.last_message);
  if (r.queue_length != 0) fmt::format_to(out, "; {} unread", r.queue_length);
  if (r.left_out != 0) fmt::format_to(out, "; {} crashes before it were not reported", r.left_out);
  return text;
}

}  // namespace

// --- Of a process ----------------------------------------------------------------------------------------------------

report process::begin_report(report::kind what, exit_reason why) const {
  return {.what = what, .who = address(), .label = std::string(label()), .where = place_, .reason = std::move(why), .text = {}};
}

void process::report_crash(const exit_reason& why) noexcept {
  try {
    const auto left_out = home_.crash_reports().admit(home_.time().now());
    if (!left_out) return;
    report r = begin_report(report::kind::crash, why);  // It is dying: nobody else changes what it has.
    collect_mail();
    r.ancestors = home_.ancestors(pid_access::make(home_.number(), parent_index_, parent_generation_));
    if (const message_type* const last = mailbox_.last_taken()) r.last_message = std::string(last->name);
    r.queue_length = mailbox_.size();
    r.left_out = *left_out;
    r.text = text_of_crash(r);
    home_.log(r);
  } catch (...) {  // No memory for the text. Whoever monitors it still gets the reason.
  }
}

void process::report_stuck_unwind() noexcept {
  try {
    report r = [this] {
      const std::lock_guard hold(lock_);
      return begin_report(report::kind::not_unwound, exit_reason::killed);
    }();
    r.text = fmt::format(
        "shoal: process {} {} a noexcept function (or a destructor): the rest of its stack could not be unwound, and "
        "those destructors did not run",
        who_and_where(r), begins_anew() ? "hibernates in" : "had to end in");
    home_.log(r);
  } catch (...) {  // No memory for the text.
  }
}

std::optional<report> process::report_of_writing_off(const exit_reason& why) const noexcept {
  try {
    report r = begin_report(report::kind::written_off, why);
    r.text = fmt::format(
        "shoal: process {} was told to end ({}), and has not called the runtime for some milliseconds. It is dead to "
        "everybody, but keeps its worker until it does; its destructors have not run",
        who_and_where(r), one_line(why.what()));
    return r;
  } catch (...) {  // No memory for the text.
    return std::nullopt;
  }
}

// "terminate called after throwing an instance of ..." would not tell who it was.
void process::explain_terminate() noexcept {
  try {
    // Not known where a function that calls nothing but what throws is noexcept: then nobody has caught it yet.
    const bool known = std::current_exception() != nullptr;
    const report r =
        begin_report(report::kind::crash, known ? exit_reason_access::of_current_exception({}) : exit_reason::normal);
    fmt::print(stderr, "shoal: process {} ends the program: an exception left a noexcept function or a destructor{}{}{}{}\n",
               who_and_where(r), known ? ": " : "", one_line(r.reason.type_name()), known ? ": " : "",
               known ? one_line(r.reason.what()) : "");
  } catch (...) {  // No memory for the text.
  }
}

// The same for who does not catch what run() throws.
void explain_uncaught_exit() noexcept {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const exited& e) {
    fmt::print(stderr,
               "shoal: nobody caught shoal::exited, with the reason: {}. run() throws it when its process does not return.\n",
               one_line(e.reason.what()));
  } catch (...) {  // None of ours.
  }
}

// --- Of a runtime ----------------------------------------------------------------------------------------------------

std::vector<pid> core::ancestors(pid parent) {
  constexpr std::size_t most = 16;
  std::vector<pid> found;
  while (pid_access::generation(parent) != 0 && found.size() < most) {
    found.push_back(parent);
    process* const p = find(parent);
    if (p == nullptr) break;
    parent = p->parent_of(pid_access::generation(parent));
  }
  return found;
}

pid process::parent_of(std::uint64_t of_generation) {
  const std::lock_guard hold(lock_);
  if (!lives(of_generation) || parent_generation_ == 0) return {};
  return pid_access::make(home_.number(), parent_index_, parent_generation_);
}

void core::log(const report& r) const noexcept {
  try {
    if (chosen_.log) chosen_.log(r);
    else fmt::print(stderr, "{}\n", r.text);
  } catch (...) {  // A log that fails must not take a process with it.
  }
}

void core::log_left_out() noexcept {
  const std::size_t left_out = crash_reports_.take_left_out();
  if (left_out == 0) return;
  try {
    log({.what = report::kind::left_out,
         .who = {},
         .label = {},
         .where = {},
         .reason = exit_reason::normal,
         .text =
             fmt::format("shoal: {} more processes of runtime \"{}\" have crashed; at most {} crashes a second are reported",
                         left_out, chosen_.name, report_limit::reports_a_second),
         .left_out = left_out});
  } catch (...) {  // No memory for the text.
  }
}

}  // namespace shoal::detail
