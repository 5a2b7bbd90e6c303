// include/shoal/process/timers.hpp — messages that are sent later.
#ifndef SHOAL_PROCESS_TIMERS_HPP
#define SHOAL_PROCESS_TIMERS_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <shoal/base.hpp>

#include <shoal/process/pid.hpp>
#include <shoal/process/send.hpp>

namespace shoal {

enum class timer_ref : std::uint64_t {};  ///< Names one timer in this runtime; another runtime may have an equal one.

/// What start_timer() sends.
struct timeout {
  timer_ref timer;  ///< What start_timer() returned.
};

namespace detail {
struct destination {
  pid to;
  std::string_view name;
  bool by_name;
};
/// Take `mail` over, whatever happens.
SHOAL_API timer_ref post_after(std::chrono::nanoseconds wait, const destination& to, envelope* mail);
SHOAL_API timer_ref post_at(steady_time when, const destination& to, envelope* mail);
SHOAL_API timer_ref post_timeout_after(std::chrono::nanoseconds wait, const destination& to);
/// Throws misuse for what is less than zero, or endless.
SHOAL_API void check_timer_wait(bool negative, std::chrono::nanoseconds wait);

template <class Rep, class Period>
[[nodiscard]] std::chrono::nanoseconds timer_wait(std::chrono::duration<Rep, Period> wait) {
  const std::chrono::nanoseconds exact = saturated(wait);
  check_timer_wait(!(wait >= wait.zero()), exact);
  return exact;
}
}  // namespace detail

/// Sends `value` to `to` in `wait` from now, never earlier, through its mailbox even if `wait` is zero. If `to` ends before, the timer
/// is cancelled. Timers do not end with who set them. (Conformance 72, 78, 79.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
/// If the other side is dead: nothing is sent, and the timer is one that has fired.
/// Errors: misuse for a negative or endless `wait` or a pid of another runtime; system_limit or std::bad_alloc for want of memory.
/// Cost: two allocations from pools, two locks. Late by a tick of the wheel (8 µs), and by as much as the turn lasts that its worker
/// is in.
/// Example: `timer_ref t = send_after(5s, self(), give_up{}); ... cancel_timer(t);`
template <class Rep, class Period, class M>
timer_ref send_after(std::chrono::duration<Rep, Period> wait, pid to, M&& value) {
  const auto exact = detail::timer_wait(wait);
  return detail::post_after(exact, {to, {}, false}, detail::envelope_for(detail::blocks_of_caller, std::forward<M>(value)));
}
/// The same to whoever has the name when the time has come; nothing happens if nobody has. (Conformance 80.)
/// Errors: also misuse for a name that is empty or longer than 255 bytes.
template <class Rep, class Period, class M>
timer_ref send_after(std::chrono::duration<Rep, Period> wait, std::string_view name, M&& value) {
  const auto exact = detail::timer_wait(wait);
  return detail::post_after(exact, {{}, name, true}, detail::envelope_for(detail::blocks_of_caller, std::forward<M>(value)));
}

/// The same at an instant of the steady clock; one that has passed is now, one beyond all times never comes. (Conformance 82.)
template <class M>
timer_ref send_at(steady_time when, pid to, M&& value) {
  return detail::post_at(when, {to, {}, false}, detail::envelope_for(detail::blocks_of_caller, std::forward<M>(value)));
}
template <class M>
timer_ref send_at(steady_time when, std::string_view name, M&& value) {
  return detail::post_at(when, {{}, name, true}, detail::envelope_for(detail::blocks_of_caller, std::forward<M>(value)));
}

/// send_after() of a `timeout` that holds the returned reference: for who must tell a timer's message from that of an earlier one.
/// (Conformance 73.)
template <class Rep, class Period>
timer_ref start_timer(std::chrono::duration<Rep, Period> wait, pid to) {
  return detail::post_timeout_after(detail::timer_wait(wait), {to, {}, false});
}
template <class Rep, class Period>
timer_ref start_timer(std::chrono::duration<Rep, Period> wait, std::string_view name) {
  return detail::post_timeout_after(detail::timer_wait(wait), {{}, name, true});
}

/// Cancels a timer, whoever set it. Returns how much time was left: then its message will never come. Nothing: it has fired, its
/// destination has ended, it was cancelled before, or there never was such a timer; a message that has come stays in the mailbox.
/// (Conformance 74 to 76, 83.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never.   Cost: two locks.
SHOAL_API std::optional<std::chrono::nanoseconds> cancel_timer(timer_ref timer);

/// What cancel_timer_async() sends.
struct timer_cancelled {
  timer_ref timer;
  std::optional<std::chrono::nanoseconds> left;  ///< What cancel_timer() would have returned.
};

/// cancel_timer() whose outcome comes to the caller as a `timer_cancelled`; `tell` false: not at all. (Conformance 84.)
/// Call from, Suspends, Cost: as cancel_timer().   Errors: system_limit or std::bad_alloc for want of memory; the timer goes on then.
SHOAL_API void cancel_timer_async(timer_ref timer, bool tell = true);

/// How much time is left; nothing as for cancel_timer(). (Conformance 77.)
/// Call from, Suspends, Cost: as cancel_timer().
[[nodiscard]] SHOAL_API std::optional<std::chrono::nanoseconds> read_timer(timer_ref timer);

}  // namespace shoal

#endif
