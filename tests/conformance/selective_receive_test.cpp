// Conformance group C, first half: which message a receive takes, and what becomes of the others.
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct letter {
  int number;
};
struct other {
  int number;
};
struct done {};

// Everything that is left, oldest first.
std::vector<int> rest_of_letters() {
  std::vector<int> rest;
  while (auto l = receive<letter>(0ms)) rest.push_back(l->number);
  return rest;
}

letter letter_numbered(int number) {
  return receive_if<letter>([number](const letter& l) { return l.number == number; });
}

}  // namespace

TEST_CASE("receive: what is skipped keeps its order (conformance 27)") {
  run([] {
    for (int i = 1; i <= 5; ++i) send(self(), letter{i});
    CHECK(letter_numbered(3).number == 3);
    CHECK(letter_numbered(5).number == 5);
    CHECK(rest_of_letters() == std::vector<int>{1, 2, 4});
  });
}

TEST_CASE("receive: messages keep their order among those of other types (conformance 27)") {
  run([] {
    for (int i = 1; i <= 5; ++i) i % 2 == 0 ? send(self(), other{i}) : send(self(), letter{i});
    CHECK(receive<other>().number == 2);
    CHECK(receive<other>().number == 4);
    CHECK(rest_of_letters() == std::vector<int>{1, 3, 5});
  });
}

TEST_CASE("receive: what one receive skipped, the next considers again, oldest first (conformance 28)") {
  run([] {
    for (int i = 1; i <= 4; ++i) send(self(), letter{i});
    send(self(), done{});
    receive<done>();
    std::vector<int> asked;
    const int taken = receive(when(
        [&](const letter& l) {
          asked.push_back(l.number);
          return l.number == 3;
        },
        [](letter l) { return l.number; }));
    CHECK(taken == 3);
    CHECK(asked == std::vector<int>{1, 2, 3});
    CHECK(rest_of_letters() == std::vector<int>{1, 2, 4});
  });
}

TEST_CASE("receive: what one blocked receive skipped, the next takes first (conformance 28)") {
  run([] {
    const pid reader = self();
    spawn([reader] {
      send(reader, letter{1});
      yield();
      send(reader, letter{2});
      yield();
      send(reader, done{});
      send(reader, letter{3});
    });
    receive<done>();
    CHECK(receive<letter>().number == 1);
    CHECK(receive<letter>().number == 2);
    CHECK(receive<letter>().number == 3);
  });
}

TEST_CASE("receive: with after(0) a message that is there always wins (conformance 29)") {
  run([] {
    int won = 0;
    for (int i = 0; i < 1000; ++i) {
      send(self(), letter{i});
      won += receive([](letter) { return 1; }, after(0ms, [] { return 0; }));
    }
    CHECK(won == 1000);
  });
}

TEST_CASE("receive: with after(0) a match behind many others wins, too (conformance 29)") {
  run([] {
    for (int i = 0; i < 1000; ++i) send(self(), letter{i});
    send(self(), done{});
    CHECK(receive([](done) { return true; }, after(0ms, [] { return false; })));
  });
}

TEST_CASE("receive: with after(0) and no match it leaves the mailbox as it was (conformance 29)") {
  run([] {
    for (int i = 1; i <= 3; ++i) send(self(), letter{i});
    CHECK_FALSE(receive([](done) { return true; }, after(0ms, [] { return false; })));
    CHECK(rest_of_letters() == std::vector<int>{1, 2, 3});
  });
}

TEST_CASE("receive: with after(0) it does not suspend: nobody else runs meanwhile (conformance 29)") {
  run(options{.workers = 1}, [] {
    bool other_ran = false;
    spawn_monitor([&other_ran] { other_ran = true; });
    for (int i = 0; i < 10; ++i) CHECK_FALSE(receive<letter>(0ms));
    CHECK_FALSE(other_ran);
    receive<down>();
    CHECK(other_ran);
  });
}

TEST_CASE("receive: a message whose guard says no stays, and the next is tried (conformance 33)") {
  run([] {
    for (int i = 1; i <= 3; ++i) send(self(), letter{i});
    const int even = receive(when([](const letter& l) { return l.number % 2 == 0; }, [](letter l) { return l.number; }));
    CHECK(even == 2);
    CHECK(rest_of_letters() == std::vector<int>{1, 3});
  });
}

TEST_CASE("receive: a message one handler's guard refuses may fit the next handler (conformance 33)") {
  run([] {
    send(self(), letter{1});
    const std::string taken_by = receive(when([](const letter&) { return false; }, [](letter) { return std::string("first"); }),
                                         [](letter) { return std::string("second"); });
    CHECK(taken_by == "second");
  });
}

TEST_CASE("receive: a down is an ordinary entry: it can be skipped and selected (conformance 34)") {
  run([] {
    const pid here = self();
    send(self(), letter{1});
    const auto first = spawn_monitor([here] { send(here, letter{2}); });
    const auto second = spawn_monitor([] { exit(exit_reason{2}); });
    CHECK(receive_if<down>([&](const down& d) { return d.ref == second.second; }).reason == exit_reason{2});
    CHECK(letter_numbered(2).number == 2);
    CHECK(receive<down>().from == first.first);
    CHECK(rest_of_letters() == std::vector<int>{1});
  });
}

TEST_CASE("receive: downs and messages are read in the order they arrived (conformance 34)") {
  run([] {
    const pid here = self();
    send(self(), letter{1});
    spawn_monitor([here] { send(here, letter{2}); });
    send(self(), other{3});
    std::string order;
    for (int i = 0; i < 3; ++i)
      receive([&](letter l) { order += std::to_string(l.number); }, [&](const down&) { order += "d"; });
    CHECK(order == "12d");
    CHECK(receive<other>().number == 3);
  });
}

TEST_CASE("receive: a message that does not fit does not end a blocked receive (conformance 35)") {
  run([] {
    const pid here = self();
    const pid reader = spawn([here] {
      int returns = 0;
      receive<done>();
      ++returns;
      send(here, returns);
      std::vector<int> rest;
      while (auto l = receive<letter>(0ms)) rest.push_back(l->number);
      send(here, rest);
    });
    for (int i = 0; i < 100; ++i) {
      send(reader, letter{i});
      yield();
      CHECK_FALSE(receive<int>(0ms));
    }
    send(reader, done{});
    CHECK(receive<int>() == 1);
    CHECK(receive<std::vector<int>>().size() == 100);
  });
}
