// Guards what ties processes together and sends later: links, monitors, ends that are told, timers.
#include <benchmark/benchmark.h>

#include <chrono>
#include <vector>

#include <shoal/shoal.hpp>

namespace {

using namespace shoal;
using namespace std::chrono_literals;

struct tick {
  long number;
};
struct go {};

void wait_for_ever() { receive<go>(); }

// So many processes that wait.
std::vector<pid> spawn_waiting(long count) {
  std::vector<pid> made;
  for (long i = 0; i < count; ++i) made.push_back(spawn(wait_for_ever));
  return made;
}

// With a process that waits, while the caller has `range` other links.
void link_and_unlink(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (const pid other : spawn_waiting(state.range(0))) link(other);
    const pid one = spawn(wait_for_ever);
    for (auto _ : state) {
      link(one);
      unlink(one);
    }
  });
}
BENCHMARK(link_and_unlink)->Name("process/link/and_unlink")->Arg(0)->Arg(100)->UseRealTime();

// The same for monitors.
void monitor_and_demonitor(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    std::vector<monitor_ref> others;
    for (const pid other : spawn_waiting(state.range(0))) others.push_back(monitor(other));
    const pid one = spawn(wait_for_ever);
    for (auto _ : state) benchmark::DoNotOptimize(demonitor(monitor(one)));
  });
}
BENCHMARK(monitor_and_demonitor)->Name("process/monitor/and_demonitor")->Arg(0)->Arg(100)->UseRealTime();

// In the order in which they were made: a list that adds in front finds the first last.
void demonitor_the_oldest(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    const std::vector<pid> others = spawn_waiting(state.range(0));
    std::vector<monitor_ref> made;
    for (const pid other : others) made.push_back(monitor(other));
    std::size_t at = 0;
    for (auto _ : state) {
      benchmark::DoNotOptimize(demonitor(made[at]));
      made[at] = monitor(others[at]);
      at = (at + 1) % made.size();
    }
  });
}
BENCHMARK(demonitor_the_oldest)->Name("process/monitor/the_oldest_of")->Arg(10)->Arg(1000)->UseRealTime();

void monitor_of_nobody(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (auto _ : state) {
      benchmark::DoNotOptimize(monitor(pid{}));
      benchmark::DoNotOptimize(receive<down>());
    }
  });
}
BENCHMARK(monitor_of_nobody)->Name("process/monitor/nobody")->UseRealTime();

// A short life on one worker, and its notice read: to compare with process/spawn/run_end.
void spawn_monitor_to_down(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (auto _ : state) {
      benchmark::DoNotOptimize(spawn_monitor([] {}));
      benchmark::DoNotOptimize(receive<down>());
    }
  });
}
BENCHMARK(spawn_monitor_to_down)->Name("process/spawn_monitor/to_down")->UseRealTime();

void spawn_link_to_signal(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    trap_exit(true);
    for (auto _ : state) {
      spawn_link([] {});
      benchmark::DoNotOptimize(receive<exit_signal>());
    }
  });
}
BENCHMARK(spawn_link_to_signal)->Name("process/spawn_link/to_signal")->UseRealTime();

// Links itself to one after another, and tells when it has and when it has heard of that one's end.
void hear_of_ends(pid listener) {
  trap_exit(true);
  for (;;) {
    link(receive<pid>());
    send(listener, tick{});
    receive<exit_signal>();
    send(listener, tick{});
  }
}

// A process with `range` links ends, and all those it was linked to have read of it: for each. Linking is not timed.
void end_with_links(benchmark::State& state) {
  runtime rt{{.workers = static_cast<unsigned>(state.range(1))}};
  rt.run([&] {
    std::vector<pid> watchers;
    for (long i = 0; i < state.range(0); ++i) watchers.push_back(spawn(hear_of_ends, self()));
    const auto all_have_told = [&] {
      for (std::size_t i = 0; i < watchers.size(); ++i) receive<tick>();
    };
    for (auto _ : state) {
      state.PauseTiming();
      const pid hub = spawn(wait_for_ever);
      for (const pid watcher : watchers) send(watcher, hub);
      all_have_told();
      state.ResumeTiming();
      send(hub, go{});
      all_have_told();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
  });
}
BENCHMARK(end_with_links)->Name("process/exit/with_links")->Args({1000, 1})->Args({1000, 2})->UseRealTime();

// Beside `range` timers that do not fire.
void set_and_cancel(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (long i = 0; i < state.range(0); ++i) send_after(1h + std::chrono::milliseconds{i}, self(), tick{i});
    for (auto _ : state) benchmark::DoNotOptimize(cancel_timer(send_after(5s, self(), tick{})));
  });
}
BENCHMARK(set_and_cancel)->Name("process/timer/set_and_cancel")->Arg(0)->Arg(100000)->UseRealTime();

// Due at once: set, fired at the end of a turn, read. So many that the last tick of the wheel, which is waited for, hardly counts.
void set_and_fire(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    constexpr long at_once = 4000;
    for (auto _ : state) {
      for (long i = 0; i < at_once; ++i) send_after(0s, self(), tick{i});
      for (long i = 0; i < at_once; ++i) benchmark::DoNotOptimize(receive<tick>());
    }
    state.SetItemsProcessed(state.iterations() * at_once);
  });
}
BENCHMARK(set_and_fire)->Name("process/timer/set_and_fire")->UseRealTime();

}  // namespace
