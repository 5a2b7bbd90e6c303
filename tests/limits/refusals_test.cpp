// Whole runtimes on a system that refuses: vm.max_map_count, vm.overcommit_memory=2, a kernel without guard marks. What cannot be had
// fails the one call or the one process that needs it; everybody else goes on, and so does the runtime when the system gives again.
#include <vector>

#include "limits/refusing_system.hpp"
#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using Catch::Matchers::Contains;
using test::refusing_system;

namespace {

struct question {
  pid from;
};
struct answer {};

// Of processes that were asked for: how it went.
struct outcome {
  std::vector<pid> waiting;
  int refused_at_once = 0;  // spawn threw.
  int refused_at_start = 0;  // It ended before its first instruction, for want of a stack.
  int ended_otherwise = 0;
  std::string why;

  [[nodiscard]] int all() const {
    return static_cast<int>(waiting.size()) + refused_at_once + refused_at_start + ended_otherwise;
  }
};

void answer_one() {
  const auto q = receive<question>();
  send(q.from, answer{});
}

outcome spawn_waiting(int count) {
  outcome found;
  std::vector<pid> spawned;
  for (int i = 0; i < count; ++i) {
    try {
      spawned.push_back(spawn_monitor([home = self()] {
                          send(home, answer{});
                          answer_one();
                        }).first);
    } catch (const system_limit& limit) {
      ++found.refused_at_once;
      found.why = limit.what();
    }
  }
  for (std::size_t i = 0; i < spawned.size(); ++i)
    receive([&](answer) {},
            [&](const down& end) {
              const bool for_want = end.reason.type_name() == "shoal::system_limit";
              ++(for_want ? found.refused_at_start : found.ended_otherwise);
              found.why = end.reason.what();
            });
  for (const pid p : spawned)
    if (is_alive(p)) found.waiting.push_back(p);
  return found;
}

int answers_of(const std::vector<pid>& asked) {
  int answers = 0;
  for (const pid p : asked) send(p, question{self()});
  for (std::size_t i = 0; i < asked.size(); ++i) receive([&](answer) { ++answers; });
  for (std::size_t i = 0; i < asked.size(); ++i) static_cast<void>(receive<down>());
  return answers;
}

int some_thousand() { return detail::under_sanitizer ? 1'000 : 40'000; }

}  // namespace

TEST_CASE("refusals: without guard marks, and more processes than pages can be protected, all live and answer") {
  refusing_system system;
  system.without_guard_marks();
  const long before = refusing_system::refusals();
  run(options{.workers = 2}, [&] {
    const outcome found = spawn_waiting(some_thousand());  // 28,669 pages may be protected where vm.max_map_count is usual.
    CHECK(found.waiting.size() == static_cast<std::size_t>(some_thousand()));
    CHECK(answers_of(found.waiting) == some_thousand());
  });
  CHECK(refusing_system::refusals() == before);  // It stopped by itself, well before it would have been refused.
}

TEST_CASE("refusals: where others use up vm.max_map_count, processes go on without guard pages") {
  refusing_system system;
  system.without_guard_marks();
  const long before = refusing_system::refusals();
  run(options{.workers = 2}, [&] {
    system.protections_left(100);
    const outcome found = spawn_waiting(2'000);
    CHECK(found.waiting.size() == 2'000);
    CHECK(answers_of(found.waiting) == 2'000);
  });
  CHECK(refusing_system::refusals() > before);
}

TEST_CASE("refusals: when no more can be mapped, a process that finds no stack ends with system_limit and the others live") {
  refusing_system system;
  run(options{.workers = 2, .log = test::silent}, [&] {
    system.maps_left(20);  // A slab for 256 stacks each, and what spawning takes.
    const int count = 20'000;
    const outcome found = spawn_waiting(count);
    CHECK(found.all() == count);
    CHECK(found.ended_otherwise == 0);
    CHECK(found.waiting.size() >= 256);
    CHECK(found.refused_at_once + found.refused_at_start >= 1'000);
    CHECK_THAT(found.why, Contains("refused") && Contains("vm.max_map_count") && Contains("vm.overcommit_memory"));
    CHECK(answers_of(found.waiting) == static_cast<int>(found.waiting.size()));
    while (receive<down>(std::chrono::nanoseconds{0})) {
    }

    system.any_number();
    const outcome again = spawn_waiting(1'000);
    CHECK(again.waiting.size() == 1'000);
    CHECK(answers_of(again.waiting) == 1'000);
  });
}

TEST_CASE("refusals: a send that finds no memory throws in its sender and loses nothing that was sent") {
  refusing_system system;
  run(options{.workers = 1}, [&] {
    const pid keeper = spawn([] {
      receive<question>();
      int kept = 0;
      while (receive<int>(std::chrono::nanoseconds{0})) ++kept;
      send(receive<pid>(), kept);
    });
    system.maps_left(0);
    int sent = 0;
    try {
      for (;; ++sent) send(keeper, int{sent});
    } catch (const system_limit& limit) {
      CHECK_THAT(limit.what(), Contains("vm.overcommit_memory"));
    }
    system.any_number();
    send(keeper, question{self()});
    send(keeper, self());
    CHECK(receive<int>() == sent);
  });
}

TEST_CASE("refusals: a runtime for which there is no memory is not made, and says why") {
  refusing_system system;
  system.maps_left(0);
  CHECK_THROWS_AS(runtime(options{.workers = 2}), system_limit);
  CHECK_THROWS_WITH(runtime(options{.workers = 2}), Contains("vm.max_map_count"));
  system.any_number();
  CHECK(runtime(options{.workers = 2}).run([] { return 7; }) == 7);
}
