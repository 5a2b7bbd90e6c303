// Guards the allocation of messages: a block taken and given back, on one thread and from one thread to another.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include <shoal/memory.hpp>

namespace shoal::detail {
namespace {

void take_and_give(benchmark::State& state) {
  block_pool pool;
  block_pool::cache cache(pool);
  const std::uint8_t size_class = block_class(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    void* block = cache.allocate(size_class);
    benchmark::DoNotOptimize(block);
    cache.free(block, size_class);
  }
}
BENCHMARK(take_and_give)->Name("memory/pool/take_and_give")->Arg(64)->Arg(1024);

// What one cache takes another frees, as when a receiver frees what its senders have allocated.
void take_here_give_there(benchmark::State& state) {
  block_pool pool;
  block_pool::cache sender(pool);
  block_pool::cache receiver(pool);
  for (auto _ : state) receiver.free(sender.allocate(0), 0);
}
BENCHMARK(take_here_give_there)->Name("memory/pool/take_here_give_there");

void malloc_and_free(benchmark::State& state) {
  for (auto _ : state) {
    void* block = std::malloc(static_cast<std::size_t>(state.range(0)));
    benchmark::DoNotOptimize(block);
    std::free(block);
  }
}
BENCHMARK(malloc_and_free)->Name("memory/malloc/for_comparison")->Arg(64)->Arg(1024);

}  // namespace
}  // namespace shoal::detail
