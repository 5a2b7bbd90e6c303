// examples/06_worker_pool.cpp — four workers ask a queue for tasks; one that crashes is replaced and its task tried again.
// Shows: work that is asked for, not pushed; spawn_monitor used to supervise; messages that own what they carry.
// Before: 03_ask_and_answer, 05_crash_alone.   Prints: the sum over all tasks, and how many crashes there were.
#include <fmt/core.h>

#include <map>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <shoal/shoal.hpp>

struct want_work {
  shoal::pid worker;
};
struct task {
  int number;
  int tries;
  std::vector<int> numbers;  // Moved from process to process, never shared.
};
struct solved {
  shoal::pid worker;
  long sum;
};

static void work_for(shoal::pid boss) {
  for (;;) {
    shoal::send(boss, want_work{shoal::self()});
    const task t = shoal::receive<task>();
    if (t.number % 10 == 7 && t.tries == 1) throw std::runtime_error("bad luck");
    shoal::send(boss, solved{shoal::self(), std::accumulate(t.numbers.begin(), t.numbers.end(), 0L)});
  }
}

int main() {
  constexpr int tasks = 100;
  return shoal::run(shoal::options{.log = [](const shoal::report&) {}}, [] {  // The crashes are meant: no reports.
    std::vector<task> open;
    for (int i = 0; i < tasks; ++i) open.push_back({i, 0, std::vector<int>(1000, i)});
    std::map<shoal::pid, task> under_way;
    const auto hire = [me = shoal::self()] { shoal::spawn_monitor(work_for, me); };
    for (int i = 0; i < 4; ++i) hire();

    long sum = 0;
    int crashes = 0;
    for (int left = tasks; left > 0;)
      shoal::receive([&](const solved& s) { sum += s.sum, under_way.erase(s.worker), --left; },
                     [&](const shoal::down& d) { ++crashes, open.push_back(under_way.extract(d.from).mapped()), hire(); },
                     shoal::when([&](const want_work&) { return !open.empty(); }, [&](want_work w) {  // Else it waits.
                       ++open.back().tries;
                       shoal::send(w.worker, under_way[w.worker] = std::move(open.back()));
                       open.pop_back();
                     }));
    fmt::print("sum {}, {} crashes\n", sum, crashes);
    return 0;
  });
}
