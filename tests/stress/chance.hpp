// tests/stress/chance.hpp — seeds: one number from which a run's choices follow, printed, and taken from the environment.
#ifndef SHOAL_TESTS_STRESS_CHANCE_HPP
#define SHOAL_TESTS_STRESS_CHANCE_HPP

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <shoal/base.hpp>

namespace shoal::stress {

using chance = detail::random;

/// The number in the environment variable, or a fresh one. Printed, so that a failure can be run again.
inline std::uint64_t seed_of_run(const char* variable = "SHOAL_SOAK_SEED") {
  const char* given = std::getenv(variable);
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 0) : detail::seed_from_system() >> 16;
  std::fprintf(stderr, "%s=%llu\n", variable, static_cast<unsigned long long>(seed));
  return seed;
}

/// How much of a full-size test to run: sanitizers are slow, and ThreadSanitizer keeps count of every fiber.
constexpr int scaled(int full) noexcept {
  constexpr int under_asan_part = 4;
  constexpr int under_tsan_part = 8;
  const int part = detail::under_tsan ? under_tsan_part : detail::under_asan ? under_asan_part : 1;
  return full / part != 0 ? full / part : 1;
}

}  // namespace shoal::stress

#endif
