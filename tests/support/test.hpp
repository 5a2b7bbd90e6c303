// tests/support/test.hpp — Catch2, whichever version, and what tests of processes share.
//
// Catch2's assertions are not made for many threads at once: assert in the test's own thread, or in one process at a time. What runs
// elsewhere sends what it saw, and somebody else checks.
#ifndef SHOAL_TESTS_SUPPORT_TEST_HPP
#define SHOAL_TESTS_SUPPORT_TEST_HPP

#if __has_include(<catch2/catch_all.hpp>)  // Catch2 3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <fmt/core.h>

#include <shoal/shoal.hpp>

namespace shoal {

// So that a failed comparison shows them.
inline std::ostream& operator<<(std::ostream& out, const pid& p) { return out << fmt::format("{}", p); }
inline std::ostream& operator<<(std::ostream& out, const exit_reason& why) { return out << fmt::format("{}", why); }

namespace test {

/// Waits until `p` has ended, however that comes about, without a monitor.
inline void wait_until_dead(pid p) {
  while (is_alive(p)) yield();
}

}  // namespace test
}  // namespace shoal

#endif
