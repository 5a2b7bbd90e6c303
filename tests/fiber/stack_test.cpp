#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include <shoal/fiber.hpp>

#include "support/child.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::detail;

namespace {

constexpr std::size_t page = 4096;

stack one_stack(stack_pool& pool, std::uint8_t size_class) {
  stack s;
  pool.take(size_class, &s, 1);
  return s;
}

// In a child: writes at `offset` from the lower end of a stack.
test::child_end write_at(stack_guard guard, std::uint8_t size_class, std::size_t offset) {
  return test::in_child([=] {
    stack_pool pool(guard);
    std::vector<stack> stacks(8);
    const std::size_t got = pool.take(size_class, stacks.data(), stacks.size());
    const stack& s = stacks[got - 1];
    static_cast<volatile std::byte*>(s.low())[offset] = std::byte{1};
    return 0;
  });
}

}  // namespace

TEST_CASE("stack_class: it is the smallest that holds as much") {
  const std::uint8_t more = under_sanitizer ? 1 : 0;  // Sanitizers need more stack.
  CHECK(stack_class(1) == 0 + more);
  CHECK(stack_class(16 * 1024) == 0 + more);
  CHECK(stack_class(16 * 1024 + 1) == 1 + more);
  CHECK(stack_class(64 * 1024) == 1 + more);
  CHECK(stack_class(1 << 20) == 3 + more);
  CHECK(stack_class(16u << 20) == 5);
  CHECK(stack_sizes[stack_class(100'000)] >= 100'000);
}

TEST_CASE("stack: it knows where it lies") {
  stack_pool pool;
  const stack s = one_stack(pool, 1);
  CHECK(s.bytes() == 64 * 1024);
  CHECK(s.low() == s.top - 64 * 1024);
}

TEST_CASE("stack_pool: stacks do not overlap, are aligned, and writable above their guard") {
  stack_pool pool;
  for (std::uint8_t size_class = 0; size_class < 4; ++size_class) {
    std::vector<stack> stacks;
    while (stacks.size() < 40) {
      stack some[8];
      const std::size_t got = pool.take(size_class, some, 8);
      REQUIRE(got >= 1);
      REQUIRE(got <= 8);
      stacks.insert(stacks.end(), some, some + got);
    }
    std::sort(stacks.begin(), stacks.end(), [](const stack& a, const stack& b) { return a.top < b.top; });
    int wrong = 0;
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      stack& s = stacks[i];
      if (i != 0 && s.low() < stacks[i - 1].top) ++wrong;
      if (reinterpret_cast<std::uintptr_t>(s.top) % page != 0 || s.size_class != size_class) ++wrong;
      s.low()[page] = s.top[-1] = std::byte{1};
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("stack_pool: what came back is used before fresh ones, the last first") {
  stack_pool pool;
  const stack a = one_stack(pool, 0);
  const stack b = one_stack(pool, 0);
  const std::size_t mapped = pool.bytes_mapped();
  pool.give(&a, 1);
  pool.give(&b, 1);
  CHECK(one_stack(pool, 0).top == b.top);
  CHECK(one_stack(pool, 0).top == a.top);
  CHECK(pool.bytes_mapped() == mapped);
}

TEST_CASE("stack_pool: stacks of one size are not used for another") {
  stack_pool pool;
  const stack small = one_stack(pool, 0);
  pool.give(&small, 1);
  const stack large = one_stack(pool, 2);
  CHECK(large.bytes() == 256 * 1024);
  CHECK((small.top <= large.low() || small.low() >= large.top));
}

TEST_CASE("stack_cache: what was given last is taken first") {
  stack_pool pool;
  stack_cache cache(pool);
  const stack a = cache.take(0);
  const stack b = cache.take(0);
  CHECK(a.top != b.top);
  cache.give(a);
  cache.give(b);
  CHECK(cache.take(0).top == b.top);
  CHECK(cache.take(0).top == a.top);
  cache.give(a);
  cache.give(b);
}

TEST_CASE("stack_cache: more than it can hold goes back to the pool, and none is lost or doubled") {
  stack_pool pool;
  std::vector<stack> in_use;
  {
    stack_cache cache(pool);
    for (int i = 0; i < 500; ++i) in_use.push_back(cache.take(0));
    const std::size_t mapped = pool.bytes_mapped();
    for (int round = 0; round < 5; ++round) {
      std::set<std::byte*> tops;
      for (const stack& s : in_use) tops.insert(s.top);
      CHECK(tops.size() == 500);
      for (const stack& s : in_use) cache.give(s);
      for (stack& s : in_use) s = cache.take(0);
    }
    CHECK(pool.bytes_mapped() == mapped);
    for (const stack& s : in_use) cache.give(s);
  }
  stack_cache other(pool);
  std::set<std::byte*> known;
  for (const stack& s : in_use) known.insert(s.top);
  std::size_t reused = 0;
  for (int i = 0; i < 400; ++i) reused += known.contains(other.take(0).top) ? 1 : 0;
  CHECK(reused == 400);
}

TEST_CASE("stack guard: writing below a stack ends the program, whatever kind of guard") {
  for (const stack_guard guard : {stack_guard::best, stack_guard::protect})
    for (const std::uint8_t size_class : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{3}}) {
      CAPTURE(static_cast<int>(guard), static_cast<int>(size_class));
      CHECK(test::faulted(write_at(guard, size_class, 0)));
      CHECK(test::faulted(write_at(guard, size_class, page - 1)));
      CHECK(write_at(guard, size_class, page) == test::went_well);
    }
}

TEST_CASE("stack guard: none lets it pass") { CHECK(write_at(stack_guard::none, 0, 0) == test::went_well); }

TEST_CASE("stack guard: a recycled stack still has its guard") {
  for (const stack_guard guard : {stack_guard::best, stack_guard::protect}) {
    const auto end = test::in_child([guard] {
      stack_pool pool(guard);
      stack s = one_stack(pool, 0);
      pool.give(&s, 1);
      s = one_stack(pool, 0);
      static_cast<volatile std::byte*>(s.low())[0] = std::byte{1};
      return 0;
    });
    CHECK(test::faulted(end));
  }
}

TEST_CASE("stack_pool: under a limit on address space it throws system_limit, and works on with what it has") {
  if (under_sanitizer) return;  // They need more address space than any limit leaves.
  const auto end = test::in_child([] {
    stack_pool pool;
    const stack first = one_stack(pool, 5);
    const rlimit little{1, RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &little);
    try {
      static_cast<void>(one_stack(pool, 5));
      return 1;
    } catch (const system_limit&) {
    }
    pool.give(&first, 1);
    return one_stack(pool, 5).top == first.top ? 0 : 2;
  });
  CHECK(end == test::went_well);
}
