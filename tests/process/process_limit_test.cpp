#include <memory>
#include <thread>
#include <vector>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct done {};

// Spawns waiting processes until that is refused, or `most` live.
std::vector<pid> spawn_up_to(std::size_t most) {
  std::vector<pid> living;
  try {
    while (living.size() < most) living.push_back(spawn([] { receive<done>(); }));
  } catch (const system_limit&) {
  }
  return living;
}

void end_all(const std::vector<pid>& living) {
  for (const pid p : living) send(p, done{});
  for (const pid p : living) test::wait_until_dead(p);
}

}  // namespace

TEST_CASE("process_limit: so many can live, and not many more (conformance 13)") {
  for (const std::size_t limit : {std::size_t{2}, std::size_t{10}, std::size_t{1000}, std::size_t{20'000}})
    run(options{.workers = 2, .process_limit = limit}, [limit] {
      const std::size_t living = spawn_up_to(2 * limit + 10'000).size() + 1;  // And this one.
      CAPTURE(limit);
      CHECK(living >= limit);
      CHECK(living <= limit + limit / 2 + 10);
    });
}

TEST_CASE("process_limit: beyond it spawn throws in its caller only (conformance 13)") {
  run(options{.workers = 2, .process_limit = 100}, [] {
    const std::vector<pid> living = spawn_up_to(1000);
    CHECK_THROWS_AS(spawn([] {}), system_limit);
    CHECK_THROWS_AS(spawn_monitor([] {}), system_limit);
    CHECK_THROWS_WITH(spawn([] {}), Catch::Matchers::Contains("process_limit") && Catch::Matchers::Contains("100"));
    std::size_t alive = 0;
    for (const pid p : living) alive += is_alive(p);
    CHECK(alive == living.size());
    CHECK_FALSE(receive<down>(0ms));
  });
}

TEST_CASE("process_limit: what was refused is dropped") {
  const auto owned = std::make_shared<int>(0);
  run(options{.workers = 1, .process_limit = 10}, [owned] {
    const std::vector<pid> living = spawn_up_to(1000);
    const long before = owned.use_count();
    CHECK_THROWS_AS(spawn([owned] {}), system_limit);
    CHECK(owned.use_count() == before);
  });
}

TEST_CASE("process_limit: when processes have ended, others can be spawned (conformance 13)") {
  run(options{.workers = 2, .process_limit = 100}, [] {
    std::size_t fewest = 1000;
    for (int round = 0; round < 20; ++round) {
      const std::vector<pid> living = spawn_up_to(1000);
      fewest = std::min(fewest, living.size());
      end_all(living);
    }
    CHECK(fewest >= 99);
  });
}

TEST_CASE("process_limit: far more than the limit can live one after the other") {
  run(options{.workers = 2, .process_limit = 10}, [] {
    int ended = 0;
    for (int i = 0; i < 1000; ++i) {
      spawn_monitor([] {});
      static_cast<void>(receive<down>());
      ++ended;
    }
    CHECK(ended == 1000);
  });
}

TEST_CASE("process_limit: from outside, spawn and run throw and harm nothing") {
  runtime rt{{.workers = 1, .process_limit = 10}};
  std::vector<pid> living;
  const auto spawn_one = [&] { living.push_back(rt.spawn([] { receive<done>(); })); };
  CHECK_THROWS_AS(
      [&] {
        while (living.size() < 1000) spawn_one();
      }(),
      system_limit);
  CHECK(living.size() >= 10);
  CHECK_THROWS_AS(rt.run([] {}), system_limit);
  for (const pid p : living) rt.send(p, done{});
  for (const pid p : living)
    while (rt.is_alive(p)) std::this_thread::yield();
  CHECK(rt.run([] { return 7; }) == 7);
}
