// Skynet: each actor spawns 10 children, down to LEAVES leaves, and sums what they report;
// seconds for a whole tree, the mean of REPEATS.
// Arguments: LEAVES (a power of ten) REPEATS.
#include <cstdint>

#include "../support.hpp"
#include "../support_caf.hpp"

static caf::behavior node(caf::event_based_actor* self, caf::actor parent, std::int64_t number, std::int64_t leaves) {
  if (leaves == 1) {
    bench::tell(self, parent, number);
    return {};
  }
  const auto me = caf::actor_cast<caf::actor>(self);
  for (int i = 0; i < 10; ++i) self->spawn(node, me, number + i * (leaves / 10), leaves / 10);
  return {[=, sum = std::int64_t{0}, left = 10](std::int64_t part) mutable {
    sum += part;
    if (--left > 0) return;
    bench::tell(self, parent, sum);
    self->quit();
  }};
}

int main(int argc, char** argv) {
  const std::int64_t leaves = bench::argument(argc, argv, 1, 1'000'000);
  const long repeats = bench::argument(argc, argv, 2, 3);
  bench::with_system({"stealing", 4}, [=](caf::actor_system& system) {
    caf::scoped_actor self{system};
    const auto tree = [&](std::int64_t size) {
      self->spawn(node, caf::actor_cast<caf::actor>(self), std::int64_t{0}, size);
      std::int64_t total = 0;
      self->receive([&](std::int64_t sum) { total = sum; });
      return total;
    };
    tree(leaves / 10);
    const bench::stopwatch time;
    for (long i = 0; i < repeats; ++i) bench::check(tree(leaves) == leaves * (leaves - 1) / 2);
    bench::print("skynet/time", time.seconds() / static_cast<double>(repeats), "s");
  });
}
