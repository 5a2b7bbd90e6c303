// tests/limits/refusing_system.hpp — a system that refuses memory maps when a test tells it to.
//
// The linker sends the library's calls of mmap, mprotect and madvise here (--wrap), so that what a full vm.max_map_count, a strict
// vm.overcommit_memory or an older kernel answers can be had without changing the machine.
#ifndef SHOAL_TESTS_LIMITS_REFUSING_SYSTEM_HPP
#define SHOAL_TESTS_LIMITS_REFUSING_SYSTEM_HPP

#include <limits>

#include <shoal/base.hpp>

namespace shoal::test {

/// Its wishes hold from construction to destruction. One at a time.
class refusing_system {
 public:
  refusing_system() noexcept { any_number(); }
  refusing_system(const refusing_system&) = delete;
  refusing_system& operator=(const refusing_system&) = delete;
  ~refusing_system() { any_number(); }

  /// As a kernel before 6.13: MADV_GUARD_INSTALL is unknown.
  void without_guard_marks() noexcept { guard_marks.store(false); }
  /// So many more maps, then ENOMEM.
  void maps_left(long count) noexcept { maps.store(count); }
  /// So many more pages can be protected, then ENOMEM: each splits a map in two.
  void protections_left(long count) noexcept { protections.store(count); }
  void any_number() noexcept {
    guard_marks.store(true);
    maps.store(std::numeric_limits<long>::max());
    protections.store(std::numeric_limits<long>::max());
  }
  /// How often it has refused a map, or a protection, since the program began.
  [[nodiscard]] static long refusals() noexcept { return refused.load(); }

  static inline sync::atomic<bool> guard_marks{true};
  static inline sync::atomic<long> maps{std::numeric_limits<long>::max()};
  static inline sync::atomic<long> protections{std::numeric_limits<long>::max()};
  static inline sync::atomic<long> refused{0};
};

}  // namespace shoal::test

#endif
