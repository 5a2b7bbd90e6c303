// include/shoal/process/detail/entry.hpp — what a process runs: a function and its arguments, packed into one block at spawn.
#ifndef SHOAL_PROCESS_DETAIL_ENTRY_HPP
#define SHOAL_PROCESS_DETAIL_ENTRY_HPP

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <new>
#include <ranges>
#include <source_location>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <shoal/process/detail/blocks.hpp>
#include <shoal/process/misuse.hpp>
#include <shoal/process/sendable.hpp>

namespace shoal::detail {

/// A packed entry, its type forgotten.
struct entry {
  void (*run)(entry* self);               ///< Runs it, once. Frees the block.
  void (*destroy)(entry* self) noexcept;  ///< Instead of run, for a process that never starts. Leaves the block to the caller.
  std::uint8_t block_class;
};

template <class F, class... Args>
struct packed_entry final : entry {
  template <class G, class... As>
  explicit packed_entry(G&& g, As&&... as)
      : entry{&run_packed, &destroy_packed, 0}, code(std::forward<G>(g)), arguments(std::forward<As>(as)...) {}

  // Small ones move onto the process's stack, so that their block is free again before they begin.
  static constexpr bool moves_to_stack = sizeof(F) + sizeof(std::tuple<Args...>) <= 512 &&
                                         std::is_nothrow_move_constructible_v<F> &&
                                         std::is_nothrow_move_constructible_v<std::tuple<Args...>>;

  static void run_packed(entry* self) {
    auto* mine = static_cast<packed_entry*>(self);
    if constexpr (moves_to_stack) {
      F f = std::move(mine->code);
      std::tuple<Args...> args = std::move(mine->arguments);
      drop_packed(self);
      static_cast<void>(std::apply(std::move(f), std::move(args)));
    } else {
      const struct dropper {
        entry* self;
        ~dropper() { drop_packed(self); }
      } at_the_end{self};
      static_cast<void>(std::apply(std::move(mine->code), std::move(mine->arguments)));
    }
  }
  static void destroy_packed(entry* self) noexcept { static_cast<packed_entry*>(self)->~packed_entry(); }
  static void drop_packed(entry* self) noexcept {
    const std::uint8_t block_class = self->block_class;
    destroy_packed(self);
    give_block_back(self, block_class);
  }

