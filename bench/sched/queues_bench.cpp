// Guards the queues of a worker: ring, LIFO slot, stealing, injection, timers.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include <shoal/sched.hpp>

namespace shoal::detail {
namespace {

class nobody final : public runnable {
 private:
  void body() noexcept override {}
  void ended() noexcept override {}
  void could_not_start(const char*) noexcept override {}
};

void ring_push_and_pop(benchmark::State& state) {
  const auto ring = std::make_unique<run_ring>();
  nobody one;
  for (auto _ : state) {
    benchmark::DoNotOptimize(ring->push(&one));
    benchmark::DoNotOptimize(ring->pop());
  }
}
BENCHMARK(ring_push_and_pop)->Name("sched/ring/push_and_pop");

void lifo_put_and_take(benchmark::State& state) {
  lifo_slot slot;
  nobody one;
  for (auto _ : state) {
    benchmark::DoNotOptimize(slot.put(&one));
    benchmark::DoNotOptimize(slot.take());
  }
}
BENCHMARK(lifo_put_and_take)->Name("sched/lifo_slot/put_and_take");

// For each stolen entry; the victim's ring is full before each theft.
void steal_half(benchmark::State& state) {
  const auto victim = std::make_unique<run_ring>();
  const auto thief = std::make_unique<run_ring>();
  std::vector<nobody> entries(256);
  std::int64_t stolen_in_all = 0;
  for (auto _ : state) {
    state.PauseTiming();
    while (thief->pop() != nullptr) {
    }
    for (nobody& entry : entries)
      if (!victim->push(&entry)) break;
    state.ResumeTiming();
    std::uint32_t stolen = 0;
    benchmark::DoNotOptimize(thief->steal_half(*victim, stolen));
    stolen_in_all += stolen;
  }
  state.SetItemsProcessed(stolen_in_all);
}
BENCHMARK(steal_half)->Name("sched/ring/steal_half")->Iterations(20000);

void inject_and_take(benchmark::State& state) {
  inject_queue queue;
  nobody one;
  for (auto _ : state) {
    queue.push(one);
    benchmark::DoNotOptimize(queue.pop());
  }
}
BENCHMARK(inject_and_take)->Name("sched/inject/push_and_pop");

void arm_and_cancel(benchmark::State& state) {
  clock& time = steady_clock();
  timer_wheel wheel(time.now());
  timer t([](timer&, fifo<runnable>&) noexcept {});
  const instant due = time.now() + std::chrono::hours{1};
  for (auto _ : state) {
    wheel.arm(t, due);
    benchmark::DoNotOptimize(timer_wheel::cancel(t));
  }
}
BENCHMARK(arm_and_cancel)->Name("sched/timer_wheel/arm_and_cancel");

}  // namespace
}  // namespace shoal::detail
