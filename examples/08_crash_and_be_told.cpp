// examples/08_crash_and_be_told.cpp — who is linked falls together, unless one of them asks to be told instead.
// Shows: spawn_link, trap_exit, exit_signal, exit.   Before: 05_crash_alone.
// Prints: how a team of two ends, and what is left for its keeper to do. The crash is also reported on stderr.
#include <fmt/core.h>

#include <stdexcept>

#include <shoal/shoal.hpp>

struct start {};
struct hired {
  shoal::pid who;
};

static shoal::exit_reason end_of(shoal::pid p) {
  return shoal::receive_if<shoal::exit_signal>([p](const shoal::exit_signal& e) { return e.from == p; }).reason;
}

// Needs its helper, and the helper it: so they are linked, and end together.
static void lead(shoal::pid keeper) {
  shoal::send(keeper, hired{shoal::spawn_link([] { shoal::receive<start>(); })});
  shoal::receive<start>();
  throw std::runtime_error("out of paper");
}

// Traps exits as well: it is told to end, and may put things in order first.
static void put_in_order(shoal::pid keeper) {
  shoal::trap_exit(true);
  shoal::send(keeper, start{});
  const auto told = shoal::receive<shoal::exit_signal>();
  fmt::print("  told to end: {}; one moment\n", told.reason.what());
  shoal::exit(told.reason);
}

int main() {
  return shoal::run([] {
    shoal::trap_exit(true);  // From here on the end of who is linked is a message.

    const shoal::pid first = shoal::spawn_link(lead, shoal::self());
    const shoal::pid helper = shoal::receive<hired>().who;
    const shoal::monitor_ref ref = shoal::monitor(helper);  // Watches, and does not fall.
    shoal::send(first, start{});
    fmt::print("the lead: {}\n", end_of(first).what());
    const auto down = shoal::receive_if<shoal::down>([ref](const shoal::down& d) { return d.ref == ref; });
    fmt::print("the helper: {}\n", down.reason.what());

    const shoal::pid tidy = shoal::spawn_link(put_in_order, shoal::self());
    shoal::receive<start>();  // It traps by now.
    shoal::exit(tidy, shoal::exit_reason::shutdown);
    fmt::print("the tidy one: {}\n", end_of(tidy).what());

    const shoal::pid stubborn = shoal::spawn_link([] { shoal::sleep(shoal::infinity); });
    shoal::exit(stubborn, shoal::exit_reason::kill);  // Nobody traps that.
    fmt::print("the stubborn one: {}\n", end_of(stubborn).what());
    return 0;
  });
}
