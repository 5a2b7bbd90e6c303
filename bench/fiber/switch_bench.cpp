// Guards the cost of a switch: a fiber resumed and suspended again, exception state and sanitizer notes included.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include <shoal/fiber.hpp>

namespace shoal::detail {
namespace {

class idler final : public fiber {
 private:
  void main(carrier& here) noexcept override {
    for (carrier* on = &here;;) on = &suspend(*on);
  }
};

// In nanoseconds for a resume and a suspend. `range` fibers in turn: few stay in the first-level cache, many do not.
void resume_and_suspend(benchmark::State& state) {
  stack_pool pool;
  stack_cache stacks(pool);
  carrier here;
  here.adopt_thread();
  std::vector<std::unique_ptr<idler>> fibers;
  for (int i = 0; i < state.range(0); ++i) {
    fibers.push_back(std::make_unique<idler>());
    fibers.back()->start(stacks.take(stack_class(64 * 1024)));
    here.run(*fibers.back());
  }
  std::size_t next = 0;
  for (auto _ : state) {
    here.run(*fibers[next]);
    if (++next == fibers.size()) next = 0;
  }
}
BENCHMARK(resume_and_suspend)->Name("fiber/switch/fibers")->Arg(1)->Arg(1000)->Arg(100000);

}  // namespace
}  // namespace shoal::detail
