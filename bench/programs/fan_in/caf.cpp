// Fan-in: SENDERS actors send EACH messages to one; time per message, over REPEATS such runs.
// Arguments: SENDERS EACH REPEATS.
#include "../support.hpp"
#include "../support_caf.hpp"

static void sender(caf::event_based_actor* self, caf::actor reader, int each) {
  for (int i = 1; i <= each; ++i) bench::tell(self, reader, i);
}

// Ends when all messages of one run are in.
static caf::behavior reader(caf::event_based_actor* self, int senders, int each) {
  const auto me = caf::actor_cast<caf::actor>(self);
  for (int i = 0; i < senders; ++i) self->spawn(sender, me, each);
  return {[=, left = static_cast<long>(senders) * each, sum = 0L](int number) mutable {
    sum += number;
    if (--left > 0) return;
    bench::check(sum == static_cast<long>(senders) * each * (each + 1) / 2);
    self->quit();
  }};
}

int main(int argc, char** argv) {
  const int senders = static_cast<int>(bench::argument(argc, argv, 1, 100));
  const int each = static_cast<int>(bench::argument(argc, argv, 2, 10'000));
  const long repeats = bench::argument(argc, argv, 3, 5);
  bench::with_system({}, [=](caf::actor_system& system) {
    const auto run = [&] {
      system.spawn(reader, senders, each);
      system.await_all_actors_done();
    };
    run();
    const bench::stopwatch time;
    for (long i = 0; i < repeats; ++i) run();
    const double messages = static_cast<double>(senders) * each * static_cast<double>(repeats);
    bench::print("fan_in/message", time.nanoseconds() / messages, "ns");
  });
}