  [[no_unique_address]] F code;
  [[no_unique_address]] std::tuple<Args...> arguments;
};

template <class F>
void refuse_missing(const F& f) {
  if constexpr (!std::is_function_v<F> && requires {
                  { f == nullptr } -> std::convertible_to<bool>;
                })
    if (f == nullptr)
      throw misuse(
          "shoal: spawn, run or hibernate got an empty function (a null pointer or an empty std::function). Nothing was done.");
}

/// Packs `f` and its arguments. Throws misuse if there is no function, system_limit or std::bad_alloc for want of memory.
template <class F, class... Args>
[[nodiscard]] entry* pack(const block_source& blocks, F&& f, Args&&... args) {
  using packed = packed_entry<std::decay_t<F>, std::decay_t<Args>...>;
  static_assert(alignof(packed) <= block_alignment,
                "shoal: a process's function and arguments may be aligned to 64 bytes at most.");
  refuse_missing(f);
  std::uint8_t block_class = 0;
  void* block = blocks.allocate(blocks.where, sizeof(packed), block_class);
  try {
    auto* made = ::new (block) packed(std::forward<F>(f), std::forward<Args>(args)...);
    made->block_class = block_class;
    return made;
  } catch (...) {
    blocks.free(blocks.where, block, block_class);
    throw;
  }
}

// --- What may be handed over -----------------------------------------------------------------------------------------
//
// Pointers and reference_wrappers may: somebody has written that & by hand, as he would in a lambda's captures, and what outlives
// the process may be pointed at. What is refused looks like a value and is none: views, text by pointer, arrays that decay.

template <class T>
inline constexpr bool is_view = false;
template <class T, class Traits>
inline constexpr bool is_view<std::basic_string_view<T, Traits>> = true;
template <class T, std::size_t N>
inline constexpr bool is_view<std::span<T, N>> = true;
template <class T>
inline constexpr bool is_view<std::initializer_list<T>> = true;
template <class T>
inline constexpr bool is_view<std::ranges::ref_view<T>> = true;
template <class I, class S, std::ranges::subrange_kind K>
inline constexpr bool is_view<std::ranges::subrange<I, S, K>> = true;

// Is T a view, or a standard template that holds some? `Seen` as in `refused`.
template <class T, class... Seen>
consteval bool holds_view() {
  if constexpr ((std::is_same_v<T, Seen> || ...) || is_declared<T>) return false;
  else
    return is_view<T> || []<class... Ts>(parts<Ts...>) {
      return (holds_view<std::remove_cv_t<Ts>, T, Seen...>() || ...);
    }(typename parts_of<T>::type{});
}

template <class T>
inline constexpr bool is_character = false;
template <>
inline constexpr bool is_character<char> = true;
template <>
inline constexpr bool is_character<wchar_t> = true;
template <>
inline constexpr bool is_character<char8_t> = true;
template <>
inline constexpr bool is_character<char16_t> = true;
template <>
inline constexpr bool is_character<char32_t> = true;

/// Stops compilation with a text that says what to do. A literal is a const array, and fine.
template <class Arg>
consteval void require_argument() {
  using value = std::remove_cvref_t<Arg>;
  using target = std::remove_pointer_t<value>;
  static_assert(
      !holds_view<value>(),
      "shoal: spawn (or hibernate) got a view (std::string_view, std::span, or a container of them): what it shows stays with "
      "the caller, and may be gone when the process looks. Give the value: a std::string, a std::vector. If what it shows "
      "outlives the process, capture it in a lambda.");
  static_assert(
      !(std::is_pointer_v<value> && std::is_const_v<target> && is_character<std::remove_cv_t<target>>),
      "shoal: spawn (or hibernate) got text by pointer (const char*): the text stays with the caller, and may be gone when the "
      "process reads it. Give a std::string; a literal is fine as it is. If the text outlives the process, capture it in a "
      "lambda.");
  static_assert(
      !std::is_array_v<value> || std::is_const_v<std::remove_reference_t<Arg>>,
      "shoal: spawn (or hibernate) got an array, which is handed over as a pointer to the caller's: it may be gone when the "
      "process looks. Give a std::array, a std::vector or a std::string. If the array outlives the process, give &array[0].");
}

/// The first argument of spawn: any callable that takes the other arguments, together with the place that spawns. (A default
/// argument for the place could not stand behind a parameter pack; so the callable's conversion to this brings it.)
template <class... Args>
class entry_argument {
 public:
  template <class F>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  entry_argument(F&& f, std::source_location place = std::source_location::current()) noexcept  // NOLINT: meant to convert.
      : where(place), callable_(address_of(f)), pack_(&pack_it<F&&>) {}

  [[nodiscard]] entry* pack(const block_source& blocks, Args&&... args) const {
    (require_argument<Args>(), ...);
    return pack_(callable_, blocks, std::forward<Args>(args)...);
  }

  const std::source_location where;

 private:
  template <class F>
  static void* address_of(F& f) noexcept {
    if constexpr (std::is_function_v<F>) return reinterpret_cast<void*>(&f);
    else return const_cast<void*>(static_cast<const volatile void*>(std::addressof(f)));
  }

  template <class F>
  static entry* pack_it(void* callable, const block_source& blocks, Args&&... args) {
    return detail::pack(blocks, static_cast<F>(*reinterpret_cast<std::remove_reference_t<F>*>(callable)),
                        std::forward<Args>(args)...);
  }

  void* callable_;
  entry* (*pack_)(void*, const block_source&, Args&&...);
};

}  // namespace shoal::detail

#endif
