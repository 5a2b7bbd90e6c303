// examples/09_watchdog.cpp — a process that must show life every so often, and one that ends and replaces it if it does not.
// Shows: start_timer, cancel_timer, register_name, send to a name, exit with kill.   Before: 08_crash_and_be_told.
// Prints: two lives of a worker that hangs, and the third, which does not.
#include <fmt/core.h>

#include <chrono>

#include <shoal/shoal.hpp>

using namespace std::chrono_literals;

struct alive {
  int life;
};
struct done {};

// Shows life three times, then hangs; but the third life goes on until it is done.
static void work(int life) {
  for (int i = 0; i < 3; ++i) shoal::send("watchdog", alive{life});  // Whoever has that name.
  if (life < 3) shoal::sleep(shoal::infinity);
  shoal::send("watchdog", done{});
}

static void watch() {
  shoal::register_name("watchdog", shoal::self());
  bool over = false;
  for (int life = 1; !over; ++life) {
    const auto [worker, monitored] = shoal::spawn_monitor(work, life);
    shoal::timer_ref patience = shoal::start_timer(50ms, shoal::self());
    int signs = 0;
    for (bool hangs = false; !hangs && !over;)
      shoal::receive(
          [&](const alive& a) {
            if (a.life != life) return;
            ++signs;
            shoal::cancel_timer(patience);
            patience = shoal::start_timer(50ms, shoal::self());
          },
          [&](const shoal::timeout& t) { hangs = t.timer == patience; },  // One that was cancelled too late is not meant.
          [&](const done&) { over = true; });
    fmt::print("life {}: {} signs of life, then it {}\n", life, signs, over ? "was done" : "hung");
    shoal::exit(worker, shoal::exit_reason::kill);
    shoal::receive_if<shoal::down>(
        [ref = monitored](const shoal::down& d) { return d.ref == ref; });  // Its destructors have run.
  }
}

int main() {
  return shoal::run([] {
    shoal::spawn_monitor(watch);
    shoal::receive<shoal::down>();  // Before this, its name has become free.
    fmt::print("the name is free: {}\n", !shoal::whereis("watchdog").has_value());
    return 0;
  });
}
