#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "support/test.hpp"

using namespace shoal;
using bits = detail::pid_access;

TEST_CASE("pid: the default one is nobody") {
  constexpr pid nobody;
  STATIC_REQUIRE_FALSE(nobody);
  STATIC_REQUIRE(nobody == pid{});
  runtime rt{{.workers = 1}};
  CHECK_FALSE(rt.is_alive(nobody));
}

TEST_CASE("pid: it is a small value that may be sent") {
  STATIC_REQUIRE(std::is_trivially_copyable_v<pid>);
  STATIC_REQUIRE(sizeof(pid) <= 16);
  STATIC_REQUIRE(sendable<pid>);
  STATIC_REQUIRE(std::is_nothrow_default_constructible_v<pid>);
}

TEST_CASE("pid: equal only if runtime, slot and generation are") {
  constexpr pid p = bits::make(1, 2, 3);
  STATIC_REQUIRE(p);
  STATIC_REQUIRE(p == bits::make(1, 2, 3));
  STATIC_REQUIRE(p != bits::make(9, 2, 3));
  STATIC_REQUIRE(p != bits::make(1, 9, 3));
  STATIC_REQUIRE(p != bits::make(1, 2, 9));
}

TEST_CASE("pid: the order is total, so pids can be keys") {
  std::vector<pid> pids;
  for (std::uint32_t node : {1u, 2u})
    for (std::uint32_t index : {0u, 5u})
      for (std::uint64_t generation : {1u, 4u}) pids.push_back(bits::make(node, index, generation));
  CHECK(std::is_sorted(pids.begin(), pids.end()));
  CHECK(std::set<pid>(pids.begin(), pids.end()).size() == pids.size());
  CHECK(pids.front() < pids.back());
}

TEST_CASE("pid: equal ones hash equally, different ones hardly ever") {
  const std::hash<pid> hash;
  CHECK(hash(bits::make(1, 2, 3)) == hash(bits::make(1, 2, 3)));
  std::unordered_set<std::size_t> hashes;
  for (std::uint32_t index = 0; index < 100; ++index)
    for (std::uint64_t generation = 1; generation <= 100; ++generation) hashes.insert(hash(bits::make(1, index, generation)));
  CHECK(hashes.size() > 9'990);
}

TEST_CASE("pid: it is printed as runtime, slot and generation") {
  CHECK(fmt::format("{}", bits::make(1, 4, 7)) == "<1.4.7>");
  CHECK(fmt::format("{}", pid{}) == "<0.0.0>");
}

TEST_CASE("pid: a later process in the same slot gets a new one") {
  run(options{.workers = 1}, [] {
    std::set<pid> seen;
    for (int i = 0; i < 500; ++i) {
      const pid p = spawn([] {});
      seen.insert(p);
      test::wait_until_dead(p);
    }
    CHECK(seen.size() == 500);
  });
}

TEST_CASE("pid: processes of two runtimes never have equal ones") {
  const auto first = shoal::run([] { return self(); });
  const auto second = shoal::run([] { return self(); });
  CHECK(first != second);
}

TEST_CASE("pid: it outlives its process and its runtime") {
  std::map<pid, int> kept;
  const pid p = shoal::run([] { return self(); });
  kept[p] = 1;
  CHECK(kept.contains(p));
  CHECK_FALSE(fmt::format("{}", p).empty());
}
