// Guards names: finding who has one, from one worker and from two at once, and sending to it.
#include <benchmark/benchmark.h>

#include <string>

#include <shoal/shoal.hpp>

namespace {

using namespace shoal;

struct tick {
  long number;
};

void drain_forever() {
  for (;;) receive<tick>();
}

// `count` processes with names, "name 0" and so on.
void name_many(long count) {
  for (long i = 0; i < count; ++i) register_name("name " + std::to_string(i), spawn(drain_forever));
}

constexpr long names = 100;
constexpr long looks = 500'000;  // Long enough for the other worker to wake and take one.

void look_up_many() {
  for (long i = 0; i < looks; ++i) benchmark::DoNotOptimize(whereis("name 42"));
}

void find(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    name_many(names);
    for (auto _ : state) benchmark::DoNotOptimize(whereis("name 42"));
    state.SetItemsProcessed(state.iterations());
  });
}
BENCHMARK(find)->Name("process/name/find")->UseRealTime();

void find_nobody(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    name_many(names);
    for (auto _ : state) benchmark::DoNotOptimize(whereis("nobody's"));
    state.SetItemsProcessed(state.iterations());
  });
}
BENCHMARK(find_nobody)->Name("process/name/find_nobody")->UseRealTime();

// Two processes look for the same name, on as many workers as `range`: twice the look-ups per second with two, if neither
// is in the other's way.
void find_by_two(benchmark::State& state) {
  runtime rt{{.workers = static_cast<unsigned>(state.range(0))}};
  rt.run([&] {
    name_many(names);
    for (auto _ : state) {
      const pid me = self();
      for (int i = 0; i < 2; ++i)
        spawn([me] {
          look_up_many();
          send(me, tick{});
        });
      for (int i = 0; i < 2; ++i) receive<tick>();
    }
    state.SetItemsProcessed(state.iterations() * 2 * looks);
  });
}
BENCHMARK(find_by_two)->Name("process/name/find_by_two")->Arg(1)->Arg(2)->UseRealTime();

// To compare with process/send/awake_receiver.
void send_by_name(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    name_many(names);
    for (auto _ : state) send("name 42", tick{});
  });
}
BENCHMARK(send_by_name)->Name("process/name/send")->UseRealTime();

void take_and_give_back(benchmark::State& state) {
  runtime rt{{.workers = 1}};
  rt.run([&] {
    name_many(names);
    for (auto _ : state) {
      register_name("mine", self());
      unregister_name("mine");
    }
  });
}
BENCHMARK(take_and_give_back)->Name("process/name/register_and_unregister")->UseRealTime();

}  // namespace
