// include/shoal/process/receive.hpp — selective receive: the oldest message that fits; the others stay, in order.
#ifndef SHOAL_PROCESS_RECEIVE_HPP
#define SHOAL_PROCESS_RECEIVE_HPP

#include <chrono>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <shoal/process/detail/handlers.hpp>
#include <shoal/process/detail/mailbox_scan.hpp>
#include <shoal/process/mailbox_mark.hpp>
#include <shoal/process/message.hpp>

namespace shoal {

/// A handler that only takes messages for which `guard(message)` is true. The guard gets a const reference and is asked once per
/// message and receive. It only looks: a receive inside it throws misuse, and so does demonitor with flush. It may send, and may
/// suspend; what arrives meanwhile is considered later, in its order.
template <class Guard, class Handler>
[[nodiscard]] detail::guarded<std::decay_t<Guard>, std::decay_t<Handler>> when(Guard&& guard, Handler&& handler) {
  return {std::forward<Guard>(guard), std::forward<Handler>(handler)};
}

/// The last argument of a receive: what to do when nothing has fitted for that long. Zero or less: the receive never suspends.
template <class Rep, class Period, class Handler>
[[nodiscard]] detail::after_clause<std::decay_t<Handler>> after(std::chrono::duration<Rep, Period> limit, Handler&& handler) {
  return {detail::saturated(limit), std::forward<Handler>(handler)};
}

/// Takes the oldest message that one of the handlers accepts, and returns what that handler returns. Blocks until there is one.
/// A handler takes one argument: a message type T (as T, T&, const T& or T&&) or shoal::message for any; handlers are tried in
/// order. One that could never be called does not compile: its type cannot be sent, or an earlier one takes all it could.
/// The last argument may be after(). The value is the handlers' common type, or void.
/// Call from: a process; elsewhere, and in a guard, it throws misuse.   Suspends: until a message fits, or after()'s time is up.
/// Errors: what handlers and guards throw; a message whose guard throws stays.
/// Cost: one step for each message skipped, whatever the number of handlers' types.
/// Example: `int n = receive([](const add& m) { return m.x + m.y; }, after(100ms, [] { return -1; }));`
template <class... Handlers>
  requires(detail::is_receive_argument<Handlers> && ...)
decltype(auto) receive(Handlers&&... handlers) {
  static_assert(sizeof...(Handlers) > 0, "shoal: receive needs a handler, or a type: receive<order>().");
  return detail::receive_from(detail::mailbox_scan::no_mark, std::forward<Handlers>(handlers)...);
}
/// The same, from a mark on.
template <class... Handlers>
  requires(detail::is_receive_argument<Handlers> && ...)
decltype(auto) receive(mailbox_mark from, Handlers&&... handlers) {
  static_assert(sizeof...(Handlers) > 0, "shoal: receive needs a handler.");
  return detail::receive_from(detail::mark_access::number(from), std::forward<Handlers>(handlers)...);
}

/// Takes the oldest T.
template <class T>
T receive() {
  return receive([](T value) -> T { return value; });
}
/// Takes the oldest T, if there is one within `limit`.
template <class T, class Rep, class Period>
std::optional<T> receive(std::chrono::duration<Rep, Period> limit) {
  return receive([](T value) -> std::optional<T> { return std::optional<T>(std::move(value)); },
                 after(limit, []() -> std::optional<T> { return std::nullopt; }));
}

/// Takes the oldest T for which `fits(value)` is true.
template <class T, class Predicate>
T receive_if(Predicate&& fits) {
  return receive(when(std::forward<Predicate>(fits), [](T value) -> T { return value; }));
}
template <class T, class Predicate, class Rep, class Period>
std::optional<T> receive_if(Predicate&& fits, std::chrono::duration<Rep, Period> limit) {
  return receive(
      when(std::forward<Predicate>(fits), [](T value) -> std::optional<T> { return std::optional<T>(std::move(value)); }),
      after(limit, []() -> std::optional<T> { return std::nullopt; }));
}

}  // namespace shoal

#endif
