// examples/05_crash_alone.cpp — an exception ends the process that threw it, nobody else; spawn_monitor tells why.
// Shows: spawn_monitor, down, exit reasons, exit, destructors that run.   Before: 03_ask_and_answer.
// Prints: how each of three processes ended. The crash is also reported on stderr.
#include <fmt/core.h>

#include <stdexcept>

#include <shoal/shoal.hpp>

struct disk_full {
  int bytes_missing;
  bool operator==(const disk_full&) const = default;  // A reason can be compared.
};
struct number {
  int value;
};

struct open_file {
  ~open_file() { fmt::print("  file closed\n"); }
};

static void report(const char* who, const shoal::down& d) {
  if (const auto* full = d.reason.get_if<disk_full>()) fmt::print("{}: {} bytes too few\n", who, full->bytes_missing);
  else if (d.reason.is_error()) fmt::print("{}: error: {}\n", who, d.reason.what());
  else fmt::print("{}: {}\n", who, d.reason);
}

int main() {
  return shoal::run([] {
    const shoal::pid bystander =
        shoal::spawn([parent = shoal::self()] { shoal::send(parent, number{shoal::receive<number>().value + 1}); });

    shoal::spawn_monitor([] { return; });
    report("first", shoal::receive<shoal::down>());  // Exactly one down comes for each.

    shoal::spawn_monitor([] {
      const open_file file;
      throw std::runtime_error("no such table");
    });
    report("second", shoal::receive<shoal::down>());

    const auto [writer, ref] = shoal::spawn_monitor([] { shoal::exit(shoal::exit_reason{disk_full{512}}); });
    const auto down = shoal::receive_if<shoal::down>([&](const shoal::down& d) { return d.ref == ref; });
    report("third", down);

    shoal::send(bystander, number{41});  // It has noticed nothing.
    fmt::print("bystander: {}\n", shoal::receive<number>().value);
    return 0;
  });
}
