// include/shoal/process/detail/handlers.hpp — what receive makes of its arguments.
#ifndef SHOAL_PROCESS_DETAIL_HANDLERS_HPP
#define SHOAL_PROCESS_DETAIL_HANDLERS_HPP

#include <chrono>
#include <concepts>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <shoal/process/detail/mailbox_scan.hpp>
#include <shoal/process/mailbox_mark.hpp>
#include <shoal/process/message.hpp>
#include <shoal/process/sendable.hpp>

namespace shoal {

namespace detail {

template <class Guard, class Handler>
struct guarded {
  Guard guard;
  Handler handler;
};

template <class Handler>
struct after_clause {
  std::chrono::nanoseconds limit;
  Handler handler;
};

// --- Which message a handler takes -----------------------------------------------------------------------------------

template <class F>
struct only_argument;
template <class R, class A>
struct only_argument<R (*)(A)> {
  using type = A;
};
template <class R, class A>
struct only_argument<R (*)(A) noexcept> : only_argument<R (*)(A)> {};
template <class R, class A>
struct only_argument<R(A)> : only_argument<R (*)(A)> {};
template <class R, class A>
struct only_argument<R(A) noexcept> : only_argument<R (*)(A)> {};
template <class R, class C, class A>
struct only_argument<R (C::*)(A)> : only_argument<R (*)(A)> {};
template <class R, class C, class A>
struct only_argument<R (C::*)(A) const> : only_argument<R (*)(A)> {};
template <class R, class C, class A>
struct only_argument<R (C::*)(A) noexcept> : only_argument<R (*)(A)> {};
template <class R, class C, class A>
struct only_argument<R (C::*)(A) const noexcept> : only_argument<R (*)(A)> {};
template <class F>
  requires requires { typename only_argument<decltype(&F::operator())>::type; }
struct only_argument<F> : only_argument<decltype(&F::operator())> {};

template <class F>
concept takes_one_argument = requires { typename only_argument<F>::type; };

/// How a plain or guarded handler is asked and called.
template <class H>
struct handler_of {
  static_assert(takes_one_argument<H>,
                "shoal: a handler of receive takes exactly one argument whose type says which messages it is for: "
                "[](const order& o) { ... }, or [](shoal::message m) { ... } for any. `auto` does not say.");
  using argument = typename only_argument<H>::type;
  using value = std::remove_cvref_t<argument>;
  static_assert(
      std::is_same_v<value, message> || sendable<value>,
      "shoal: this handler never gets a message: its type cannot be sent, because it does not own what it leads to (or "
      "cannot be moved). Take the type that is sent: std::string instead of const char* or std::string_view, "
      "std::vector instead of std::span.");
  static_assert(!std::is_same_v<argument, message&>,
                "shoal: a handler for any message takes it by value: [](shoal::message m) { ... }.");

  static bool accepts(mailbox_scan&, H&, envelope& mail) {
    if constexpr (std::is_same_v<value, message>) return true;
    else return mail.holds<value>();
  }
  static decltype(auto) call(H& handler, envelope_owner mail) {
    if constexpr (std::is_same_v<value, message>) return std::invoke(handler, message_access::wrap(mail.release()));
    else return std::invoke(handler, static_cast<argument&&>(mail->template as<value>()));
  }
};
template <class Guard, class H>
struct handler_of<guarded<Guard, H>> {
  using plain = handler_of<H>;
  using value = typename plain::value;
  static_assert(!std::is_same_v<value, message>, "shoal: when() guards a handler of one type, not of shoal::message.");
  static_assert(std::predicate<Guard&, const value&>,
                "shoal: the guard of when() takes the message its handler takes, by const reference, and returns bool.");

