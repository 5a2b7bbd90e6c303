// Guards what programs do all day: spawn, send, receive, wake. Parts, not works: for those see bench/compare.
#include <benchmark/benchmark.h>

#include <thread>
#include <vector>

#include <shoal/shoal.hpp>

namespace {

using namespace shoal;

struct tick {
  long number;
  long more;
};
struct tock {};

void drain_forever() {
  for (;;) receive<tick>();
}

// The whole cost of a short life on one worker: spawn, first turn, end.
void spawn_run_end(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (auto _ : state) {
      spawn([parent = self()] { send(parent, tock{}); });
      receive<tock>();
    }
  });
}
BENCHMARK(spawn_run_end)->Name("process/spawn/run_end")->UseRealTime();

// To a receiver that is awake: 16 bytes of payload.
void send_to_awake_receiver(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    const pid sink = spawn(drain_forever);
    for (auto _ : state) send(sink, tick{});
  });
}
BENCHMARK(send_to_awake_receiver)->Name("process/send/awake_receiver")->UseRealTime();

void send_to_nobody(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (auto _ : state) send(pid{}, tick{});
  });
}
BENCHMARK(send_to_nobody)->Name("process/send/nobody")->UseRealTime();

// The message is there already.
void receive_hit(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (auto _ : state) {
      send(self(), tick{});
      benchmark::DoNotOptimize(receive<tick>());
    }
  });
}
BENCHMARK(receive_hit)->Name("process/receive/hit")->UseRealTime();

// `range` messages of another type lie before the one that fits.
void receive_past_others(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (long i = 0; i < state.range(0); ++i) send(self(), tock{});
    for (auto _ : state) {
      send(self(), tick{});
      benchmark::DoNotOptimize(receive<tick>());
    }
  });
}
BENCHMARK(receive_past_others)->Name("process/receive/past_others")->Arg(10)->Arg(1000)->Arg(100000)->UseRealTime();

// The same with a mark: the number of older messages must not matter.
void receive_from_mark(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (long i = 0; i < state.range(0); ++i) send(self(), tock{});
    for (auto _ : state) {
      const mailbox_mark here = mark_mailbox();
      send(self(), tick{});
      benchmark::DoNotOptimize(receive(here, [](tick t) { return t.number; }));
    }
  });
}
BENCHMARK(receive_from_mark)->Name("process/receive/from_mark")->Arg(10)->Arg(100000)->UseRealTime();

// A message that is not there, and no wait for it.
void receive_miss(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (auto _ : state) benchmark::DoNotOptimize(receive<tick>(std::chrono::seconds{0}));
  });
}
BENCHMARK(receive_miss)->Name("process/receive/miss")->UseRealTime();

// A sleeping process on the same worker is woken and answers.
void wake_local(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    const pid other = spawn([parent = self()] {
      for (;;) send(parent, receive<tick>());
    });
    for (auto _ : state) {
      send(other, tick{});
      receive<tick>();
    }
  });
}
BENCHMARK(wake_local)->Name("process/wake/local_round_trip")->UseRealTime();

// A thread that is no worker sends to a process and is answered: two wake-ups through the kernel.
void wake_from_outside(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  std::atomic<long> answered{0};
  const pid other = rt.spawn([&answered] {
    for (;;) {
      receive<tick>();
      answered.fetch_add(1);
      answered.notify_one();
    }
  });
  for (auto _ : state) {
    const long before = answered.load();
    rt.send(other, tick{});
    answered.wait(before);
  }
}
BENCHMARK(wake_from_outside)->Name("process/wake/from_outside")->UseRealTime();

void yield_alone(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    for (auto _ : state) yield();
  });
}
BENCHMARK(yield_alone)->Name("process/yield/alone")->UseRealTime();

}  // namespace
