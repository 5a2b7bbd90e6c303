// Spawn, run, end: one process spawns N that each send one message back; until all are in.
// Arguments: N.
#include <shoal/shoal.hpp>

#include "../support.hpp"

struct one {
  int value;
};

static void spawn_and_collect(long count) {
  const shoal::pid me = shoal::self();
  for (long i = 0; i < count; ++i) shoal::spawn([me] { shoal::send(me, one{1}); });
  long sum = 0;
  for (long i = 0; i < count; ++i) sum += shoal::receive<one>().value;
  bench::check(sum == count);
}

int main(int argc, char** argv) {
  const long count = bench::argument(argc, argv, 1, 1'000'000);
  return shoal::run([count] {
    spawn_and_collect(count / 10);
    const bench::stopwatch time;
    spawn_and_collect(count);
    bench::print("spawn_exit/spawn_run_end", time.nanoseconds() / static_cast<double>(count), "ns");
    return 0;
  });
}
