// What a guard may do and what it may not: it looks at one message, in the middle of a receive.
#include <stdexcept>
#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct letter {
  int number;
};
struct answer {
  int number;
};

void send_letters(int count) {
  for (int i = 1; i <= count; ++i) send(self(), letter{i});
}

std::vector<int> letters_left() {
  std::vector<int> numbers;
  while (const auto l = receive<letter>(0ms)) numbers.push_back(l->number);
  return numbers;
}

// A receive whose guard calls `forbidden` about the letter with that number. Returns the refusal.
template <class Call>
std::string refusal_in_guard(int number, Call forbidden) {
  try {
    receive(when(
                [&](const letter& l) {
                  if (l.number == number) forbidden();
                  return false;
                },
                [](letter) {}),
            after(0ms, [] {}));
  } catch (const misuse& m) {
    return m.what();
  }
  return "not refused";
}

}  // namespace

TEST_CASE("guard: a receive inside it is refused with a text that says what to do") {
  run([] {
    send_letters(1);
    const std::string refusal = refusal_in_guard(1, [] { receive<letter>(); });
    CHECK_THAT(refusal, Contains("receive inside a guard") && Contains("when()") && Contains("receive before"));
  });
}

TEST_CASE("guard: whatever receive it tries, all messages stay in their order, its own too") {
  run([] {
    const std::vector<int> all{1, 2, 3};
    const auto refused = [&](auto forbidden) {
      for (const int number : all) {
        send_letters(3);
        CHECK_THAT(refusal_in_guard(number, forbidden), Contains("inside a guard"));
        CHECK(letters_left() == all);
      }
    };
    refused([] { receive<letter>(); });
    refused([] { receive<letter>(0ms); });
    refused([] { receive<answer>(); });  // It would wait for ever.
    refused([] { receive([](message) {}); });
    refused([] { receive_if<letter>([](const letter&) { return true; }); });
    refused([] { receive(mark_mailbox(), [](letter) {}, after(0ms, [] {})); });
    refused([] { receive(after(0ms, [] {})); });
  });
}

TEST_CASE("guard: the predicate of receive_if is one") {
  run([] {
    send_letters(2);
    CHECK_THROWS_AS(receive_if<letter>([](const letter& l) { return l.number == receive<letter>().number; }), misuse);
    CHECK(letters_left() == std::vector<int>{1, 2});
  });
}

TEST_CASE("guard: one that catches the refusal goes on, and so does its receive") {
  run([] {
    send_letters(3);
    int refused = 0;
    const int taken = receive(when(
        [&](const letter& l) {
          try {
            receive<letter>();
          } catch (const misuse&) {
            ++refused;
          }
          return l.number == 2;
        },
        [](letter l) { return l.number; }));
    CHECK(refused == 2);
    CHECK(taken == 2);
    CHECK(letters_left() == std::vector<int>{1, 3});
  });
}

TEST_CASE("guard: after one that threw, and in the handler behind one, a receive is an ordinary receive") {
  run([] {
    send_letters(3);
    CHECK_THROWS_AS(receive_if<letter>([](const letter&) -> bool { throw std::runtime_error("guard"); }), std::runtime_error);
    const int both = receive(
        when([](const letter& l) { return l.number == 2; }, [](letter l) { return 10 * l.number + receive<letter>().number; }));
    CHECK(both == 21);
    CHECK(letters_left() == std::vector<int>{3});
  });
}

TEST_CASE("guard: demonitor with flush inside it is refused, and the down stays") {
  run([] {
    const auto [gone, ref] = spawn_monitor([] {});
    const down notice = receive<down>();
    send(self(), notice);
    send_letters(2);
    const std::string refusal = refusal_in_guard(1, [r = ref] { demonitor(r, flush); });
    CHECK_THAT(refusal, Contains("demonitor with flush inside a guard"));
    CHECK(letters_left() == std::vector<int>{1, 2});
    CHECK(receive<down>(0ms).has_value());
  });
}

TEST_CASE("guard: a refused demonitor with flush leaves the monitor active") {
  run([] {
    const auto [other, ref] = spawn_monitor([] { receive<answer>(); });
    send_letters(1);
    CHECK_THAT(refusal_in_guard(1, [r = ref] { demonitor(r, flush); }), Contains("inside a guard"));
    send(other, answer{1});
    CHECK(receive<down>().ref == ref);
  });
}

