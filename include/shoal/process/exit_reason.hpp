// include/shoal/process/exit_reason.hpp — why a process ended, and the exception that carries a reason.
#ifndef SHOAL_PROCESS_EXIT_REASON_HPP
#define SHOAL_PROCESS_EXIT_REASON_HPP

#include <fmt/core.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <shoal/base.hpp>
#include <shoal/process/detail/envelope.hpp>
#include <shoal/process/sendable.hpp>

namespace shoal {

namespace detail {

struct uncaught_error {
  std::string what;
  std::string type_name;
  std::vector<void*> calls;  // The return addresses where it was thrown, innermost first.
  bool operator==(const uncaught_error& other) const { return what == other.what && type_name == other.type_name; }
};

// The value inside a reason: shared by all copies, never changed.
class reason_value {
 public:
  explicit reason_value(const message_type& type) noexcept : type_(type) {}
  reason_value(const reason_value&) = delete;
  reason_value& operator=(const reason_value&) = delete;
  virtual ~reason_value() = default;

  [[nodiscard]] virtual const void* address() const noexcept = 0;
  [[nodiscard]] virtual bool equals(const void* other) const = 0;
  [[nodiscard]] virtual std::string text() const = 0;
  [[nodiscard]] const message_type& type() const noexcept { return type_; }

  sync::atomic<std::uint32_t> owners{1};

 private:
  const message_type& type_;
};

template <class T>
[[nodiscard]] std::string text_of(const T& value) {
  if constexpr (std::convertible_to<const T&, std::string_view>) return std::string(std::string_view(value));
  else if constexpr (fmt::is_formattable<T>::value) return fmt::format("{}", value);
  else return std::string(type_name<T>());
}

template <class T>
class reason_value_of final : public reason_value {
 public:
  explicit reason_value_of(T value) : reason_value(type_of<T>), value_(std::move(value)) {}
  const void* address() const noexcept override { return &value_; }
  bool equals(const void* other) const override { return value_ == *static_cast<const T*>(other); }
  std::string text() const override { return text_of(value_); }

 private:
  const T value_;
};

struct exit_reason_access;

}  // namespace detail

/// Why a process ended: one of the named reasons, or any sendable value that can be compared.
/// Copies share the value. Threads: distinct objects are independent.
/// Cost: 16 bytes; a named reason allocates nothing, a value is allocated once.
class exit_reason {
 public:
  static const exit_reason normal;          ///< It had nothing more to do.
  static const exit_reason shutdown;        ///< It was asked to stop in good order.
  static const exit_reason kill;            ///< The exit signal nobody can trap. Whom it hits ends as `killed`.
  static const exit_reason killed;          ///< It was killed.
  static const exit_reason noproc;          ///< There was no such process.
  static const exit_reason noconnection;    ///< Its node could not be reached.
  static const exit_reason timeout;         ///< An answer did not come in time.
  static const exit_reason ignore;          ///< A start that chose not to.
  static const exit_reason stack_overflow;  ///< Its stack was too small for what it did.

  /// A reason of your own. Errors: what T's move throws.
  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, exit_reason> && std::equality_comparable<std::decay_t<T>>)
  explicit exit_reason(T&& value) : exit_reason(kind::value, std::forward<T>(value)) {}

  /// `shutdown`, with something to say: an orderly end that tells why.
  template <class T>
  [[nodiscard]] static exit_reason shutdown_with(T&& value) {
    return exit_reason(kind::shutdown, std::forward<T>(value));
  }

  exit_reason(const exit_reason& other) noexcept : kind_(other.kind_), value_(other.value_) {
    if (value_ != nullptr) value_->owners.fetch_add(1, sync::relaxed);
  }
  /// `other` is `normal` afterwards.
  exit_reason(exit_reason&& other) noexcept
      : kind_(std::exchange(other.kind_, kind::normal)), value_(std::exchange(other.value_, nullptr)) {}
  exit_reason& operator=(exit_reason other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(value_, other.value_);
    return *this;
  }
  constexpr ~exit_reason() {
    if (value_ != nullptr) drop();
  }

  /// Equal kind, and equal values of one type if there are values.
  [[nodiscard]] SHOAL_API bool operator==(const exit_reason& other) const;

