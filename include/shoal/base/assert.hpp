// include/shoal/base/assert.hpp — checks of the runtime's own rules. A failed one is a bug in shoal.
#ifndef SHOAL_BASE_ASSERT_HPP
#define SHOAL_BASE_ASSERT_HPP

#include <shoal/base/config.hpp>

namespace shoal::detail {

/// Prints what was broken and where, and ends the program.
[[noreturn]] SHOAL_API void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace shoal::detail

// Checked in debug builds and wherever SHOAL_CHECKED is defined; nothing otherwise.
#if !defined(NDEBUG) || defined(SHOAL_CHECKED)
#define SHOAL_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::shoal::detail::assertion_failed(#condition, __FILE__, __LINE__))
#else
#define SHOAL_ASSERT(condition) static_cast<void>(0)
#endif

#endif
