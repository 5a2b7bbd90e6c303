// Big: PEERS actors; each pings a random other one ROUNDS times and answers the pings of others meanwhile;
// time per ping-pong.
// Arguments: PEERS ROUNDS.
#include <cstdint>
#include <vector>

#include "../support.hpp"
#include "../support_caf.hpp"

// Types that every CAF knows serve as the messages: they need no announcing.
using ping = std::int32_t;
using pong = std::int64_t;
using ready = std::uint32_t;
using finished = std::uint64_t;
using go = std::uint8_t;
using stop = bool;

class peer : public caf::event_based_actor {
 public:
  peer(caf::actor_config& config, caf::actor main, std::size_t index, long rounds)
      : event_based_actor(config),
        main_(main),
        index_(index),
        rounds_(rounds),
        random_(static_cast<std::uint32_t>(index) * 2654435761u + 1) {}

  caf::behavior make_behavior() override {
    return {[](ping) { return pong{}; }, [this](pong) { ping_somebody(); }, [this](go) { ping_somebody(); },
            [this](std::vector<caf::actor>& all) {
              all_ = std::move(all);
              return ready{};
            },
            [this](stop) {
              all_.clear();  // Peers know each other: without this none would ever be freed.
              quit();
            }};
  }

 private:
  void ping_somebody() {
    auto* self = this;
    if (rounds_-- == 0) return bench::tell(self, main_, finished{});
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    // 1 to size - 1 places further on, so never itself.
    bench::tell(self, all_[(index_ + 1 + random_ % (all_.size() - 1)) % all_.size()], ping{});
  }

  std::vector<caf::actor> all_;
  caf::actor main_;
  std::size_t index_;
  long rounds_;
  std::uint32_t random_;
};

static double run(caf::actor_system& system, std::size_t peers, long rounds) {
  caf::scoped_actor self{system};
  std::vector<caf::actor> all;
  for (std::size_t i = 0; i < peers; ++i) all.push_back(self->spawn<peer>(caf::actor_cast<caf::actor>(self), i, rounds));
  for (const caf::actor& one : all) bench::tell(self, one, all);
  for (std::size_t i = 0; i < peers; ++i) self->receive([](ready) {});

  const bench::stopwatch time;
  for (const caf::actor& one : all) bench::tell(self, one, go{});
  for (std::size_t i = 0; i < peers; ++i) self->receive([](finished) {});
  const double elapsed = time.nanoseconds();
  for (const caf::actor& one : all) bench::tell(self, one, stop{});
  return elapsed;
}

int main(int argc, char** argv) {
  const auto peers = static_cast<std::size_t>(bench::argument(argc, argv, 1, 512));
  const long rounds = bench::argument(argc, argv, 2, 2000);
  bench::with_system({"stealing", 4}, [=](caf::actor_system& system) {
    run(system, peers, rounds / 10);
    const double elapsed = run(system, peers, rounds);
    bench::print("big/ping_pong", elapsed / (static_cast<double>(peers) * static_cast<double>(rounds)), "ns");
  });
}
