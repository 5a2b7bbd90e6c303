// examples/04_ring.cpp — a thousand processes in a ring, and a token that goes round it a hundred times.
// Shows: spawn with arguments, processes that know each other by pid, a process that ends by returning.
// Before: 01_hello.   Prints: how many steps the token took.
#include <fmt/core.h>

#include <shoal/shoal.hpp>

struct token {
  int steps;
};
struct stop {};

// Passes on what comes until it is told to stop, and passes that on, too.
static void member(shoal::pid next) {
  for (bool more = true; more;)
    more = shoal::receive(
        [&](token t) {
          shoal::send(next, token{t.steps + 1});
          return true;
        },
        [&](stop s) {
          shoal::send(next, s);
          return false;
        });
}

int main() {
  constexpr int members = 1000;
  constexpr int rounds = 100;
  return shoal::run([] {
    // Built backwards: each is told who comes after it. The first process closes the ring.
    shoal::pid next = shoal::self();
    for (int i = 1; i < members; ++i) next = shoal::spawn(member, next);

    token t{0};
    for (int round = 0; round < rounds; ++round) {
      shoal::send(next, token{t.steps + 1});
      t = shoal::receive<token>();
    }
    shoal::send(next, stop{});
    shoal::receive<stop>();  // It has been all the way round: everybody has seen it.
    fmt::print("{} steps\n", t.steps);
    return 0;
  });
}
