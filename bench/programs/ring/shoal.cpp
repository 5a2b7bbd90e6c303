// Ring: one token goes round FORWARDERS processes; time per hop.
// Arguments: HOPS FORWARDERS.
#include <shoal/shoal.hpp>

#include "../support.hpp"

struct token {
  long hops_left;
};
struct next_is {
  shoal::pid next;
};
struct finished {};

static void forward(shoal::pid next, shoal::pid parent) {
  for (;;) {
    const long left = shoal::receive<token>().hops_left;
    if (left > 0) shoal::send(next, token{left - 1});
    else shoal::send(parent, finished{});
  }
}

static void go_round(shoal::pid first, long hops) {
  shoal::send(first, token{hops});
  shoal::receive<finished>();
}

int main(int argc, char** argv) {
  const long hops = bench::argument(argc, argv, 1, 10'000'000);
  const long forwarders = bench::argument(argc, argv, 2, 1000);
  return shoal::run([=] {
    const shoal::pid me = shoal::self();
    const shoal::pid first = shoal::spawn([me] { forward(shoal::receive<next_is>().next, me); });
    // Each new one forwards to the one before; the first one forwards to the last one made.
    shoal::pid last = first;
    for (long i = 1; i < forwarders; ++i) last = shoal::spawn(forward, last, me);
    shoal::send(first, next_is{last});

    go_round(first, hops / 10);
    const bench::stopwatch time;
    go_round(first, hops);
    bench::print("ring/hop", time.nanoseconds() / static_cast<double>(hops), "ns");
    return 0;
  });
}
