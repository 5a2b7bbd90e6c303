// include/shoal/process/process_local.hpp — what thread_local is to a thread.
#ifndef SHOAL_PROCESS_PROCESS_LOCAL_HPP
#define SHOAL_PROCESS_PROCESS_LOCAL_HPP

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <shoal/base.hpp>

namespace shoal {

namespace detail {
/// A number no other process_local has or had.
[[nodiscard]] SHOAL_API std::uint64_t new_local_key() noexcept;
/// The calling process's value for that key, or null. Throws misuse outside a process.
[[nodiscard]] SHOAL_API void* find_local(std::uint64_t key);
/// Throws std::bad_alloc; the value is the caller's then.
SHOAL_API void add_local(std::uint64_t key, void* value, void (*destroy)(void* value) noexcept);
[[nodiscard]] SHOAL_API void* take_local(std::uint64_t key);
}  // namespace detail

/// A variable of which each process has its own. A process's value is made when the process first asks for it, from what this object was
/// made with, and destroyed when the process ends: after everything on its stack, before anybody hears of its end. The youngest goes
/// first. A `thread_local` would be its worker's, shared with strangers: see docs/mistakes.md. (Conformance 200.)
/// Threads: any number of processes may use one object at once. It must outlive their use of it, not their values.
/// Errors: misuse outside a process; std::bad_alloc, and what T's constructor throws, when a value is made.
/// Cost: one lock of its own, and a few ns for each process_local this process uses.
/// Example: `shoal::process_local<int> depth{0}; ... ++*depth;`
template <class T>
class process_local {
 public:
  /// Values begin as `T()`.
  process_local()
    requires std::default_initializable<T>
      : process_local([] { return T(); }) {}
  /// Values begin as copies of `first`.
  explicit process_local(T first)
    requires std::copy_constructible<T>
      : make_([first = std::move(first)] { return T(first); }) {}
  /// Values begin as what `make()` returns, which is called in the process.
  template <class Make>
    requires(!std::same_as<std::remove_cvref_t<Make>, T> && std::is_invocable_r_v<T, Make&>)
  explicit process_local(Make make) : make_(std::move(make)) {}
  process_local(const process_local&) = delete;
  process_local& operator=(const process_local&) = delete;

  /// The calling process's. Valid until it ends, or until put() or erase().
  [[nodiscard]] T& operator*() { return get(); }
  [[nodiscard]] T* operator->() { return &get(); }
  [[nodiscard]] T& get() {
    if (T* const mine = find()) return *mine;
    return store(std::make_unique<T>(make_()));
  }
  /// Null: the calling process has none yet.
  [[nodiscard]] T* find() { return static_cast<T*>(detail::find_local(key_)); }

  /// Gives the calling process that value; returns the one it had.
  std::optional<T> put(T value) {
    auto fresh = std::make_unique<T>(std::move(value));
    std::optional<T> before = erase();
    store(std::move(fresh));
    return before;
  }
  /// Takes the calling process's value away; the next use makes a new one.
  std::optional<T> erase() {
    const std::unique_ptr<T> mine(static_cast<T*>(detail::take_local(key_)));
    return mine != nullptr ? std::optional<T>(std::move(*mine)) : std::nullopt;
  }

 private:
  T& store(std::unique_ptr<T> fresh) {
    detail::add_local(key_, fresh.get(), [](void* value) noexcept { delete static_cast<T*>(value); });
    return *fresh.release();
  }

  const std::uint64_t key_ = detail::new_local_key();
  const std::function<T()> make_;
};

}  // namespace shoal

#endif
