// Latency, idle machine: CLIENTS processes, each with REQUESTS requests to one server process, due every PERIOD
// milliseconds on a fixed timetable; from the time due to the answer, so a late start counts.
// Arguments: CLIENTS REQUESTS PERIOD.
#include <shoal/shoal.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

#include "../support.hpp"

struct request {
  shoal::pid from;
  long number;
};
struct reply {
  long number;
};
struct measured {
  std::vector<double> late_us;
};

static void serve() {
  for (;;) {
    const request r = shoal::receive<request>();
    shoal::send(r.from, reply{r.number});
  }
}

static void client(shoal::pid parent, shoal::pid server, bench::clock::time_point due, std::chrono::milliseconds period,
                   long requests) {
  measured m;
  for (long i = 0; i < requests; ++i, due += period) {
    shoal::sleep(due - bench::clock::now());
    shoal::send(server, request{shoal::self(), i});
    bench::check(shoal::receive<reply>().number == i);
    m.late_us.push_back(std::chrono::duration<double, std::micro>(bench::clock::now() - due).count());
  }
  shoal::send(parent, std::move(m));
}

int main(int argc, char** argv) {
  const long clients = bench::argument(argc, argv, 1, 100);
  const long requests = bench::argument(argc, argv, 2, 20);
  const std::chrono::milliseconds period{bench::argument(argc, argv, 3, 200)};
  return shoal::run([=] {
    const shoal::pid server = shoal::spawn(serve);
    const auto first = bench::clock::now() + std::chrono::milliseconds(100);
    for (long i = 0; i < clients; ++i)
      shoal::spawn(client, shoal::self(), server, first + i * bench::clock::duration(period) / clients, period, requests);
    std::vector<double> all;
    for (long i = 0; i < clients; ++i) {
      const std::vector<double> some = shoal::receive<measured>().late_us;
      all.insert(all.end(), some.begin(), some.end());
    }
    std::sort(all.begin(), all.end());
    bench::print("latency_idle/p50", all[all.size() / 2], "us");
    bench::print("latency_idle/p99", all[all.size() * 99 / 100], "us");
    return 0;
  });
}
