// A soak of whole runtimes. One seed decides who does what; how threads meet is up to the machine. SHOAL_SOAK_SEED replays the
// choices, SHOAL_SOAK_ROUNDS makes it longer or shorter.
#include "support/test.hpp"

#include <chrono>
#include <thread>

#include "stress/storms.hpp"
#include "stress/watchdog.hpp"

namespace shoal::stress {
namespace {

using namespace std::chrono_literals;

int rounds_of_run(int usual) {
  const char* given = std::getenv("SHOAL_SOAK_ROUNDS");
  return given != nullptr ? std::atoi(given) : scaled(usual);
}

int pick(chance& dice, std::initializer_list<int> from) {
  return from.begin()[dice.below(static_cast<std::uint32_t>(from.size()))];
}

options some_options(chance& dice, crash_log& log) {
  options chosen;
  chosen.workers = static_cast<unsigned>(pick(dice, {1, 2, 2, 3, 4, 8}));
  chosen.reductions = pick(dice, {1, 20, 300, 2000, 2000});
  chosen.name = "soak";
  chosen.log = [&log](const report& r) { log(r); };
  return chosen;
}

int some_size(chance& dice) { return scaled(pick(dice, {100, 2000, 10000, 30000})); }

// Nothing holds out; and it takes far less than the limit, unless the runtime waits for processes it has miscounted.
void stop_and_look(runtime& whole) {
  constexpr auto limit = 20s;
  const auto begun = std::chrono::steady_clock::now();
  const stop_report told = whole.stop(limit);
  CHECK(told.still_alive.empty());
  CHECK(std::chrono::steady_clock::now() - begun < limit);
}

// All storms, or a few, at once in one runtime.
void run_storms(runtime& whole, chance& dice, int size) {
  std::vector<std::pair<const named_storm*, std::uint64_t>> chosen;
  for (const named_storm& s : all_storms)
    if (dice.below(3) != 0) chosen.emplace_back(&s, dice.next());
  whole.run([&] {
    for (const auto& [what, seed] : chosen)
      static_cast<void>(spawn_monitor(spawn_options{.label = what->name}, [run = what->run, s = seed, size] { run(s, size); }));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const down end = receive<down>();
      require(end.reason == exit_reason::normal, "a storm failed: {}", end.reason.what());
    }
  });
}

struct from_outside {
  int thread;
  int number;
  counted weight;
};
struct enough {};

// Threads that are no workers spawn and send; a process checks that each thread's messages are all there and in order.
class outsiders {
 public:
  outsiders(runtime& whole, int threads, int each, std::uint64_t seed) : whole_(whole), each_(each) {
    reader_ = whole.spawn([threads, each] {
      std::vector<int> next(static_cast<std::size_t>(threads));
      for (int got = 0; got < threads * each; ++got) {
        const auto m = receive<from_outside>();
        require(m.number == next[static_cast<std::size_t>(m.thread)]++, "outside: {} of thread {} out of order", m.number,
                m.thread);
      }
      receive<enough>();
    });
    for (int t = 0; t < threads; ++t)
      senders_.emplace_back([this, t, seed] { send_and_spawn(t, seed + static_cast<std::uint64_t>(t)); });
  }
  void finish() {
    for (std::thread& t : senders_) t.join();
    whole_.send(reader_, enough{});
    whole_.run([reader = reader_] { test::wait_until_dead(reader); });
    CHECK(spawned_.load() == ran_.load());
  }

 private:
  void send_and_spawn(int thread, std::uint64_t seed) {
    chance dice(seed);
    for (int i = 0; i < each_; ++i) {
      switch (dice.below(8)) {
        case 0:
          ++spawned_;
          whole_.run([this] { ++ran_; });
          break;
        case 1: {  // By way of a process that is spawned for it: the order is kept, because we wait for it.
          const int twice = whole_.run([i] { return yield(), 2 * i; });
          if (twice != 2 * i) std::abort();
          break;
        }
        default: break;
      }
      whole_.send(reader_, from_outside{thread, i, {}});
    }
  }

  runtime& whole_;
  const int each_;
  pid reader_;
  sync::atomic<int> spawned_{0};
  sync::atomic<int> ran_{0};
  std::vector<std::thread> senders_;
};

}  // namespace

TEST_CASE("soak: storms in one runtime after the other break no invariant and leave nothing behind") {
  const std::uint64_t seed = seed_of_run();
  const long migrations_before = migrations();
  const int rounds = rounds_of_run(48);
  for (int round = 0; round < rounds; ++round) {
    chance dice(seed + static_cast<std::uint64_t>(round));
    crash_log log;
    const options chosen = some_options(dice, log);
    const std::string what =
        fmt::format("SHOAL_SOAK_SEED={} round {}: {} workers, {} reductions", seed, round, chosen.workers, chosen.reductions);
    INFO(what);
    const watchdog guard(what, 60s);
    {
      runtime whole(chosen);
      const bool with_threads = dice.below(2) == 0;
      std::optional<outsiders> outside;
      if (with_threads) outside.emplace(whole, 1 + static_cast<int>(dice.below(3)), scaled(3000), dice.next());
      CHECK_NOTHROW(run_storms(whole, dice, some_size(dice)));
      if (outside) outside->finish();
      stop_and_look(whole);
    }
    CHECK(log.text() == "");
    CHECK(counted::alive() == 0);
  }
  // With exceptions in flight, streams half written, sorts half done: else the soak would not test what it is for.
  if (rounds >= scaled(48)) CHECK(migrations() - migrations_before >= scaled(100));
}

TEST_CASE("soak: a stop in the middle of storms ends every process and destroys every object") {
  const std::uint64_t seed = seed_of_run();
  const int rounds = rounds_of_run(240);
  for (int round = 0; round < rounds; ++round) {
    chance dice(seed + static_cast<std::uint64_t>(round));
    crash_log log;
    const options chosen = some_options(dice, log);
    const std::string what = fmt::format("SHOAL_SOAK_SEED={} round {}, stopped: {} workers, {} reductions", seed, round,
                                         chosen.workers, chosen.reductions);
    INFO(what);
    const watchdog guard(what, 60s);
    {
      runtime whole(chosen);
      for (const named_storm& s : all_storms)
        if (dice.below(2) == 0)
          whole.spawn(spawn_options{.label = s.name}, [run = s.run, mine = dice.next(), weight = counted{}] {
            const counted on_stack;
            run(mine, scaled(10000));
          });
      // How far they come is left to chance.
      const int turns = static_cast<int>(dice.below(200));
      whole.run([turns] {
        for (int i = 0; i < turns; ++i) yield();
      });
      stop_and_look(whole);
    }
    CHECK(log.text() == "");
    CHECK(counted::alive() == 0);
  }
}

}  // namespace shoal::stress
