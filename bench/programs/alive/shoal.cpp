// Alive: N processes spawned and blocked in receive: time and resident memory for each;
// then one message to each and one answer from each. No warm-up: memory must grow from nothing.
// Arguments: N.
#include <shoal/shoal.hpp>

#include <atomic>
#include <vector>

#include "../support.hpp"

struct question {
  int number;
};
struct answer {
  int number;
};

static std::atomic<long> waiting{0};

static void answer_one(shoal::pid parent) {
  waiting.fetch_add(1, std::memory_order_relaxed);
  shoal::send(parent, answer{shoal::receive<question>().number});
}

static void measure(int count) {
  const shoal::pid me = shoal::self();
  // Written to before the measurement: only the memory of the processes is to count.
  std::vector<shoal::pid> all(static_cast<std::size_t>(count));

  const double before = bench::resident_bytes();
  const bench::stopwatch spawning;
  for (shoal::pid& p : all) p = shoal::spawn(answer_one, me);
  while (waiting.load() != count) shoal::yield();
  bench::print("alive/spawn", spawning.nanoseconds() / count, "ns");
  bench::print("alive/bytes", (bench::resident_bytes() - before) / count, "B");

  const bench::stopwatch answering;
  for (int i = 0; i < count; ++i) shoal::send(all[static_cast<std::size_t>(i)], question{i});
  long sum = 0;
  for (int i = 0; i < count; ++i) sum += shoal::receive<answer>().number;
  bench::print("alive/answer", answering.nanoseconds() / count, "ns");
  bench::check(sum == static_cast<long>(count) * (count - 1) / 2);
}

int main(int argc, char** argv) {
  const int count = static_cast<int>(bench::argument(argc, argv, 1, 1'000'000));
  return shoal::run([count] {
    measure(count);
    return 0;
  });
}