  /// The value, if it is a T; else null. Valid as long as a copy of this reason lives.
  template <class T>
  [[nodiscard]] const T* get_if() const {
    if (value_ == nullptr || kind_ == kind::error) return nullptr;
    const detail::message_type& type = value_->type();
    const bool same = &type == &detail::type_of<T> || (!type.local && type.hash == detail::type_of<T>.hash &&
                                                       detail::same_type_elsewhere(type, detail::type_of<T>));
    return same ? static_cast<const T*>(value_->address()) : nullptr;
  }
  template <class T>
  [[nodiscard]] bool is() const {
    return get_if<T>() != nullptr;
  }

  /// `shutdown`, with or without a value.
  [[nodiscard]] bool is_shutdown() const noexcept { return kind_ == kind::shutdown; }
  /// An exception nobody caught.
  [[nodiscard]] bool is_error() const noexcept { return kind_ == kind::error; }

  /// The reason in words: the name, the value's text, or what() of the exception.
  [[nodiscard]] SHOAL_API std::string what() const;
  /// The exception's type, the value's type, or nothing for a named reason.
  [[nodiscard]] SHOAL_API std::string type_name() const;
  /// Where the exception was thrown (or thrown again, by `throw;`): a line for each call, innermost first; empty if that is not known. Names of functions that the
  /// program does not export (link it with -rdynamic) are `?`: see addr2line. Cost: some µs a line.
  [[nodiscard]] SHOAL_API std::string trace() const;

 private:
  friend struct detail::exit_reason_access;

  enum class kind : std::uint8_t {
    normal,
    shutdown,
    kill,
    killed,
    noproc,
    noconnection,
    timeout,
    ignore,
    stack_overflow,
    value,
    error
  };

  explicit constexpr exit_reason(kind k) noexcept : kind_(k) {}
  template <class T>
  exit_reason(kind k, T&& value) : kind_(k) {
    using stored = std::decay_t<T>;
    static_assert(std::equality_comparable<stored>,
                  "shoal: a value in an exit reason must be comparable with ==: reasons are. "
                  "Add  bool operator==(const my_type&) const = default;");
    if constexpr (!std::same_as<stored, detail::uncaught_error>) detail::require_sendable<stored>();
    value_ = new detail::reason_value_of<stored>(std::forward<T>(value));
  }
  SHOAL_API void drop() noexcept;

  kind kind_;
  detail::reason_value* value_ = nullptr;
};

inline constinit const exit_reason exit_reason::normal{kind::normal};
inline constinit const exit_reason exit_reason::shutdown{kind::shutdown};
inline constinit const exit_reason exit_reason::kill{kind::kill};
inline constinit const exit_reason exit_reason::killed{kind::killed};
inline constinit const exit_reason exit_reason::noproc{kind::noproc};
inline constinit const exit_reason exit_reason::noconnection{kind::noconnection};
inline constinit const exit_reason exit_reason::timeout{kind::timeout};
inline constinit const exit_reason exit_reason::ignore{kind::ignore};
inline constinit const exit_reason exit_reason::stack_overflow{kind::stack_overflow};

/// Thrown to end a process with a reason, and by calls that fail with one. Caught, the process lives on; uncaught, the process
/// ends with exactly that reason. Not derived from std::exception, so that a handler for errors does not stop it by accident.
struct exited {
  exit_reason reason;
};

/// Ends the calling process with `why`: throws `exited`.
/// Call from: a process. Elsewhere it is an exception like any other.
[[noreturn]] SHOAL_API void exit(exit_reason why);

namespace detail {

struct exit_reason_access {
  /// The reason for the exception being handled, which was thrown there.
  [[nodiscard]] static exit_reason of_current_exception(std::vector<void*>&& calls) noexcept;
  /// An error without an exception.
  [[nodiscard]] static exit_reason error(std::string what, std::string type_name);
};

}  // namespace detail
}  // namespace shoal

template <>
struct fmt::formatter<shoal::exit_reason> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  template <class Context>
  auto format(const shoal::exit_reason& why, Context& context) const {
    return fmt::format_to(context.out(), "{}", why.what());
  }
};

#endif