TEST_CASE("guard: suspend inside it is refused, for it would have to receive") {
  run([] {
    const pid other = spawn([] { receive<answer>(); });
    send_letters(1);
    CHECK_THAT(refusal_in_guard(1, [other] { suspend(other); }), Contains("suspend inside a guard"));
    CHECK_FALSE(resume(other));
    CHECK(letters_left() == std::vector<int>{1});
  });
}

TEST_CASE("guard: it may sleep, yield and mark; what arrives meanwhile comes behind what was there, and is asked about once") {
  run([] {
    const pid here = self();
    send_letters(2);
    std::vector<int> asked;
    const int taken = receive(when(
        [&](const letter& l) {
          asked.push_back(l.number);
          if (l.number <= 3) {
            spawn([here, next = l.number + 2] { send(here, letter{next}); });
            sleep(1ms);
            yield();
            static_cast<void>(mark_mailbox());
          }
          return l.number == 4;
        },
        [](letter l) { return l.number; }));
    CHECK(taken == 4);
    CHECK(asked == std::vector<int>{1, 2, 3, 4});
    CHECK(letters_left() == std::vector<int>{1, 2, 3, 5});
  });
}

TEST_CASE("guard: it may send, spawn, monitor and exit") {
  run([] {
    const pid here = self();
    spawn_monitor([here] {
      send(self(), letter{1});
      receive_if<letter>([here](const letter& l) {
        spawn_monitor([] {});
        send(here, l);
        exit(exit_reason{l.number});
        return true;
      });
    });
    CHECK(receive<letter>().number == 1);
    CHECK(receive<down>().reason == exit_reason{1});
  });
}

TEST_CASE("guard: after a hibernate in one, a receive is an ordinary receive, and the message is still there") {
  run({.log = test::silent}, [] {
    const auto read_after = [to = self()] { send(to, answer{receive<letter>().number}); };
    spawn([read_after] {
      send(self(), letter{1});
      receive_if<letter>([read_after](const letter&) -> bool { hibernate(read_after); });
    });
    CHECK(receive<answer>().number == 1);
  });
}

namespace {

constexpr int lives = 20;

// Kills a process while its guard sleeps. Returns how many of the next ones, of which one gets its memory, could receive.
template <class Guard>
int good_lives_after_kill_in(Guard guard) {
  return run({.workers = 1, .process_limit = 2, .log = test::silent}, [guard] {
    const auto [victim, ref] = spawn_monitor([parent = self(), guard] {
      send(self(), letter{1});
      receive(when(
          [parent, guard](const letter& l) {
            send(parent, answer{l.number});
            return guard(l);
          },
          [](letter) {}));
    });
    receive<answer>();
    exit(victim, exit_reason::kill);
    int good = receive<down>().reason == exit_reason::killed ? 0 : -1;
    for (int i = 0; i < lives; ++i) {
      spawn_monitor([] {
        send(self(), letter{2});
        receive<letter>();
      });
      if (receive<down>().reason == exit_reason::normal) ++good;
    }
    return good;
  });
}

}  // namespace

TEST_CASE("guard: a process that is killed in one leaves nothing behind for the next in its memory") {
  CHECK(good_lives_after_kill_in([](const letter&) {
          sleep(infinity);
          return true;
        }) == lives);
}

// In a child: what a stack that cannot be unwound holds, the exception on its way included, is lost.
TEST_CASE("guard: nor does one killed in a guard that cannot be unwound") {
  const auto end = test::in_child([] {
    const int good = good_lives_after_kill_in([](const letter&) noexcept {
      sleep(infinity);
      return true;
    });
    return lives - good;
  });
  CHECK(end == test::went_well);
}

TEST_CASE("guard: nor does a hibernate in a guard that cannot be unwound") {
  const auto end = test::in_child([] {
    return run({.log = test::silent}, [] {
      spawn([to = self()] {
        send(self(), letter{1});
        receive_if<letter>(
            [to](const letter&) noexcept -> bool { hibernate([to] { send(to, answer{receive<letter>(0ms) ? 0 : 1}); }); });
      });
      const auto a = receive<answer>(10s);
      return a ? a->number : 2;
    });
  });
  CHECK(end == test::went_well);
}
