// Whole runtimes whose threads are held up at the marked points, and the places where a runtime begins, ends, and is told from
// outside.
#include "support/test.hpp"

#include <time.h>

#include <chrono>
#include <thread>
#include <vector>

#include "stress/delays.hpp"
#include "stress/storms.hpp"
#include "stress/watchdog.hpp"

namespace shoal::stress {
namespace {

using namespace std::chrono_literals;

options with(unsigned workers, crash_log& log, int reductions = 2000) {
  options chosen;
  chosen.workers = workers;
  chosen.reductions = reductions;
  chosen.log = [&log](const report& r) { log(r); };
  return chosen;
}

struct ping {
  pid from;
};
struct pong {};

}  // namespace

TEST_CASE("two-phase park: processes woken while they park are never resumed twice or forgotten") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  // Pairs on different workers that wake each other at the moment the other parks; timers do the same from a third side.
  for (const unsigned workers : {2u, 3u}) {
    const watchdog guard(fmt::format("two-phase park, {} workers, SHOAL_STRESS_SEED={}", workers, seed), 60s);
    const delays held_up(seed + workers, "");
    crash_log log;
    shoal::run(with(workers, log, 50), [seed] {
      run_all(8, [seed](int i) {
        chance dice(seed + static_cast<std::uint64_t>(i));
        const pid partner = spawn_monitor([] {
                              for (;;)
                                if (const pid back = receive<ping>().from) send(back, pong{});
                                else return;
                            }).first;
        for (int n = scaled(10'000); n != 0; --n) {
          send(partner, ping{self()});
          while (!receive<pong>(std::chrono::microseconds(dice.below(60)))) {
          }
        }
        send(partner, ping{});
        require(receive<down>().reason == exit_reason::normal, "the partner failed");
        require(!receive<pong>(0s), "a pong too many");
      });
    });
    CHECK(log.text() == "");
  }
  CHECK(delays::visits("arrivals: about to park") > 0);
  CHECK(delays::visits("arrivals: about to unpark") > 0);
}

TEST_CASE("runtime: storms hold with threads held up at any marked point") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  for (const char* where : {"", "arrivals", "ring", "lifo", "idle", "worker", "poller"}) {
    const std::string what = fmt::format("storms, delays at \"{}\", SHOAL_STRESS_SEED={}", where, seed);
    INFO(what);
    const watchdog guard(what, 60s);
    const delays held_up(seed, where);
    crash_log log;
    chance dice(seed);
    shoal::run(with(1 + dice.below(4), log, 200), [&dice] {
      for (const named_storm& s : all_storms)
        static_cast<void>(spawn_monitor([run = s.run, mine = dice.next()] { run(mine, scaled(4000)); }));
      for (std::size_t i = 0; i < std::size(all_storms); ++i)
        require(receive<down>().reason == exit_reason::normal, "a storm failed");
    });
    CHECK(log.text() == "");
    CHECK(counted::alive() == 0);
  }
}

TEST_CASE("receive: a process that waits without a limit after a timeout really sleeps") {
  const watchdog guard("a process waits after a timeout", 20s);
  crash_log log;
  const auto cpu_now = [] {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  };
  const auto used = shoal::run(with(1, log), [cpu_now] {
    static_cast<void>(receive<int>(1ms));  // Runs out of time.
    const auto before = cpu_now();
    spawn([home = self()] {
      sleep(300ms);
      send(home, 7);
    });
    require(receive<int>() == 7, "another message");
    return cpu_now() - before;
  });
  CHECK(used < 100ms);
}

TEST_CASE("runtime: threads that spawn at once leave nothing that its stop would wait for") {
  const int threads = 4;
  const int each = scaled(100'000);
  const watchdog guard("threads spawn at once, then stop", 60s);
  crash_log log;
  runtime whole(with(2, log));
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&] {
      for (int i = 0; i < each; ++i) whole.spawn([] {});
    });
  for (std::thread& t : all) t.join();
  const auto begun = std::chrono::steady_clock::now();
  const stop_report told = whole.stop(10s);
  CHECK(told.still_alive.empty());
  CHECK(told.killed <= std::size_t{threads} * static_cast<std::size_t>(each));
  CHECK(std::chrono::steady_clock::now() - begun < 10s);
}

TEST_CASE("runtime: run in one thread against stop in another either runs or throws, and always returns") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  const int rounds = scaled(1500);
  watchdog guard(fmt::format("run against stop, SHOAL_STRESS_SEED={}", seed), 30s);
  chance dice(seed);
  for (int round = 0; round < rounds; ++round) {
    crash_log log;
    runtime whole(with(1 + dice.below(2), log));
    sync::atomic<bool> begun{false};
    std::thread runner([&] {
      try {
        for (;;) {
          whole.run([weight = counted{}] {});
          begun = true;
        }
      } catch (const misuse&) {   // Stopped before.
      } catch (const exited&) {
      }  // Stopped meanwhile.
    });
    while (!begun) std::this_thread::yield();
    for (std::uint32_t wait = dice.below(200); wait != 0; --wait) sync::pause();
    const stop_report told = whole.stop(20s);
    CHECK(told.still_alive.empty());
    runner.join();
    guard.pat();
    if (counted::alive() != 0) FAIL("an entry was neither run nor dropped, round " << round);
  }
}

TEST_CASE("runtime: a stop without patience in the middle of a storm may look at those who are ending") {
  const int rounds = scaled(200);
  watchdog guard("stop(0) in the middle of a storm", 60s);
  const delays held_up(1, "");
  for (int round = 0; round < rounds; ++round) {
    crash_log log;
    runtime whole(with(2, log, 50));
    // Their mail takes many turns to give up, and what is cut off there holds nothing of the heap.
    for (int i = 0; i < 100; ++i)
      whole.spawn(spawn_options{.label = "a label too long for the short string"}, [] {
        for (int m = 0; m < 200; ++m) send(self(), m);
        receive<pong>();
      });
    const stop_report told = whole.stop(0s);
    for (const survivor& s : told.still_alive) CHECK((s.label.empty() || s.label == "a label too long for the short string"));
    guard.pat();
  }
}

}  // namespace shoal::stress
