// include/shoal/process/suspend.hpp — holding a process up, for debuggers, tests and hot repairs.
#ifndef SHOAL_PROCESS_SUSPEND_HPP
#define SHOAL_PROCESS_SUSPEND_HPP

#include <shoal/process/pid.hpp>

namespace shoal {

/// Holds `p` up and returns when it stands still. Messages to it queue meanwhile; timers go on; it can be killed. It goes on when
/// everybody who has suspended it has resumed it as often, or has ended. Not for coordinating processes: that is what messages are
/// for. (Conformance 202.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: until `p` stands still: at its next call into the runtime.
/// If the other side is dead: throws `exited{noproc}`.
/// Errors: misuse for the caller itself, a pid of another runtime, or in a guard of a receive; system_limit or std::bad_alloc for want of memory.
SHOAL_API void suspend(pid p);

/// Undoes one suspend() of the caller's. True: there was one.
/// Call from: a process; elsewhere it throws misuse.   Suspends: never.   If the other side is dead: false.
/// Errors: misuse for a pid of another runtime.
SHOAL_API bool resume(pid p);

}  // namespace shoal

#endif
