// examples/million.cpp — the demo: a million processes alive at once, each waiting in an ordinary receive, and all of them answer.
// Shows: what a process costs. `million --help` tells what can be chosen.   Before: 01_hello, 03_ask_and_answer.
// Prints: a table of time, memory and speed, and what it was measured on; progress goes to stderr if that is a terminal.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <shoal/shoal.hpp>

#include "support/demo_arguments.hpp"
#include "support/machine.hpp"

using steady = std::chrono::steady_clock;

struct ready {};
struct question {
  std::int64_t number;
  steady::time_point asked;
};
struct answer {
  std::int64_t number;
  steady::time_point asked;
};

// --- What each of the million does -----------------------------------------------------------------------------------

static void one_of_many(shoal::pid parent) {
  shoal::send(parent, ready{});
  const auto q = shoal::receive<question>();  // Here it waits, with its own stack, until it is asked.
  shoal::send(parent, answer{q.number, q.asked});
}

// --- What the first process does -------------------------------------------------------------------------------------

struct figures {
  double spawn_seconds = 0;
  double resident_bytes = 0;
  double answer_seconds = 0;
  double slowest_answer_seconds = 0;
  unsigned workers = 0;
  bool all_answered = false;
};

static double seconds_since(steady::time_point start) { return std::chrono::duration<double>(steady::now() - start).count(); }

static void show_progress(const char* doing, std::size_t done, std::size_t all) {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  if (!terminal) return;
  fmt::print(stderr, "\r{} {:3} %", doing, done * 100 / all);
  if (done == all) fmt::print(stderr, "\r{:30}\r", "");
}

// So many at a time: spawned before the first is waited for, or asked before the first answer is.
static constexpr std::size_t batch = 1000;

static void spawn_all(std::vector<shoal::pid>& all) {
  const shoal::pid me = shoal::self();
  for (std::size_t done = 0; done < all.size();) {
    const std::size_t end = std::min(done + batch, all.size());
    for (std::size_t i = done; i < end; ++i) all[i] = shoal::spawn(one_of_many, me);
    for (; done < end; ++done) shoal::receive<ready>();
    show_progress("spawning", done, all.size());
  }
}

static void ask_all(const std::vector<shoal::pid>& all, figures& found) {
  std::int64_t sum = 0;
  std::size_t asked = 0;
  for (std::size_t answered = 0; answered < all.size(); ++answered) {
    for (; asked < std::min(answered + batch, all.size()); ++asked)
      shoal::send(all[asked], question{static_cast<std::int64_t>(asked), steady::now()});
    const auto a = shoal::receive<answer>();
    sum += a.number;
    found.slowest_answer_seconds = std::max(found.slowest_answer_seconds, seconds_since(a.asked));
    if ((answered + 1) % (100 * batch) == 0 || answered + 1 == all.size()) show_progress("asking", answered + 1, all.size());
  }
  const auto count = static_cast<std::int64_t>(all.size());
  found.all_answered = sum == count * (count - 1) / 2;
}

static figures measure(std::size_t count) {
  figures found;
  std::vector<shoal::pid> all(count);  // Written to already: only what the processes need is to count.
  const std::uint64_t before = machine::footprint_now().resident;
  const auto start = steady::now();
  spawn_all(all);
  found.spawn_seconds = seconds_since(start);
  found.resident_bytes = static_cast<double>(machine::footprint_now().resident) - static_cast<double>(before);
  found.workers = machine::threads_numbered("shoal/");

  const auto asking = steady::now();
  ask_all(all, found);
  found.answer_seconds = seconds_since(asking);
  return found;
}

// 1234567 → "1,234,567"
static std::string grouped(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

static void print_table(std::size_t count, const figures& found) {
  const auto n = static_cast<double>(count);
  fmt::print("{} processes, each waiting in an ordinary receive; then each was asked and answered\n\n", grouped(n));
  fmt::print("  spawn, until it waits  {:>10} ns each\n", grouped(found.spawn_seconds * 1e9 / n));
  fmt::print("  resident memory        {:>10} bytes each\n", grouped(found.resident_bytes / n));
  fmt::print("  messages               {:>10} a second\n", grouped(2 * n / found.answer_seconds));
  fmt::print("  slowest answer         {:>10.2f} ms, with {} questions under way\n", found.slowest_answer_seconds * 1e3,
             std::min(batch, count));
  fmt::print("\non {}: {} cores, {} workers, {}\n", machine::processor(), machine::cores(), found.workers, machine::kernel());
}

int main(int argc, char** argv) {
  const demo::arguments chosen = demo::read_arguments(argc, argv);
  if (chosen.exit_code) return *chosen.exit_code;
  if (!demo::fits(chosen.processes)) return 1;
  try {
    const figures found = shoal::run(shoal::options{.workers = chosen.workers}, [&] { return measure(chosen.processes); });
    print_table(chosen.processes, found);
    if (!found.all_answered) fmt::print(stderr, "million: some answers were wrong\n");
    return found.all_answered ? 0 : 1;
  } catch (const shoal::exited& x) {  // More than the system allows, after all.
    fmt::print(stderr, "million: {}\n", x.reason);
    return 1;
  }
}
