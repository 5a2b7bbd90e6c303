// examples/10_ask_with_an_alias.cpp — a question whose answer may come too late: then it never comes at all.
// Shows: monitor_alias, send to an alias, demonitor with flush, receive with a time limit.   Before: 03_ask_and_answer, 09_watchdog.
// Prints: an answer, a time limit, a server that is gone; and that the mailbox is empty afterwards.
#include <fmt/core.h>

#include <chrono>
#include <optional>
#include <string>

#include <shoal/shoal.hpp>

using namespace std::chrono_literals;

struct question {
  shoal::alias_ref reply_to;
  int number;
};
struct answer {
  int number;
};
struct go_on {};

// Answers; but after an odd question it first waits to be told to go on.
static void serve() {
  for (;;) {
    const auto q = shoal::receive<question>();
    if (q.number % 2 != 0) shoal::receive<go_on>();
    shoal::send(q.reply_to, answer{q.number * q.number});
  }
}

// [ask]
static std::string ask(shoal::pid server, int number) {
  // One address for this question only: the first message through it, the server's end, or demonitor() switches it off.
  const auto [monitored, reply_to] = shoal::monitor_alias(server, shoal::alias_mode::once);
  shoal::send(server, question{reply_to, number});
  return shoal::receive([](const answer& a) { return std::to_string(a.number); },
                        [](const shoal::down& d) { return "nobody there: " + d.reason.what(); },
                        shoal::after(20ms, [ref = monitored] {
                          shoal::demonitor(ref, shoal::flush);
                          return std::string("no answer in time");
                        }));
}
// [ask]

int main() {
  return shoal::run([] {
    const shoal::pid server = shoal::spawn(serve);
    fmt::print("4: {}\n", ask(server, 4));
    fmt::print("5: {}\n", ask(server, 5));
    shoal::send(server, go_on{});  // The late answer to 5 is sent now, and dropped.
    fmt::print("6: {}\n", ask(server, 6));
    shoal::exit(server, shoal::exit_reason::shutdown);
    fmt::print("7: {}\n", ask(server, 7));
    fmt::print("left in the mailbox: {}\n", shoal::process_info(shoal::self())->message_queue_len);
    return 0;
  });
}
