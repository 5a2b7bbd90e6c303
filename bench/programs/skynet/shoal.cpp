// Skynet: each node spawns 10 children, down to LEAVES leaves, and sums what they report;
// seconds for a whole tree, the mean of REPEATS.
// Arguments: LEAVES (a power of ten) REPEATS.
#include <shoal/shoal.hpp>

#include "../support.hpp"

struct part {
  long sum;
};

static void node(shoal::pid parent, long number, long leaves) {
  if (leaves == 1) return shoal::send(parent, part{number});
  for (int i = 0; i < 10; ++i) shoal::spawn(node, shoal::self(), number + i * (leaves / 10), leaves / 10);
  long sum = 0;
  for (int i = 0; i < 10; ++i) sum += shoal::receive<part>().sum;
  shoal::send(parent, part{sum});
}

static long tree(long leaves) {
  shoal::spawn(node, shoal::self(), 0L, leaves);
  return shoal::receive<part>().sum;
}

int main(int argc, char** argv) {
  const long leaves = bench::argument(argc, argv, 1, 1'000'000);
  const long repeats = bench::argument(argc, argv, 2, 3);
  return shoal::run([=] {
    tree(leaves / 10);
    const bench::stopwatch time;
    for (long i = 0; i < repeats; ++i) bench::check(tree(leaves) == leaves * (leaves - 1) / 2);
    bench::print("skynet/time", time.seconds() / static_cast<double>(repeats), "s");
    return 0;
  });
}
