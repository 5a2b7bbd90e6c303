// Big: PEERS processes; each pings a random other one ROUNDS times and answers the pings of others meanwhile;
// time per ping-pong.
// Arguments: PEERS ROUNDS.
#include <shoal/shoal.hpp>

#include <cstdint>
#include <memory>
#include <vector>

#include "../support.hpp"

using pids = std::vector<shoal::pid>;

struct ping {
  shoal::pid from;
};
struct pong {};
struct go {
  std::shared_ptr<const pids> all;
};
struct finished {};
struct stop {};

static void peer(shoal::pid parent, std::size_t index, long rounds) {
  const auto all = shoal::receive<go>().all;
  const shoal::pid me = shoal::self();
  auto random = static_cast<std::uint32_t>(index) * 2654435761u + 1;
  for (; rounds > 0; --rounds) {
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    // 1 to size - 1 places further on, so never itself.
    const std::size_t other = (index + 1 + random % (all->size() - 1)) % all->size();
    shoal::send((*all)[other], ping{me});
    for (bool answered = false; !answered;)
      shoal::receive([](ping p) { shoal::send(p.from, pong{}); }, [&](pong) { answered = true; });
  }
  shoal::send(parent, finished{});
  for (bool stopped = false; !stopped;)
    shoal::receive([](ping p) { shoal::send(p.from, pong{}); }, [&](stop) { stopped = true; });
}

// Nanoseconds until all have finished.
static double one_run(std::size_t peers, long rounds) {
  pids all;
  for (std::size_t i = 0; i < peers; ++i) all.push_back(shoal::spawn(peer, shoal::self(), i, rounds));
  const auto shared = std::make_shared<const pids>(all);

  const bench::stopwatch time;
  for (const shoal::pid& p : all) shoal::send(p, go{shared});
  for (std::size_t i = 0; i < peers; ++i) shoal::receive<finished>();
  const double elapsed = time.nanoseconds();
  for (const shoal::pid& p : all) shoal::send(p, stop{});
  return elapsed;
}

int main(int argc, char** argv) {
  const auto peers = static_cast<std::size_t>(bench::argument(argc, argv, 1, 512));
  const long rounds = bench::argument(argc, argv, 2, 2000);
  return shoal::run([=] {
    one_run(peers, rounds / 10);
    const double elapsed = one_run(peers, rounds);
    bench::print("big/ping_pong", elapsed / (static_cast<double>(peers) * static_cast<double>(rounds)), "ns");
    return 0;
  });
}
