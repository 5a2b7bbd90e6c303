// include/shoal/process/spawn.hpp — making processes.
#ifndef SHOAL_PROCESS_SPAWN_HPP
#define SHOAL_PROCESS_SPAWN_HPP

#include <type_traits>
#include <utility>

#include <shoal/process/detail/entry.hpp>
#include <shoal/process/monitor.hpp>
#include <shoal/process/options.hpp>
#include <shoal/process/pid.hpp>

namespace shoal {

namespace detail {
/// Take `code` over, whatever happens.
SHOAL_API pid spawn_packed(entry* code, const spawn_options* chosen, std::source_location where);
SHOAL_API pid spawn_packed_linked(entry* code, const spawn_options* chosen, std::source_location where);
SHOAL_API std::pair<pid, monitor_ref> spawn_packed_monitored(entry* code, const spawn_options* chosen,
                                                             std::source_location where);
SHOAL_API std::pair<pid, monitor_ref> spawn_packed_linked_monitored(entry* code, const spawn_options* chosen,
                                                                    std::source_location where);

template <class... Args>
using entry_for = entry_argument<std::type_identity_t<Args>...>;
}  // namespace detail

/// Makes a process that runs `f(args...)`; both are moved (or copied) into it. It ends when `f` returns (`normal`), throws, or is
/// killed. What `f` returns is dropped. Nothing ties it to its parent. An argument that looks like a value and is none (a view,
/// text by `const char*`, an array) does not compile; pointers and captures are the caller's responsibility.
/// Call from: a process; elsewhere it throws misuse (use runtime::spawn).   Suspends: never; may end the turn.
/// Errors: misuse for an empty std::function or a null pointer; system_limit when the process limit or memory is exhausted.
/// Cost: about 0.1 µs with what an earlier process has left behind; its stack is taken when it first runs.
template <class... Args>
pid spawn(detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), nullptr, f.where);
}
template <class... Args>
pid spawn(const spawn_options& chosen, detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), &chosen, chosen.where);
}

/// spawn(), monitored by the caller from its first instruction on: exactly one `down` with the returned reference comes when it
/// has ended, with its real reason however soon that is.
/// Call from, Suspends, Errors: as spawn().
/// Example: `auto [worker, ref] = shoal::spawn_monitor([] { compute(); });`
template <class... Args>
std::pair<pid, monitor_ref> spawn_monitor(detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed_monitored(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), nullptr, f.where);
}
template <class... Args>
std::pair<pid, monitor_ref> spawn_monitor(const spawn_options& chosen, detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed_monitored(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), &chosen, chosen.where);
}

/// spawn(), linked to the caller from its first instruction on: see link(). (Conformance 6.)
/// Call from, Suspends, Errors: as spawn().
/// Example: `shoal::trap_exit(true); shoal::spawn_link(worker); auto end = shoal::receive<shoal::exit_signal>();`
template <class... Args>
pid spawn_link(detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed_linked(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), nullptr, f.where);
}
template <class... Args>
pid spawn_link(const spawn_options& chosen, detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed_linked(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), &chosen, chosen.where);
}

/// spawn(), both linked and monitored. (Conformance 8.)
/// Call from, Suspends, Errors: as spawn().
template <class... Args>
std::pair<pid, monitor_ref> spawn_link_monitor(detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed_linked_monitored(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), nullptr, f.where);
}
template <class... Args>
std::pair<pid, monitor_ref> spawn_link_monitor(const spawn_options& chosen, detail::entry_for<Args...> f, Args&&... args) {
  return detail::spawn_packed_linked_monitored(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...), &chosen,
                                               chosen.where);
}

}  // namespace shoal

#endif
