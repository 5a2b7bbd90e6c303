// Timers. Fire: ARMED timers with 1, 2, 3 or 4 ms run at a time, and one process reads their messages and sets
// another for each, until N have fired; time for each. Setting and reading ARMED takes longer than they run: some are always
// due, and nobody waits for time to pass but at the very end, 4 ms at most.
// Cancel: while ARMED timers run that will not fire, one process sets one more and cancels it; time for both.
// Arguments: N ARMED.
#include <shoal/shoal.hpp>

#include <chrono>

#include "../support.hpp"

using namespace std::chrono_literals;

struct due {
  long number;
};

static void set(long i) { shoal::send_after(std::chrono::milliseconds{1 + i % 4}, shoal::self(), due{i}); }

static void set_and_fire(long count, long armed) {
  for (long i = 0; i < armed; ++i) set(i);
  long sum = 0;
  for (long i = armed; i < count; ++i) {
    sum += shoal::receive<due>().number;
    set(i);
  }
  for (long i = 0; i < armed; ++i) sum += shoal::receive<due>().number;
  bench::check(sum == count * (count - 1) / 2);
}

static void set_and_cancel(long count) {
  for (long i = 0; i < count; ++i) {
    const shoal::timer_ref timer = shoal::send_after(5s, shoal::self(), due{i});
    bench::check(shoal::cancel_timer(timer).has_value());
  }
}

int main(int argc, char** argv) {
  const long count = bench::argument(argc, argv, 1, 2'000'000);
  const long armed = bench::argument(argc, argv, 2, 100'000);
  return shoal::run([=] {
    set_and_fire(2 * armed, armed);
    const bench::stopwatch firing;
    set_and_fire(count, armed);
    bench::print("timers/fire", firing.nanoseconds() / static_cast<double>(count), "ns");

    for (long i = 0; i < armed; ++i) shoal::send_after(1h + std::chrono::milliseconds{i}, shoal::self(), due{i});
    set_and_cancel(count / 10);
    const bench::stopwatch cancelling;
    set_and_cancel(count);
    bench::print("timers/cancel", cancelling.nanoseconds() / static_cast<double>(count), "ns");
    return 0;
  });
}
