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
  monitor_ref ref;     ///< What monitor() or spawn_monitor() returned.
  pid from;            ///< Who ended.
  std::string name;    ///< The name that was monitored; empty for a monitor by pid.
  exit_reason reason;  ///< Why; `noproc` if there was nobody to monitor.
};
template <>
inline constexpr bool detail::is_down<down> = true;

/// Asks to be told when `target` ends: exactly one `down` with the returned reference will come. Each call is a monitor of its own.
/// (Conformance 57 to 63.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
/// If the other side is dead: the `down` comes with `noproc`; at once, unless its destructors are still running. The caller may be
/// `target`: then there is nobody to be told in the end.
/// Errors: misuse for a pid of another runtime; system_limit or std::bad_alloc for want of memory.
/// Cost: one allocation from a pool, two locks.
[[nodiscard]] SHOAL_API monitor_ref monitor(pid target);

/// Ends a monitor of the caller's. True: no `down` with this reference will ever come. False: the monitor was not active, because
/// its `down` has come or the reference is none of the caller's.
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
SHOAL_API bool demonitor(monitor_ref ref);

struct flush_t {};
inline constexpr flush_t flush{};  ///< For demonitor: a `down` that has come goes, too.

/// The same, and takes out a `down` with this reference that has come: afterwards there is none, whatever it returns.
/// Errors: misuse in a guard of a receive.
/// Cost: where there was none, as much as there are messages in the mailbox.
SHOAL_API bool demonitor(monitor_ref ref, flush_t);

}  // namespace shoal

#endif
