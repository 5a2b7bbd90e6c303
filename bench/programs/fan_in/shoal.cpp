// Fan-in: SENDERS processes send EACH messages to one; time per message, over REPEATS such runs.
// Arguments: SENDERS EACH REPEATS.
#include <shoal/shoal.hpp>

#include "../support.hpp"

struct number {
  long value;
};

static void send_all(shoal::pid reader, long each) {
  for (long i = 1; i <= each; ++i) shoal::send(reader, number{i});
}

static void read_all(long senders, long each) {
  for (long i = 0; i < senders; ++i) shoal::spawn(send_all, shoal::self(), each);
  long sum = 0;
  for (long i = 0; i < senders * each; ++i) sum += shoal::receive<number>().value;
  bench::check(sum == senders * each * (each + 1) / 2);
}

int main(int argc, char** argv) {
  const long senders = bench::argument(argc, argv, 1, 100);
  const long each = bench::argument(argc, argv, 2, 10'000);
  const long repeats = bench::argument(argc, argv, 3, 10);
  return shoal::run([=] {
    read_all(senders, each);
    const bench::stopwatch time;
    for (long i = 0; i < repeats; ++i) read_all(senders, each);
    bench::print("fan_in/message", time.nanoseconds() / static_cast<double>(senders * each * repeats), "ns");
    return 0;
  });
}
