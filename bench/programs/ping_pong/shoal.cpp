// Ping-pong: two processes send one number to and fro; time per round trip.
// Arguments: ROUNDS.
#include <shoal/shoal.hpp>

#include "../support.hpp"

struct ping {
  long number;
};
struct pong {
  long number;
};

static void answer(shoal::pid parent) {
  for (;;) shoal::send(parent, pong{shoal::receive<ping>().number});
}

static void play(shoal::pid other, long rounds) {
  for (long i = 0; i < rounds; ++i) {
    shoal::send(other, ping{i});
    bench::check(shoal::receive<pong>().number == i);
  }
}

int main(int argc, char** argv) {
  const long rounds = bench::argument(argc, argv, 1, 5'000'000);
  return shoal::run([rounds] {
    const shoal::pid other = shoal::spawn(answer, shoal::self());
    play(other, rounds / 10);
    const bench::stopwatch time;
    play(other, rounds);
    bench::print("ping_pong/round_trip", time.nanoseconds() / static_cast<double>(rounds), "ns");
    return 0;
  });
}
