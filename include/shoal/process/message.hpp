// include/shoal/process/message.hpp — one message of any type, for handlers that take whatever comes.
#ifndef SHOAL_PROCESS_MESSAGE_HPP
#define SHOAL_PROCESS_MESSAGE_HPP

#include <string_view>
#include <utility>

#include <shoal/process/detail/envelope.hpp>

namespace shoal {

namespace detail {
class core;
struct message_access;
}  // namespace detail

/// Owns one message whose type is known only at run time. Empty after it was moved from or sent on.
/// It belongs to the runtime it was received in and must be gone before that is destroyed.
/// Threads: distinct objects are independent.
/// Example: `receive([](message m) { if (auto* o = m.get_if<order>()) handle(*o); });`
class message {
 public:
  message(message&& other) noexcept : mail_(std::exchange(other.mail_, nullptr)), from_(other.from_) {}
  message& operator=(message&& other) noexcept {
    std::swap(mail_, other.mail_);
    std::swap(from_, other.from_);
    return *this;
  }
  ~message() {
    if (mail_ != nullptr) drop();
  }

  /// Whether it holds a T.
  template <class T>
  [[nodiscard]] bool is() const {
    return mail_ != nullptr && mail_->holds<T>();
  }
  /// The T it holds, or null. Valid as long as this object holds the message.
  template <class T>
  [[nodiscard]] T* get_if() {
    return is<T>() ? &mail_->as<T>() : nullptr;
  }
  template <class T>
  [[nodiscard]] const T* get_if() const {
    return is<T>() ? &mail_->as<T>() : nullptr;
  }
  /// The name of its type as the compiler spells it; empty if it holds nothing.
  [[nodiscard]] std::string_view type_name() const noexcept {
    return mail_ != nullptr ? mail_->type->name : std::string_view{};
  }

 private:
  friend struct detail::message_access;

  message(detail::envelope* mail, detail::core* from) noexcept : mail_(mail), from_(from) {}
  SHOAL_API void drop() noexcept;

  detail::envelope* mail_;
  detail::core* from_;
};

namespace detail {

struct message_access {
  [[nodiscard]] SHOAL_API static message wrap(envelope* mail) noexcept;
  /// Takes out what it holds, for a process of `home`. Throws misuse if it is empty or of another runtime.
  [[nodiscard]] SHOAL_API static envelope* unwrap(message&& m, const core& home);
};

}  // namespace detail
}  // namespace shoal

#endif
