// Ping-pong: two actors send one number to and fro; time per round trip.
// Arguments: ROUNDS.
#include "../support.hpp"
#include "../support_caf.hpp"

static caf::behavior ponger() {
  return {[](int number) { return number; }};
}

static caf::behavior pinger(caf::event_based_actor* self, int rounds, bool measured) {
  const auto other = self->spawn<caf::linked>(ponger);
  const bench::stopwatch time;
  bench::tell(self, other, rounds);
  return {[=](int number) {
    if (number > 1) return bench::tell(self, other, number - 1);
    if (measured) bench::print("ping_pong/round_trip", time.nanoseconds() / rounds, "ns");
    self->quit(caf::exit_reason::user_shutdown);
  }};
}

int main(int argc, char** argv) {
  const int rounds = static_cast<int>(bench::argument(argc, argv, 1, 2'000'000));
  bench::with_system({}, [=](caf::actor_system& system) {
    system.spawn(pinger, rounds / 10, false);
    system.await_all_actors_done();
    system.spawn(pinger, rounds, true);
  });
}
