// include/shoal/process/names.hpp — names for processes, known in their whole runtime.
#ifndef SHOAL_PROCESS_NAMES_HPP
#define SHOAL_PROCESS_NAMES_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <shoal/process/monitor.hpp>
#include <shoal/process/pid.hpp>
#include <shoal/process/send.hpp>

namespace shoal {

/// Gives `p`, the caller or another process, a name. A process has one at most, and gives it back when it ends, before anybody hears
/// of its end. (Conformance 86 to 91.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
/// Errors: misuse if the name is taken, empty or longer than 255 bytes, or if `p` has a name, is dead, or is of another runtime.
/// Cost: a lock that all who register share.
SHOAL_API void register_name(std::string_view name, pid p);

/// Takes the name back from whoever has it. Errors: misuse if nobody has.
SHOAL_API void unregister_name(std::string_view name);

/// Who has the name, or nothing. Whoever it is may be dead by the time you look.
/// Call from: a process; elsewhere it throws misuse.   Suspends: never.   Cost: takes no lock, waits for nobody.
[[nodiscard]] SHOAL_API std::optional<pid> whereis(std::string_view name);

/// All names, in no order.   Cost: grows with their number.
[[nodiscard]] SHOAL_API std::vector<std::string> registered_names();

namespace detail {
/// The process with that name. Throws exited{noproc}.
[[nodiscard]] SHOAL_API pid process_named(std::string_view name);
}  // namespace detail

/// send() to whoever has the name.   Errors: `exited{noproc}` if nobody has (conformance 18); else as send() to a pid.
template <class M>
void send(std::string_view name, M&& value) {
  send(detail::process_named(name), std::forward<M>(value));
}

/// monitor() of whoever has the name now. The `down` tells the name; if nobody has it, it comes at once, with `noproc`.
/// (Conformance 59, 60.)
[[nodiscard]] SHOAL_API monitor_ref monitor(std::string_view name);

}  // namespace shoal

#endif
