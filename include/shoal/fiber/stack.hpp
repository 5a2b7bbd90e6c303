// include/shoal/fiber/stack.hpp — stacks for fibers: slots of a few sizes cut from large mappings, recycled last in, first out.
//
//   slab (16 MiB): | guard | ........ slot | guard | ........ slot | ...        a slot grows down towards its guard
//   worker's cache (hot slots)  ⇄  stack_pool (the rest, and fresh slots)
//
// A slot costs memory only where it was touched, so a shallow one costs a page. Guards and why: docs/internals/stacks.md.
#ifndef SHOAL_FIBER_STACK_HPP
#define SHOAL_FIBER_STACK_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <shoal/base.hpp>
#include <shoal/memory.hpp>

namespace shoal::detail {

/// Sizes a stack can have, guard included.
inline constexpr std::array<std::size_t, 6> stack_sizes{16u << 10, 64u << 10, 256u << 10, 1u << 20, 4u << 20, 16u << 20};
inline constexpr std::size_t stack_bytes_min = stack_sizes.front();
inline constexpr std::size_t stack_bytes_max = stack_sizes.back();

/// The smallest class with at least `bytes`. Sanitizers need more stack: there it is the next larger one.
[[nodiscard]] std::uint8_t stack_class(std::size_t bytes) noexcept;

/// A stack in use or in a cache: where it begins, from above.
struct stack {
  std::byte* top = nullptr;
  std::uint8_t size_class = 0;

  [[nodiscard]] std::size_t bytes() const noexcept { return stack_sizes[size_class]; }
  [[nodiscard]] std::byte* low() const noexcept { return top - bytes(); }
  /// A quarter of it is kept as a margin where there is no guard page.
  [[nodiscard]] bool too_deep(const void* stack_pointer) const noexcept { return stack_pointer < low() + bytes() / 4; }
};

/// Ends the program with a text that says what happened: a stack without a guard was used too deep.
[[noreturn]] SHOAL_COLD void unguarded_overflow(const stack& on) noexcept;

/// How an overflow is kept from running into the neighbour.
enum class stack_guard : std::uint8_t {
  best,  ///< What the system has: marked pages where it can (Linux 6.13), else protected pages.
  protect,  ///< Protected pages as on older systems: two mappings each, so only a part of many stacks gets one.
  none,  ///< No pages; only the check at each suspension.
};

/// The stacks of a runtime. Any thread.
class stack_pool {
 public:
  explicit stack_pool(stack_guard guard = stack_guard::best);
  stack_pool(const stack_pool&) = delete;
  stack_pool& operator=(const stack_pool&) = delete;
  ~stack_pool();

  /// Fills `into` with at least one and at most `wanted` stacks of that class, recycled ones first. Throws system_limit.
  std::size_t take(std::uint8_t size_class, stack* into, std::size_t wanted);
  void give(const stack* from, std::size_t count) noexcept;

  [[nodiscard]] stack_guard guard() const noexcept { return guard_; }
  /// Whether a stack without a guard page was handed out: then who suspends must be asked how deep it is.
  [[nodiscard]] bool some_unguarded() const noexcept { return some_unguarded_.load(sync::relaxed); }
  [[nodiscard]] std::size_t bytes_mapped() const noexcept;

 private:
  struct size_pool {
    std::vector<std::byte*> free;  // Tops of slots nobody uses.
    std::byte* fresh = nullptr;  // The next slot never used, from below.
    std::byte* fresh_end = nullptr;
    std::size_t slots = 0;
  };
  struct root {
    std::byte* at;
    std::size_t bytes;
  };

  void map_slab(size_pool& pool, std::uint8_t size_class);
  void guard_slots(std::byte* low, std::size_t slot_bytes, std::size_t count);
  [[nodiscard]] bool guard_slot(std::byte* low) noexcept;

  stack_guard guard_;
  sync::atomic<bool> some_unguarded_{false};
  std::size_t protect_left_ = 0;  // Protected pages still allowed by the system's limit on mappings.
  mutable sync::spin_lock lock_;
  page_slab slabs_{"process stacks", page_slab::leak_roots::no};
  std::vector<root> roots_;  // Where LeakSanitizer looks for pointers, in its builds only.
  std::array<size_pool, stack_sizes.size()> pools_;
};

/// One thread's hot stacks.
class stack_cache {
 public:
  explicit stack_cache(stack_pool& pool) noexcept : pool_(pool) {}
  stack_cache(const stack_cache&) = delete;
  stack_cache& operator=(const stack_cache&) = delete;
  ~stack_cache();

  /// Throws system_limit.
  [[nodiscard]] stack take(std::uint8_t size_class) {
    shelf& s = shelves_[size_class];
    if (s.count == 0) [[unlikely]]
      refill(s, size_class);
    return s.stacks[--s.count];
  }
  void give(stack used) noexcept {
    shelf& s = shelves_[used.size_class];
    if (s.count == shelf_size) [[unlikely]]
      make_room(s);
    s.stacks[s.count++] = used;
  }

 private:
  static constexpr std::size_t shelf_size = 64;
  struct shelf {
    std::size_t count = 0;
    std::array<stack, shelf_size> stacks;
  };

  SHOAL_COLD void refill(shelf& s, std::uint8_t size_class);
  SHOAL_COLD void make_room(shelf& s) noexcept;

  stack_pool& pool_;
  std::array<shelf, stack_sizes.size()> shelves_;
};

}  // namespace shoal::detail

#endif
