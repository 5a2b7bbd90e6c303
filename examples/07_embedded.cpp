// examples/07_embedded.cpp — a runtime inside an ordinary threaded program, which starts and stops it as it likes.
// Shows: shoal::runtime, spawn and send from OS threads, a value out of run(), a stop that reports.
// Before: 03_ask_and_answer.   Prints: a total, and how many processes did not end when told to.
#include <fmt/core.h>

#include <chrono>
#include <thread>
#include <vector>

#include <shoal/shoal.hpp>

using namespace std::chrono_literals;

struct sale {
  int cents;
};
struct how_much {
  shoal::pid from;
  int sales;  // Answer when so many have been counted.
};
struct total {
  long cents;
};

static void till() {
  long cents = 0;
  int counted = 0;
  for (;;)
    shoal::receive([&](sale s) { cents += s.cents, ++counted; },
                   shoal::when([&](const how_much& q) { return counted >= q.sales; },  // Until then the question waits.
                               [&](how_much q) { shoal::send(q.from, total{cents}); }));
}

int main() {
  shoal::runtime rt{{.workers = 2, .name = "shop"}};
  const shoal::pid counter = rt.spawn(till);
  {
    std::vector<std::jthread> doors;
    for (int door = 0; door < 4; ++door)
      doors.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) rt.send(counter, sale{25});  // Any thread may send.
      });
  }
  const long cents = rt.run([counter] {  // This thread waits while a process asks.
    shoal::send(counter, how_much{shoal::self(), 4000});
    return shoal::receive<total>().cents;
  });
  fmt::print("{} cents\n", cents);

  const shoal::stop_report stopped = rt.stop(5s);  // The till has no end of its own.
  fmt::print("still alive after stop: {}\n", stopped.still_alive.size());
  return 0;
}
