// include/shoal/process/sendable.hpp — which types may be messages: movable values that own what they carry.
//
// A process shares no memory with others, so a message must not point at what its sender keeps. What is refused: raw pointers,
// references, views and other borrowed things, pointers to shared data that can change, unions (nobody can see what they hold);
// and every standard container, adapter, optional, variant, tuple or aggregate that holds one of these. A class with private
// members is taken at its word.
//
// An aggregate's members are counted by initialising it, on paper, with probes that convert to anything. Then it is initialised
// with as many strict probes, whose conversion to what may not be sent is private: the compiler tells whether that is allowed.
// (Private, and neither absent nor deleted: else a nested aggregate would be initialised member by member from the next probes.)
//
// Not looked into: a member whose class has a constructor template that takes anything, for that takes the probe, too. If it takes
// it by value, which is as good a match as the conversion, the probes end before it, and what comes after it is not seen either;
// nor is anything, if there is a member that must be given a value, and cannot be given a probe.
#ifndef SHOAL_PROCESS_SENDABLE_HPP
#define SHOAL_PROCESS_SENDABLE_HPP

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace shoal {

namespace detail {

template <class T, class... Seen>
consteval bool refused();

// What `is_sendable` is for a type nobody declared anything about: found out only when asked.
template <class T>
struct undeclared {
  constexpr operator bool() const noexcept { return !refused<T>(); }  // NOLINT: it stands in for a bool.
};

}  // namespace detail

/// Specialise as `true` for a type that looks borrowed but is not (a struct that holds a `std::function` whose captures you know
/// to be values, a union of values), as `false` for a class that hides a pointer to what it does not own.
template <class T>
inline constexpr detail::undeclared<T> is_sendable{};

namespace detail {

template <class T>
inline constexpr bool is_declared = !std::is_same_v<std::remove_cv_t<decltype(is_sendable<T>)>, undeclared<T>>;

// What never owns what it leads to.
template <class T>
inline constexpr bool is_object_pointer = std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>;
template <class T>
inline constexpr bool is_borrowed = std::is_reference_v<T> || is_object_pointer<T>;
template <class T>
inline constexpr bool is_borrowed<std::reference_wrapper<T>> = true;
template <class T, class Traits>
inline constexpr bool is_borrowed<std::basic_string_view<T, Traits>> = true;
template <class T, std::size_t N>
inline constexpr bool is_borrowed<std::span<T, N>> = true;
template <class T>
inline constexpr bool is_borrowed<std::initializer_list<T>> = true;
template <class T>
inline constexpr bool is_borrowed<std::shared_ptr<T>> = !std::is_const_v<T>;
template <class T>
inline constexpr bool is_borrowed<std::weak_ptr<T>> = !std::is_const_v<T>;
template <class Signature>
inline constexpr bool is_borrowed<std::function<Signature>> = true;

template <class... Ts>
struct parts {};

// The types a standard template is made of.
template <class T>
struct parts_of {
  using type = parts<>;
};
template <class T>
  requires requires { typename T::value_type; } && std::ranges::range<T>
struct parts_of<T> {
  using type = parts<typename T::value_type>;
};
template <class T>
  requires requires { typename T::container_type; } && (!std::ranges::range<T>)  // A queue, a stack, a priority_queue.
struct parts_of<T> {
  using type = parts<typename T::container_type>;
};
template <class... Ts>
struct parts_of<std::tuple<Ts...>> {
  using type = parts<Ts...>;
};
template <class A, class B>
struct parts_of<std::pair<A, B>> {
  using type = parts<A, B>;
};
template <class... Ts>
struct parts_of<std::variant<Ts...>> {
  using type = parts<Ts...>;
};
template <class T>
struct parts_of<std::optional<T>> {
  using type = parts<T>;
};
template <class T, class Deleter>
struct parts_of<std::unique_ptr<T, Deleter>> {
  using type = parts<std::remove_extent_t<T>>;
};
template <class T>
struct parts_of<std::shared_ptr<const T>> {
  using type = parts<T>;
};

template <class... Seen, class... Ts>
consteval bool any_refused(parts<Ts...>) {
  return (refused<std::remove_cv_t<Ts>, Seen...>() || ...);
}

// Converts to a member of any type. It cannot be copied, so that std::any and its like, which take whatever can be copied, do not
// take the probe itself; a constructor that takes it by reference is preferred to the conversion, because of the `volatile`.
struct member_probe {
  member_probe() = default;
  member_probe(const member_probe&) = delete;
  template <class U>
  operator U() const volatile noexcept {  // NOLINT: never called.
    __builtin_unreachable();
  }
};
// The same, for a member of a type that may be sent.
template <class... Seen>
class strict_probe {
 public:
  strict_probe() = default;
  strict_probe(const strict_probe&) = delete;
  template <class U>
    requires(!refused<std::remove_cv_t<U>, Seen...>())
  operator U() const volatile noexcept {  // NOLINT: never called.
    __builtin_unreachable();
  }

 private:
  template <class U>
    requires(refused<std::remove_cv_t<U>, Seen...>())
  operator U() const volatile noexcept {  // NOLINT: never called.
    __builtin_unreachable();
  }
};
struct lvalue_probe {
  template <class U>
  operator U&() const;  // NOLINT
};

template <class T, std::size_t>
using repeated = T;

// The probes lean on brace elision where a member is an array, and on conversions that would be doubtful if they were ever done.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-braces"
#pragma GCC diagnostic ignored "-Wconversion"

// Whether T can be initialised from that many probes.
template <class T, class Probe, std::size_t... All>
consteval bool takes(std::index_sequence<All...>) {
  return requires { T{repeated<Probe, All>{}...}; };
}
template <class T, std::size_t... Before>
consteval bool takes_lvalue_after(std::index_sequence<Before...>) {
  return requires { T{repeated<member_probe, Before>{}..., lvalue_probe{}}; };
}

#pragma GCC diagnostic pop

// An aggregate with more parts than this (arrays count by element) is taken at its word.
inline constexpr std::size_t parts_max = 8192;

// The least count of probes that initialises T, from `Count` on: members without a default value must be given one.
template <class T, std::size_t Count = 0>
consteval std::size_t fewest_parts() {
  if constexpr (takes<T, member_probe>(std::make_index_sequence<Count>{})) return Count;
  else if constexpr (Count > std::min(sizeof(T), std::size_t{64})) return parts_max;
  else return fewest_parts<T, Count + 1>();
}

// The greatest such count, knowing that `Enough` do and `TooMany` do not. By halving: an array may have thousands of elements.
template <class T, std::size_t Enough, std::size_t TooMany>
consteval std::size_t most_parts() {
  constexpr std::size_t middle = Enough + (TooMany - Enough) / 2;
  if constexpr (middle == Enough) return Enough;
  else if constexpr (takes<T, member_probe>(std::make_index_sequence<middle>{})) return most_parts<T, middle, TooMany>();
  else return most_parts<T, Enough, middle>();
}
template <class T, std::size_t Enough, std::size_t Step = 1>
consteval std::size_t most_parts_from() {
  if constexpr (Enough + Step >= parts_max) return parts_max;
  else if constexpr (takes<T, member_probe>(std::make_index_sequence<Enough + Step>{}))
    return most_parts_from<T, Enough + Step, 2 * Step>();
  else return most_parts<T, Enough, Enough + Step>();
}

// Counts the parts of T, then looks at all of them together.
template <class T, class... Seen>
consteval bool members_refused() {
  constexpr std::size_t fewest = fewest_parts<T>();
  if constexpr (fewest == parts_max) return takes_lvalue_after<T>(std::make_index_sequence<0>{});
  else {
    constexpr std::size_t parts = most_parts_from<T, fewest>();
    if constexpr (parts == parts_max) return false;
    else if constexpr (takes_lvalue_after<T>(std::make_index_sequence<parts>{})) return true;  // Only references do.
    else return !takes<T, strict_probe<T, Seen...>>(std::make_index_sequence<parts>{});
  }
}

/// Is T known to carry something borrowed? `Seen` are the types on the way here: a tree that holds trees is asked about once.
template <class T, class... Seen>
consteval bool refused() {
  if constexpr ((std::is_same_v<T, Seen> || ...)) return false;
  else if constexpr (is_declared<T>) return !is_sendable<T>;
  else if constexpr (is_borrowed<T> || std::is_union_v<T>) return true;
  else if constexpr (std::ranges::enable_view<T>) return true;
  else if constexpr (any_refused<T, Seen...>(typename parts_of<T>::type{})) return true;
  else if constexpr (std::is_aggregate_v<T> && std::is_class_v<T> && !std::ranges::range<T>) {
    // A const& member takes values like any other; what gives it away is that the whole cannot be assigned.
    if constexpr (!std::is_move_assignable_v<T> && std::is_move_constructible_v<T>) return true;
    else return members_refused<T, Seen...>();
  } else return false;
}

}  // namespace detail

/// A type that may be sent.
template <class T>
concept sendable = std::is_object_v<T> && !std::is_array_v<T> && !std::is_const_v<T> && std::move_constructible<T> &&
                   static_cast<bool>(is_sendable<T>);

namespace detail {

/// Stops compilation with a text that says what to do.
template <class T>
consteval void require_sendable() {
  static_assert(!is_object_pointer<T>,
                "shoal: a raw pointer cannot be a message: its target belongs to the sender, who may be gone when it is read. "
                "Send the value itself, a std::string instead of text, or a std::unique_ptr.");
  static_assert(
      !std::is_union_v<T> || is_declared<T>,
      "shoal: a union cannot be a message: nobody can see which member it holds, so not whether it owns what it carries. "
      "Send a std::variant. If no member leads to anything the sender keeps, say so: "
      "template <> inline constexpr bool shoal::is_sendable<my_union> = true;");
  static_assert(is_object_pointer<T> || std::move_constructible<T>,
                "shoal: a message must be movable: it is moved to its receiver. Send a value, or a std::unique_ptr to it.");
  static_assert(
      is_object_pointer<T> || !std::move_constructible<T> || static_cast<bool>(is_sendable<T>),
      "shoal: this type cannot be a message: it has a member (or is one) that does not own what it leads to: a raw "
      "pointer, a reference, a view (string_view, span), a reference_wrapper, a std::function, a shared_ptr to what "
      "can change, a union (nobody can see what it holds), or an aggregate with a const or reference member. Send "
      "values; std::string, std::vector, std::unique_ptr<T> and std::shared_ptr<const T> are fine. If it does own all it "
      "carries, say so: "
      "template <> inline constexpr bool shoal::is_sendable<my_type> = true;");
}

}  // namespace detail
}  // namespace shoal

#endif
