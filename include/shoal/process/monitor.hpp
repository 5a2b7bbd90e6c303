// include/shoal/process/monitor.hpp — one-way notice that a process has ended.
#ifndef SHOAL_PROCESS_MONITOR_HPP
#define SHOAL_PROCESS_MONITOR_HPP

#include <cstdint>
#include <string>

#include <shoal/process/exit_reason.hpp>
#include <shoal/process/pid.hpp>

namespace shoal {

enum class monitor_ref : std::uint64_t {};  ///< Names one monitor in this runtime; never reused.

/// Delivered once to the monitoring process when the monitored one has ended.
/// It arrives after every message that process had sent to the receiver (conformance 21).
struct down {
  monitor_ref ref;     ///< What spawn_monitor() returned.
  pid from;            ///< Who ended.
  std::string name;    ///< The name that was monitored; empty for a monitor by pid.
  exit_reason reason;  ///< Why.
};

}  // namespace shoal

#endif
