// examples/02_selective_receive.cpp — read the urgent message first, whatever came before it.
// Shows: receive by type, guards, receive_if, after, any message.   Before: 01_hello.
// Prints: "urgent: fire", then which letters were read, and why the last two receives came back.
#include <fmt/core.h>

#include <chrono>
#include <string>

#include <shoal/shoal.hpp>

using namespace std::chrono_literals;

struct letter {
  int number;
};
struct urgent {
  std::string text;
};

// Takes what is left of the letters, oldest first.
static void read_the_rest() {
  bool more = true;
  while (more)
    more = shoal::receive(
        [](letter l) {
          fmt::print("letter {}\n", l.number);
          return true;
        },
        shoal::after(0ms, [] { return false; }));  // Nothing there: go on at once.
}

int main() {
  return shoal::run([] {
    const shoal::pid me = shoal::self();  // A process may write to itself.
    for (int i = 1; i <= 5; ++i) shoal::send(me, letter{i});
    shoal::send(me, urgent{"fire"});

    fmt::print("urgent: {}\n", shoal::receive<urgent>().text);  // The letters stay in the mailbox, in order.

    const letter third = shoal::receive_if<letter>([](const letter& l) { return l.number == 3; });
    fmt::print("letter {} by receive_if\n", third.number);
    const int even = shoal::receive(shoal::when([](const letter& l) { return l.number % 2 == 0; },  // A guard.
                                                [](letter l) { return l.number; }));
    fmt::print("letter {} by a guard\n", even);
    read_the_rest();

    fmt::print("one more letter within 10 ms: {}\n", shoal::receive<letter>(10ms).has_value());
    shoal::send(me, urgent{"last"});
    shoal::receive([](shoal::message m) { fmt::print("any message: {}\n", m.get_if<urgent>()->text); });
    return 0;
  });
}
