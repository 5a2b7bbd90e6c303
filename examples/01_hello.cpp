// examples/01_hello.cpp — two processes and a message each way.
// Shows: run, spawn, self, send, receive by type.   Before: nothing.   Prints: a greeting and a sum.
#include <fmt/core.h>

#include <string>

#include <shoal/shoal.hpp>

struct greet {
  std::string name;
};
struct add {
  int x, y;
};
struct done {};

int main() {
  return shoal::run([] {  // The first process. The program ends when it does.
    const shoal::pid worker = shoal::spawn([parent = shoal::self()] {
      for (int i = 0; i < 2; ++i)
        shoal::receive([](const greet& g) { fmt::print("Hello, {}!\n", g.name); },
                       [](add a) { fmt::print("{} + {} = {}\n", a.x, a.y, a.x + a.y); });
      shoal::send(parent, done{});
    });
    shoal::send(worker, greet{"world"});  // Never waits: the message goes into the worker's mailbox.
    shoal::send(worker, add{2, 3});
    shoal::receive<done>();  // Waits, as long as it takes.
    return 0;
  });
}
