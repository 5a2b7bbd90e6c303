// Storms that keep the C++ library busy while a process moves from worker to worker: exceptions, containers, streams, timers.
#include <algorithm>
#include <chrono>
#include <exception>
#include <iomanip>
#include <map>
#include <numeric>
#include <sstream>

#include "stress/storms.hpp"

namespace shoal::stress {

using namespace std::chrono_literals;

// --- Timeouts --------------------------------------------------------------------------------------------------------

namespace {

struct ping {
  int number;
  counted weight;
};

}  // namespace

// A receiver that gives up after a moment and tries again; a sender that takes about as long.
void timeout_storm(std::uint64_t seed, int size) {
  const int pairs = 16;
  const int rounds = size / pairs + 1;
  run_all(pairs, [seed, rounds](int pair) {
    chance dice(seed + static_cast<std::uint64_t>(pair));
    const std::uint64_t theirs = dice.next();
    static_cast<void>(spawn_monitor([home = self(), theirs, rounds] {
      chance mine(theirs);
      for (int i = 0; i < rounds; ++i) {
        if (mine.below(4) != 0) sleep(std::chrono::microseconds(mine.below(100)));
        send(home, ping{i, {}});
      }
    }));
    for (int i = 0; i < rounds;) {
      const auto limit = std::chrono::microseconds(dice.below(120));
      const auto got = dice.below(8) == 0 ? std::optional<ping>(receive<ping>()) : receive<ping>(limit);
      if (got) require(got->number == i++, "timeout: {} out of order", got->number);
    }
    require(receive<down>().reason == exit_reason::normal, "timeout: the sender failed");
    require(!receive<ping>(0s), "timeout: a message came twice");
  });
}

// --- Exceptions in flight --------------------------------------------------------------------------------------------

namespace {

struct parcel {
  std::exception_ptr what;
};

struct suspends_when_destroyed {
  chance& dice;
  ~suspends_when_destroyed() {
    const int before = std::uncaught_exceptions();
    yield();
    if (dice.below(2) == 0) yield();
    if (std::uncaught_exceptions() != before) std::abort();  // A destructor cannot throw; this must be seen.
  }
};

// Throws through `depth` frames; each catches, suspends in the catch block, looks at what it caught, and throws on.
void dive(int depth, const std::string& text, chance& dice) {
  const suspends_when_destroyed on_the_way{dice};
  if (depth == 0) throw planned_crash(text);
  try {
    dive(depth - 1, text, dice);
  } catch (const planned_crash& caught) {
    maybe_suspend(dice);
    require(std::uncaught_exceptions() == 0, "exception: {} uncaught in a catch block", std::uncaught_exceptions());
    require(caught.what() == text, "exception: caught \"{}\" of another process, not \"{}\"", caught.what(), text);
    try {  // Another one inside.
      maybe_suspend(dice);
      throw std::out_of_range(text + "!");
    } catch (const std::out_of_range& inner) {
      maybe_suspend(dice);
      require(inner.what() == text + "!", "exception: the inner one was \"{}\"", inner.what());
    }
    if (dice.below(2) == 0) throw;
    const std::exception_ptr kept = std::current_exception();
    maybe_suspend(dice);
    std::rethrow_exception(kept);
  }
}

void throw_a_lot(int who, pid peer, std::uint64_t seed, int rounds) {
  chance dice(seed);
  for (int round = 0; round < rounds; ++round) {
    const std::string text = fmt::format("process {} round {}", who, round);
    try {
      dive(1 + static_cast<int>(dice.below(6)), text, dice);
      require(false, "exception: nothing was thrown");
    } catch (const planned_crash& caught) {
      maybe_suspend(dice);
      require(caught.what() == text, "exception: the outermost block caught \"{}\", not \"{}\"", caught.what(), text);
      send(peer, parcel{std::current_exception()});
    }
    require(std::uncaught_exceptions() == 0 && std::current_exception() == nullptr, "exception: one was left over");
  }
}

}  // namespace

void exception_storm(std::uint64_t seed, int size) {
  const int processes = 24;
  const int rounds = size / 100 + 1;
  for (int i = 0; i < processes; ++i)
    static_cast<void>(spawn_monitor(throw_a_lot, int{i}, self(), seed + static_cast<std::uint64_t>(i), int{rounds}));
  for (int got = 0; got < processes * rounds; ++got) {
    receive(
        [](parcel p) {
          try {
            std::rethrow_exception(p.what);
          } catch (const planned_crash& caught) {  // Thrown by another process, caught here.
            yield();
            require(std::string(caught.what()).starts_with("process "), "exception: a parcel held \"{}\"", caught.what());
          }
        },
        when([](const down& d) { return d.reason != exit_reason::normal; },
             [](const down& d) { require(false, "exception: a process ended by {}", d.reason.what()); }));
  }
  for (int i = 0; i < processes; ++i)
    require(receive<down>().reason == exit_reason::normal, "exception: a process failed after its last parcel");
}

// --- The standard library --------------------------------------------------------------------------------------------

namespace {

void use_the_library(int who, std::uint64_t seed, int size) {
  chance dice(seed);
  std::map<std::string, int> by_name;
  std::vector<int> numbers(static_cast<std::size_t>(size));
  for (int& n : numbers) n = static_cast<int>(dice.below(1000));
  const long sum = std::accumulate(numbers.begin(), numbers.end(), 0L);
  std::sort(numbers.begin(), numbers.end(), [&](int a, int b) {
    if (dice.below(64) == 0) maybe_suspend(dice);  // In the middle of the algorithm.
    return a < b;
  });
  require(std::is_sorted(numbers.begin(), numbers.end()), "library: not sorted");
  for (const int n : numbers) {
    ++by_name[fmt::format("{}/{:03}", who, n)];
    if (dice.below(128) == 0) maybe_suspend(dice);
  }
  std::ostringstream out;
  for (const auto& [name, times] : by_name) {
    out << name << ' ' << std::setw(4) << times << ' ' << std::fixed << std::setprecision(2) << times / 4.0 << '\n';
    if (dice.below(128) == 0) maybe_suspend(dice);
  }
  std::istringstream in(out.str());
  long again = 0;
  std::string name;
  int times = 0;
  double quarter = 0;
  while (in >> name >> times >> quarter) {
    require(quarter == times / 4.0, "library: {} is not a quarter of {}", quarter, times);
    again += static_cast<long>(times) * std::stol(name.substr(name.find('/') + 1));
    if (dice.below(128) == 0) maybe_suspend(dice);
  }
  require(again == sum, "library: the sum was {} and is {}", sum, again);
}

}  // namespace

void library_storm(std::uint64_t seed, int size) {
  run_all(12, [seed, size](int i) { use_the_library(i, seed + static_cast<std::uint64_t>(i), 1 + size / 8); });
}

}  // namespace shoal::stress
