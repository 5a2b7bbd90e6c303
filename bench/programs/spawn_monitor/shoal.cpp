// Spawn and monitor: one process spawns and monitors N that end at once, one after another: it reads the down of each
// before it spawns the next.
// Arguments: N.
#include <shoal/shoal.hpp>

#include "../support.hpp"

static void spawn_and_hear(long count) {
  for (long i = 0; i < count; ++i) {
    const auto [child, ref] = shoal::spawn_monitor([] {});
    const shoal::down notice = shoal::receive<shoal::down>();
    bench::check(notice.ref == ref && notice.from == child);
  }
}

int main(int argc, char** argv) {
  const long count = bench::argument(argc, argv, 1, 2'000'000);
  return shoal::run([count] {
    spawn_and_hear(count / 10);
    const bench::stopwatch time;
    spawn_and_hear(count);
    bench::print("spawn_monitor/down", time.nanoseconds() / static_cast<double>(count), "ns");
    return 0;
  });
}
