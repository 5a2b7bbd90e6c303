// include/shoal/process/self.hpp — a process about itself: who it is, letting others go first, sleeping.
#ifndef SHOAL_PROCESS_SELF_HPP
#define SHOAL_PROCESS_SELF_HPP

#include <shoal/base.hpp>

#include <shoal/process/pid.hpp>

namespace shoal {

/// The calling process.
/// Call from: a process; elsewhere it throws misuse.   Suspends: no.   Cost: a few ns.
[[nodiscard]] SHOAL_API pid self();

/// Ends this turn: processes of the same priority that could run go first.
/// Call from: a process; elsewhere it throws misuse.   Suspends: until its next turn.
SHOAL_API void yield();

/// Whether `p` has neither ended nor been killed.
/// Call from: a process; elsewhere it throws misuse.   Suspends: no.   If the other side is dead: false.
/// Cost: a few ns; reads one line of the other's memory.
[[nodiscard]] SHOAL_API bool is_alive(pid p);

namespace detail {
SHOAL_API void sleep_for(std::chrono::nanoseconds how_long);
}

/// Waits at least `how_long`; messages that come meanwhile stay in the mailbox. Zero or less: returns at once.
/// Call from: a process; elsewhere it throws misuse.   Suspends: until the time is up; for ever with `infinity`.
template <class Rep, class Period>
void sleep(std::chrono::duration<Rep, Period> how_long) {
  detail::sleep_for(detail::saturated(how_long));
}

}  // namespace shoal

#endif
