// include/shoal/process/report.hpp — what a runtime tells its log.
#ifndef SHOAL_PROCESS_REPORT_HPP
#define SHOAL_PROCESS_REPORT_HPP

#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

#include <shoal/process/exit_reason.hpp>
#include <shoal/process/pid.hpp>

namespace shoal {

/// One thing worth telling somebody. Converts to its text, so a log may take a std::string_view instead.
struct report {
  enum class kind : std::uint8_t {
    crash,        ///< A process ended by an exception nobody caught.
    not_unwound,  ///< A killed process had a frame that lets no exception out: its remaining destructors did not run.
    held_out,     ///< A process was still alive when its runtime had to stop.
  };

  kind what;
  pid who;
  std::string label;           ///< The process's, or empty.
  std::source_location where;  ///< Where it was spawned.
  exit_reason reason;
  std::string text;            ///< All of it in one line.

  operator std::string_view() const noexcept { return text; }  // NOLINT: a report is its text.
};

}  // namespace shoal

#endif
