// include/shoal/base/config.hpp — the one place that asks which compiler, sanitizer and system this is.
#ifndef SHOAL_BASE_CONFIG_HPP
#define SHOAL_BASE_CONFIG_HPP

#include <cstddef>

#if !defined(__GNUC__)
#error "shoal needs g++ 12 or clang 16, or newer."
#endif
#if __cplusplus < 202002L
#error "shoal needs C++20: compile with -std=c++20 or newer."
#endif

#if defined(__SANITIZE_ADDRESS__)
#define SHOAL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHOAL_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define SHOAL_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHOAL_TSAN 1
#endif
#endif

#if !defined(SHOAL_ASAN)
#define SHOAL_ASAN 0
#endif
#if !defined(SHOAL_TSAN)
#define SHOAL_TSAN 0
#endif

// Our own instructions for changing stacks. Not for shadow stacks, which want to hear of it from the kernel, nor under
// ThreadSanitizer, which keeps a stack of calls of its own.
#if defined(__x86_64__) && defined(__LP64__) && !(defined(__CET__) && (__CET__ & 2)) && !defined(__APX_F__) && !SHOAL_TSAN && \
    !defined(SHOAL_PORTABLE_JUMP)
#define SHOAL_OWN_JUMP 1
#else
#define SHOAL_OWN_JUMP 0
#endif

// Kept out of line: functions that read thread-local state, and the cold halves of hot ones.
#define SHOAL_NOINLINE [[gnu::noinline]]
#define SHOAL_COLD [[gnu::cold, gnu::noinline]]

// Visible from a shared library although everything else in it is hidden.
#define SHOAL_API [[gnu::visibility("default")]]

namespace shoal::detail {

// Two words that different threads write stay this far apart.
inline constexpr std::size_t cache_line = 64;

inline constexpr bool under_asan = SHOAL_ASAN != 0;
inline constexpr bool under_tsan = SHOAL_TSAN != 0;
inline constexpr bool under_sanitizer = under_asan || under_tsan;

}  // namespace shoal::detail

#endif