  static bool accepts(mailbox_scan& scan, guarded<Guard, H>& g, envelope& mail) {
    if (!plain::accepts(scan, g.handler, mail)) return false;
    const mailbox_scan::look at_it(scan);
    return std::invoke(g.guard, std::as_const(mail.as<value>()));
  }
  static decltype(auto) call(guarded<Guard, H>& g, envelope_owner mail) { return plain::call(g.handler, std::move(mail)); }
};

template <class H>
inline constexpr bool is_after = false;
template <class H>
inline constexpr bool is_after<after_clause<H>> = true;
template <class H>
inline constexpr bool is_guarded = false;
template <class G, class H>
inline constexpr bool is_guarded<guarded<G, H>> = true;

// Tells handlers from the other overloads' arguments; a handler of a wrong shape passes, to be told by handler_of.
template <class H>
inline constexpr bool is_receive_argument =
    is_after<std::remove_cvref_t<H>> || is_guarded<std::remove_cvref_t<H>> || takes_one_argument<std::decay_t<H>> ||
    (std::is_class_v<std::decay_t<H>> && !requires { typename std::decay_t<H>::rep; } &&
     !std::is_same_v<std::decay_t<H>, mailbox_mark>);

// --- Which handlers are ever called ----------------------------------------------------------------------------------

template <class... Hs>
struct handler_list {};

/// Stops compilation if an earlier handler takes all that a later one could.
inline consteval void require_all_reachable(handler_list<>) {}
template <class H, class... Later>
consteval void require_all_reachable(handler_list<H, Later...>) {
  using value = typename handler_of<H>::value;
  constexpr bool takes_any = std::is_same_v<value, message>;
  static_assert(
      !takes_any || sizeof...(Later) == 0,
      "shoal: a handler of shoal::message takes every message, so the handlers behind it are never called. Put it last; "
      "only after() comes later.");
  static_assert(
      takes_any || is_guarded<H> || !(std::is_same_v<value, typename handler_of<Later>::value> || ...),
      "shoal: two handlers of this receive take the same type, and the first takes every message of it, so the second "
      "is never called. Give the first a guard with when(), or remove one.");
  require_all_reachable(handler_list<Later...>{});
}

// --- What a receive returns ------------------------------------------------------------------------------------------

template <class H>
struct result_of {
  using type = decltype(handler_of<H>::call(std::declval<H&>(), std::declval<envelope_owner>()));
};
template <class H>
struct result_of<after_clause<H>> {
  static_assert(std::invocable<H&>, "shoal: the function of after() takes no argument.");
  using type = std::invoke_result_t<H&>;
};

template <class... All>
struct common_result {
  static_assert(
      requires { typename std::common_type<All...>::type; },
      "shoal: the handlers of a receive return types that have no common type. Return one type from all, or nothing.");
  using type = typename std::common_type<All...>::type;
};

// --- The loop --------------------------------------------------------------------------------------------------------

// The number of the first handler that accepts `mail`, or -1.
template <class... Hs>
int first_that_accepts(mailbox_scan& scan, envelope& mail, Hs&... handlers) {
  int number = 0;
  const bool found = ((handler_of<Hs>::accepts(scan, handlers, mail) || (++number, false)) || ...);
  return found ? number : -1;
}

template <class R, class H, class... Hs>
R call_numbered(int number, envelope_owner mail, H& handler, Hs&... others) {
  if constexpr (sizeof...(Hs) > 0)
    if (number > 0) return call_numbered<R>(number - 1, std::move(mail), others...);
  return static_cast<R>(handler_of<H>::call(handler, std::move(mail)));
}

template <class R, class TimeIsUp, class... Hs>
R receive_loop(mailbox_scan& scan, TimeIsUp time_is_up, Hs&... handlers) {
  do {
    while (envelope* mail = scan.candidate()) {
      if constexpr (sizeof...(Hs) > 0) {
        const int number = first_that_accepts(scan, *mail, handlers...);
        if (number >= 0) return call_numbered<R>(number, scan.take(), handlers...);
      }
      scan.skip();
    }
  } while (scan.wait());
  return static_cast<R>(time_is_up());
}

// Without after(): the time is never up.
template <class... Hs>
decltype(auto) receive_split(std::uint32_t mark, Hs&... handlers) {
  require_all_reachable(handler_list<Hs...>{});
  using result = typename common_result<typename result_of<Hs>::type...>::type;
  mailbox_scan scan(infinity, mark);
  return receive_loop<result>(scan, []() -> result { __builtin_unreachable(); }, handlers...);
}

template <std::size_t... Before, class Tuple>
decltype(auto) receive_until(std::uint32_t mark, std::index_sequence<Before...>, Tuple all) {
  require_all_reachable(handler_list<std::remove_reference_t<std::tuple_element_t<Before, Tuple>>...>{});
  auto& clause = std::get<sizeof...(Before)>(all);
  using result =
      typename common_result<typename result_of<std::remove_reference_t<std::tuple_element_t<Before, Tuple>>>::type...,
                             typename result_of<std::remove_reference_t<decltype(clause)>>::type>::type;
  mailbox_scan scan(clause.limit, mark);
  return receive_loop<result>(
      scan, [&]() -> result { return static_cast<result>(clause.handler()); }, std::get<Before>(all)...);
}

template <class... Hs>
decltype(auto) receive_from(std::uint32_t mark, Hs&&... handlers) {
  constexpr std::size_t count = sizeof...(Hs);
  constexpr std::size_t afters = (std::size_t{is_after<std::remove_cvref_t<Hs>>} + ...);
  using last = std::tuple_element_t<count - 1, std::tuple<std::remove_cvref_t<Hs>...>>;
  static_assert(afters == 0 || (afters == 1 && is_after<last>), "shoal: after() is the last argument of a receive.");
  if constexpr (afters == 0) return receive_split(mark, handlers...);
  else return receive_until(mark, std::make_index_sequence<count - 1>{}, std::tie(handlers...));
}

}  // namespace detail
}  // namespace shoal

#endif
