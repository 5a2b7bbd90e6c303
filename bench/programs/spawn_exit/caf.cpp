// Spawn, run, end: one actor spawns N that each send one message back; until all are in.
// Arguments: N.
#include "../support.hpp"
#include "../support_caf.hpp"

static void child(caf::event_based_actor* self, caf::actor parent) { bench::tell(self, parent, 1); }

// A blocking actor spawns, and all workers share one queue: with a queue per worker, stealing from a queue of a
// million costs CAF 0.17 a walk to its end each time.
static void run(caf::scoped_actor& self, long count) {
  const auto me = caf::actor_cast<caf::actor>(self);
  for (long i = 0; i < count; ++i) self->spawn(child, me);
  long sum = 0;
  for (long i = 0; i < count; ++i) self->receive([&](int one) { sum += one; });
  bench::check(sum == count);
}

int main(int argc, char** argv) {
  const long count = bench::argument(argc, argv, 1, 1'000'000);
  bench::with_system({"sharing"}, [=](caf::actor_system& system) {
    caf::scoped_actor self{system};
    run(self, count / 10);
    const bench::stopwatch time;
    run(self, count);
    bench::print("spawn_exit/spawn_run_end", time.nanoseconds() / static_cast<double>(count), "ns");
  });
}
