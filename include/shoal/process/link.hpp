// include/shoal/process/link.hpp — ties of life and death: links, trapping, exit signals.
#ifndef SHOAL_PROCESS_LINK_HPP
#define SHOAL_PROCESS_LINK_HPP

#include <shoal/process/exit_reason.hpp>
#include <shoal/process/pid.hpp>

namespace shoal {

/// What a process that traps exits receives in place of an exit signal.
struct exit_signal {
  pid from;            ///< Whose end it tells of, or who sent it.
  exit_reason reason;  ///< Why.
};

/// Ties the caller and `other` together: when one ends with a reason other than `normal`, so does the other, with the same reason;
/// if it traps exits, it gets an `exit_signal` instead, for `normal`, too. A second link to the same process, or one to oneself,
/// changes nothing. (Conformance 39 to 45.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
/// If the other side is dead: throws `exited{noproc}`; a caller that traps exits gets an `exit_signal` with `noproc` instead, when the
/// other's destructors have run.
/// Errors: misuse for a pid of another runtime; system_limit or std::bad_alloc for want of memory.
/// Cost: one allocation from a pool, two locks.
SHOAL_API void link(pid other);

/// Unties the two, whoever tied them. From now on neither's end has an effect on the other; an `exit_signal` that has already come
/// stays in the mailbox. Where there is no link it does nothing.
/// Call from, Suspends: as link().   If the other side is dead: nothing happens.   Errors: misuse for a pid of another runtime.
SHOAL_API void unlink(pid other);

/// Whether exit signals come as messages from now on. Returns what it was before; at first it is false.
/// Call from: a process; elsewhere it throws misuse.   Suspends: never.
SHOAL_API bool trap_exit(bool on);

/// Sends `to` an exit signal. It ends with `why`, at its next call into the runtime, or at once if it waits; no handler can stop that. It
/// is dead for everybody from now on. If it traps exits it gets an `exit_signal` from the caller instead. `normal` is ignored by who
/// does not trap, unless it is the caller itself. Nobody traps `kill`: it ends `to` with the reason `killed`.
/// (Conformance 46 to 53.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never, unless `to` is the caller: then it may not return.
/// If the other side is dead: nothing happens. The same for `pid{}`.
/// Errors: misuse for a pid of another runtime; system_limit or std::bad_alloc for want of memory, never for `kill`.
SHOAL_API void exit(pid to, exit_reason why);

}  // namespace shoal

#endif
