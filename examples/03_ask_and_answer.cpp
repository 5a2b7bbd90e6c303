// examples/03_ask_and_answer.cpp — a question carries who asks and a number; the answer carries the number back.
// Shows: a pid in a message, a time limit, an answer that comes too late and is not taken for another.
// Before: 02_selective_receive.   Prints: two answers and one "no answer in time".
#include <fmt/core.h>

#include <chrono>
#include <optional>

#include <shoal/shoal.hpp>

using namespace std::chrono_literals;

struct square {
  shoal::pid from;  // Where the answer goes.
  int question;     // Which question it answers.
  int x;
};
struct result {
  int question;
  int value;
};
struct go_on {};

static void squarer() {
  for (;;)
    shoal::receive([](const square& q) {
      if (q.x < 0) shoal::receive<go_on>();  // Stuck until somebody helps.
      shoal::send(q.from, result{q.question, q.x * q.x});
    });
}

static std::optional<int> ask(shoal::pid whom, int x, std::chrono::milliseconds limit) {
  static int questions = 0;  // Only the first process asks here.
  const int mine = ++questions;
  shoal::send(whom, square{shoal::self(), mine, x});
  const auto answer = shoal::receive_if<result>([&](const result& r) { return r.question == mine; }, limit);
  return answer ? std::optional(answer->value) : std::nullopt;
}

static void show(int x, std::optional<int> answer) {
  if (answer) fmt::print("{} squared is {}\n", x, *answer);
  else fmt::print("{} squared: no answer in time\n", x);
}

int main() {
  return shoal::run([] {
    const shoal::pid whom = shoal::spawn(squarer);  // Never ends by itself: it is killed when the first process ends.
    show(7, ask(whom, 7, 5s));
    show(-3, ask(whom, -3, 20ms));
    shoal::send(whom, go_on{});
    show(12, ask(whom, 12, 5s));  // The late answer about -3 comes first; its number keeps it apart.
    return 0;
  });
}
