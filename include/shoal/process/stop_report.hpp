// include/shoal/process/stop_report.hpp — what stopping a runtime took, and who held out.
#ifndef SHOAL_PROCESS_STOP_REPORT_HPP
#define SHOAL_PROCESS_STOP_REPORT_HPP

#include <cstddef>
#include <source_location>
#include <string>
#include <vector>

#include <shoal/base.hpp>

#include <shoal/process/pid.hpp>

namespace shoal {

/// A process that was still there when the time was up.
struct survivor {
  pid who;
  std::string label;
  std::source_location where;  ///< Where it was spawned.
  wait_reason waits_for;       ///< What it was doing: `none` if it was running, in an endless loop perhaps.
};

struct stop_report {
  std::size_t killed =
      0;  ///< Processes that had to be killed: all that were there, but for those that ended when they were asked.
  std::vector<survivor> still_alive;  ///< Of these, who had not ended in time. They never run again, but for endless loops.
  std::size_t asked = 0;  ///< Processes that trap exits, and were asked to end first.
};

}  // namespace shoal

#endif
