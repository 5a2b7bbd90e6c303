// include/shoal/process/report.hpp — what a runtime tells its log.
#ifndef SHOAL_PROCESS_REPORT_HPP
#define SHOAL_PROCESS_REPORT_HPP

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include <shoal/process/exit_reason.hpp>
#include <shoal/process/pid.hpp>

namespace shoal {

/// One thing worth telling somebody. Converts to its text, so a log may take a std::string_view instead.
struct report {
  enum class kind : std::uint8_t {
    crash,        ///< A process ended by an exception nobody caught.
    not_unwound,  ///< A killed process had a frame that lets no exception out: its remaining destructors did not run.
    held_out,     ///< A process was still alive when its runtime had to stop.
    written_off,  ///< A killed process does not come back from its computing: it is dead, but keeps its worker.
    left_out,     ///< At a runtime's end: crashes were not reported because there were more than 100 in a second.
  };

  kind what;
  pid who;
  std::string label;           ///< The process's, or empty.
  std::source_location where;  ///< Where it was spawned.
  exit_reason reason;
  std::string text;            ///< All of it in one line.
  // Of a crash:
  std::vector<pid> ancestors = {};  ///< Who spawned it, who spawned that, as far as they are alive.
  std::string last_message = {};    ///< The type of what it received last; empty: nothing yet.
  std::size_t queue_length = 0;     ///< What it had not received.
  std::size_t left_out = 0;         ///< Crashes before this one that were not reported.

  operator std::string_view() const noexcept { return text; }  // NOLINT: a report is its text.
};

}  // namespace shoal

#endif
