// tests/stress/delays.hpp — holds threads up at the marked points of the protocols, so that rare meetings become common ones.
#ifndef SHOAL_TESTS_STRESS_DELAYS_HPP
#define SHOAL_TESTS_STRESS_DELAYS_HPP

#include <cstdint>
#include <string>

namespace shoal::stress {

/// While it lives, threads yield, spin or sleep at random at the points whose name contains `where`. One at a time.
class delays {
 public:
  explicit delays(std::uint64_t seed, const char* where = "");
  delays(const delays&) = delete;
  delays& operator=(const delays&) = delete;
  ~delays();

  /// How often any thread has come to points whose name contains `where`, since the program began.
  [[nodiscard]] static long visits(const char* where);
};

}  // namespace shoal::stress

#endif
