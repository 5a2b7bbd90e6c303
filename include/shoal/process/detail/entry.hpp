// include/shoal/process/detail/entry.hpp — what a process runs: a function and its arguments, packed into one block at spawn.
#ifndef SHOAL_PROCESS_DETAIL_ENTRY_HPP
#define SHOAL_PROCESS_DETAIL_ENTRY_HPP

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>

#include <shoal/process/detail/blocks.hpp>
#include <shoal/process/misuse.hpp>

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
      throw misuse("shoal: spawn got an empty function (a null pointer or an empty std::function). Nothing was spawned.");
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
