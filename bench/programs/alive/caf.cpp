// Alive: N actors spawned and waiting for a message: time and resident memory for each;
// then one message to each and one answer from each. No warm-up: memory must grow from nothing.
// Arguments: N.
#include <atomic>
#include <vector>

#include "../support.hpp"
#include "../support_caf.hpp"

static std::atomic<long> waiting{0};

static caf::behavior answer(caf::event_based_actor* self) {
  waiting.fetch_add(1, std::memory_order_relaxed);
  return {[=](int number) {
    self->quit();
    return number;
  }};
}

int main(int argc, char** argv) {
  const int count = static_cast<int>(bench::argument(argc, argv, 1, 1'000'000));
  bench::with_system({"sharing"}, [=](caf::actor_system& system) {
    caf::scoped_actor self{system};
    // Written to before the measurement: only the memory of the actors is to count.
    std::vector<caf::actor> all(static_cast<std::size_t>(count));

    const double before = bench::resident_bytes();
    const bench::stopwatch spawning;
    for (caf::actor& one : all) one = self->spawn(answer);
    while (waiting.load() != count) std::this_thread::yield();
    bench::print("alive/spawn", spawning.nanoseconds() / count, "ns");
    bench::print("alive/bytes", (bench::resident_bytes() - before) / count, "B");

    const bench::stopwatch answering;
    for (int i = 0; i < count; ++i) bench::tell(self, all[static_cast<std::size_t>(i)], i);
    long sum = 0;
    for (int i = 0; i < count; ++i) self->receive([&](int number) { sum += number; });
    bench::print("alive/answer", answering.nanoseconds() / count, "ns");
    bench::check(sum == static_cast<long>(count) * (count - 1) / 2);
  });
}
