// Latency, idle machine: CLIENTS actors, each with REQUESTS requests to one server actor, due every PERIOD
// milliseconds on a fixed timetable; from the time due to the answer, so a late start counts.
// Arguments: CLIENTS REQUESTS PERIOD.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "../support.hpp"
#include "../support_caf.hpp"

// Types that every CAF knows serve as the messages: they need no announcing.
using question = std::int32_t;
using answer = std::int64_t;
using due_now = bool;

static caf::behavior server() {
  return {[](question number) { return answer{number}; }};
}

// Gives what it measured to `results`, a place of its own, and ends.
class client : public caf::event_based_actor {
 public:
  client(caf::actor_config& config, caf::actor server, bench::clock::time_point first, std::chrono::milliseconds period,
         std::size_t requests, std::vector<double>* results)
      : event_based_actor(config), server_(server), due_(first), period_(period), requests_(requests), results_(results) {
    late_.reserve(requests);
  }

  caf::behavior make_behavior() override {
    wait_until_due();
    return {[self = this](due_now) { bench::tell(self, self->server_, question{}); },
            [this](answer) {
              late_.push_back(std::chrono::duration<double, std::micro>(bench::clock::now() - due_).count());
              due_ += period_;
              if (late_.size() < requests_) return wait_until_due();
              *results_ = late_;
              quit();
            }};
  }

 private:
  void wait_until_due() {
    auto* self = this;
    bench::tell_at(self, due_, caf::actor_cast<caf::actor>(self), due_now{});
  }

  caf::actor server_;
  bench::clock::time_point due_;
  std::chrono::milliseconds period_;
  std::size_t requests_;
  std::vector<double>* results_;
  std::vector<double> late_;  // Microseconds.
};

int main(int argc, char** argv) {
  const long clients = bench::argument(argc, argv, 1, 100);
  const auto requests = static_cast<std::size_t>(bench::argument(argc, argv, 2, 20));
  const std::chrono::milliseconds period{bench::argument(argc, argv, 3, 200)};
  bench::with_system({"sharing"}, [=](caf::actor_system& system) {
    std::vector<std::vector<double>> results(static_cast<std::size_t>(clients));
    const auto first = bench::clock::now() + std::chrono::milliseconds(100);
    {
      const auto one_server = system.spawn<caf::hidden>(server);
      for (long i = 0; i < clients; ++i)
        system.spawn<client>(one_server, first + i * bench::clock::duration(period) / clients, period, requests,
                             &results[static_cast<std::size_t>(i)]);
    }
    system.await_all_actors_done();  // The hidden server is not counted; it ends with its last client.

    std::vector<double> all;
    for (const auto& some : results) all.insert(all.end(), some.begin(), some.end());
    std::sort(all.begin(), all.end());
    bench::print("latency_idle/p50", all[all.size() / 2], "us");
    bench::print("latency_idle/p99", all[all.size() * 99 / 100], "us");
  });
}
