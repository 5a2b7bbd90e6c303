#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>

#include "support/test.hpp"

using namespace shoal;
using namespace shoal::detail;
using namespace std::chrono_literals;

namespace {

using seconds = std::chrono::duration<double>;
constexpr double huge = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("saturated: ordinary durations stay what they are") {
  STATIC_REQUIRE(saturated(0ns) == 0ns);
  STATIC_REQUIRE(saturated(1ns) == 1ns);
  STATIC_REQUIRE(saturated(10ms) == 10ms);
  STATIC_REQUIRE(saturated(24h) == 24h);
  STATIC_REQUIRE(saturated(std::chrono::milliseconds((std::int64_t{1} << 32) - 1)) == 4'294'967'295ms);
  STATIC_REQUIRE(saturated(seconds(0.25)) == 250ms);
}

TEST_CASE("saturated: what is negative is zero") {
  STATIC_REQUIRE(saturated(-1ns) == 0ns);
  STATIC_REQUIRE(saturated(std::chrono::nanoseconds::min()) == 0ns);
  STATIC_REQUIRE(saturated(std::chrono::hours::min()) == 0ns);
  STATIC_REQUIRE(saturated(seconds(-0.5)) == 0ns);
  CHECK(saturated(seconds(-huge)) == 0ns);
}

TEST_CASE("saturated: what is no number is zero") {
  CHECK(saturated(seconds(not_a_number)) == 0ns);
  CHECK(saturated(std::chrono::duration<float, std::milli>(std::numeric_limits<float>::quiet_NaN())) == 0ns);
}

TEST_CASE("saturated: what is too long is infinity") {
  STATIC_REQUIRE(saturated(infinity) == infinity);
  STATIC_REQUIRE(saturated(std::chrono::hours::max()) == infinity);
  STATIC_REQUIRE(saturated(std::chrono::seconds::max()) == infinity);
  STATIC_REQUIRE(saturated(std::chrono::microseconds::max()) == infinity);
  STATIC_REQUIRE(saturated(std::chrono::duration<std::uint64_t>(~std::uint64_t{0})) == infinity);
  STATIC_REQUIRE(saturated(std::chrono::years(300)) == infinity);
  STATIC_REQUIRE(saturated(std::chrono::years(290)) < infinity);
  CHECK(saturated(seconds(1e300)) == infinity);
  CHECK(saturated(seconds(huge)) == infinity);
}

TEST_CASE("saturated: parts of a nanosecond are rounded up, so that no wait is shorter than asked") {
  using picoseconds = std::chrono::duration<std::int64_t, std::pico>;
  STATIC_REQUIRE(saturated(picoseconds(1)) == 1ns);
  STATIC_REQUIRE(saturated(picoseconds(1000)) == 1ns);
  STATIC_REQUIRE(saturated(picoseconds(1001)) == 2ns);
  CHECK(saturated(seconds(1e-10)) == 1ns);
  CHECK(saturated(std::chrono::duration<double, std::nano>(1.5)) == 2ns);
}

TEST_CASE("deadline_after: it adds, and what is beyond the time line is never") {
  constexpr instant start{1h};
  STATIC_REQUIRE(deadline_after(start, 0ns) == start);
  STATIC_REQUIRE(deadline_after(start, 1s) == instant{1h + 1s});
  STATIC_REQUIRE(deadline_after(start, infinity) == never);
  STATIC_REQUIRE(deadline_after(start, infinity - 1h) == never);
  STATIC_REQUIRE(deadline_after(start, infinity - 1h - 1ns) == never - 1ns);
  STATIC_REQUIRE(deadline_after(never, 1ns) == never);
}

TEST_CASE("steady_clock: it never goes back, and is one") {
  instant last = steady_clock().now();
  int back = 0;
  for (int i = 0; i < 10'000; ++i) {
    const instant now = steady_clock().now();
    back += now < last;
    last = now;
  }
  CHECK(back == 0);
  CHECK(&steady_clock() == &steady_clock());
}
