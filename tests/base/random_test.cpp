#include <array>
#include <set>

#include "support/test.hpp"

using chance_source = shoal::detail::random;

TEST_CASE("random: one seed gives one sequence, that of SplitMix64") {
  chance_source chance(0);
  CHECK(chance.next() == 0xe220a8397b1dcdafu);
  CHECK(chance.next() == 0x6e789e6aa1b965f4u);
  CHECK(chance.next() == 0x06c45d188009454fu);
}

TEST_CASE("random: other seeds give other sequences") {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) firsts.insert(chance_source(seed).next());
  CHECK(firsts.size() == 1000);
}

TEST_CASE("random: below stays below its bound and reaches every number") {
  chance_source chance(42);
  std::array<int, 7> hits{};
  bool out_of_bounds = false;
  for (int i = 0; i < 7000; ++i) {
    const std::uint32_t n = chance.below(7);
    out_of_bounds |= n >= 7;
    if (n < 7) ++hits[n];
  }
  CHECK_FALSE(out_of_bounds);
  for (const int count : hits) {
    CHECK(count > 800);
    CHECK(count < 1200);
  }
  CHECK(chance.below(1) == 0);
}

TEST_CASE("random: the system's seeds differ") {
  std::set<std::uint64_t> seeds;
  for (int i = 0; i < 16; ++i) seeds.insert(shoal::detail::seed_from_system());
  CHECK(seeds.size() == 16);
}
