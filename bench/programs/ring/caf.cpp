// Ring: one token goes round FORWARDERS actors; time per hop.
// Arguments: HOPS FORWARDERS.
#include "../support.hpp"
#include "../support_caf.hpp"

// Types that every CAF knows serve as the messages: they need no announcing.
using token = int;  // The hops left.
using stop = bool;

static caf::behavior forwarder(caf::event_based_actor* self, caf::actor next, caf::actor main) {
  return {[=](token left) { left > 0 ? bench::tell(self, next, left - 1) : bench::tell(self, main, token{}); },
          [=](stop) {
            bench::tell(self, next, stop{});
            self->quit();
          }};
}

static caf::behavior first_forwarder(caf::event_based_actor* self, caf::actor main) {
  return {[=](caf::actor next) { self->become(forwarder(self, next, main)); }};
}

int main(int argc, char** argv) {
  const token hops = static_cast<token>(bench::argument(argc, argv, 1, 5'000'000));
  const long forwarders = bench::argument(argc, argv, 2, 1000);
  bench::with_system({}, [=](caf::actor_system& system) {
    caf::scoped_actor self{system};
    const auto main = caf::actor_cast<caf::actor>(self);
    const auto first = self->spawn(first_forwarder, main);
    // Each new one forwards to the one before; the first one forwards to the last one made.
    caf::actor last = first;
    for (long i = 1; i < forwarders; ++i) last = self->spawn(forwarder, last, main);
    bench::tell(self, first, last);

    const auto go_round = [&](token count) {
      bench::tell(self, first, count);
      self->receive([](token) {});
    };
    go_round(hops / 10);
    const bench::stopwatch time;
    go_round(hops);
    bench::print("ring/hop", time.nanoseconds() / hops, "ns");
    bench::tell(self, first, stop{});
  });
}
