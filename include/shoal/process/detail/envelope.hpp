// include/shoal/process/detail/envelope.hpp — a message on its way: one block that holds the header and the value.
//
//   | next | type | to | class ... | value ... |        32 bytes of header, then the value at its alignment
#ifndef SHOAL_PROCESS_DETAIL_ENVELOPE_HPP
#define SHOAL_PROCESS_DETAIL_ENVELOPE_HPP

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include <shoal/base.hpp>
#include <shoal/process/detail/blocks.hpp>
#include <shoal/process/sendable.hpp>

namespace shoal::detail {

/// What the untyped core knows of a message's type. Messages are matched by name hash, so that one type is one type on both
/// sides of a shared object; types whose name is no name (anonymous namespaces, local classes) by the address of this.
struct message_type {
  std::string_view name;
  const std::type_info* info;  // Tells apart what compilers give one name: classes of two functions, of two source files.
  std::uint64_t hash;
  std::uint32_t value_bytes;
  std::uint16_t value_offset;  // From the envelope's start.
  bool local;
  bool is_down;  // It begins with the reference of a monitor that has ended.
  void (*destroy)(void* value) noexcept;  // Null: nothing to do.
};

template <class T>
inline constexpr bool is_down = false;

inline constexpr std::size_t envelope_bytes = 32;

template <class T>
inline constexpr message_type type_of{
    .name = type_name<T>(),
    .info = &typeid(T),
    .hash = name_hash(type_name<T>()),
    .value_bytes = sizeof(T),
    .value_offset = static_cast<std::uint16_t>(alignof(T) > envelope_bytes ? alignof(T) : envelope_bytes),
    .local = is_local_name(type_name<T>()),
    .is_down = is_down<T>,
    .destroy = std::is_trivially_destructible_v<T> ? nullptr : +[](void* value) noexcept { static_cast<T*>(value)->~T(); },
};

/// Equal hashes under two addresses: the same type in two shared objects, or two types of one name, or two names with one hash,
/// which throws misuse.
[[nodiscard]] SHOAL_API bool same_type_elsewhere(const message_type& a, const message_type& b);

struct envelope {
  envelope* next = nullptr;
  const message_type* type;
  std::uint64_t to_generation = 0;  // Whom it is for: a slot that was recycled under the sender's hand drops it.
  std::uint8_t block_class;  // Where the block goes back to.

  [[nodiscard]] void* value() noexcept { return reinterpret_cast<std::byte*>(this) + type->value_offset; }

  template <class T>
  [[nodiscard]] bool holds() const {
    const message_type& wanted = type_of<T>;
    if (type == &wanted) [[likely]]
      return true;
    if constexpr (is_local_name(type_name<T>())) return false;
    return type->hash == wanted.hash && same_type_elsewhere(*type, wanted);
  }
  template <class T>
  [[nodiscard]] T& as() noexcept {
    return *std::launder(static_cast<T*>(value()));
  }
};
static_assert(sizeof(envelope) == envelope_bytes);

/// Destroys the value and gives the block back. On a worker.
SHOAL_API void discard(envelope& mail) noexcept;

template <class T, class Value>
[[nodiscard]] envelope* make_envelope(const block_source& blocks, Value&& value) {
  static_assert(alignof(T) <= block_alignment, "shoal: a message may be aligned to 64 bytes at most.");
  constexpr const message_type& type = type_of<T>;
  std::uint8_t block_class = 0;
  void* block = blocks.allocate(blocks.where, type.value_offset + sizeof(T), block_class);
  auto* mail = ::new (block) envelope{.type = &type, .block_class = block_class};
  if constexpr (std::is_nothrow_constructible_v<T, Value>) {
    ::new (mail->value()) T(std::forward<Value>(value));
  } else {
    try {
      ::new (mail->value()) T(std::forward<Value>(value));
    } catch (...) {
      blocks.free(blocks.where, block, block_class);
      throw;
    }
  }
  return mail;
}

/// Owns one envelope.
class envelope_owner {
 public:
  explicit envelope_owner(envelope* mail) noexcept : mail_(mail) {}
  envelope_owner(envelope_owner&& other) noexcept : mail_(std::exchange(other.mail_, nullptr)) {}
  envelope_owner& operator=(envelope_owner&&) = delete;
  ~envelope_owner() {
    if (mail_ != nullptr) discard(*mail_);
  }
  [[nodiscard]] envelope& operator*() const noexcept { return *mail_; }
  [[nodiscard]] envelope* operator->() const noexcept { return mail_; }
  [[nodiscard]] envelope* release() noexcept { return std::exchange(mail_, nullptr); }

 private:
  envelope* mail_;
};

}  // namespace shoal::detail

#endif
