// The forms a receive can have.
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct letter {
  int number;
};
struct parcel {
  std::unique_ptr<int> content;
};
struct done {};

int number_of(letter l) { return l.number; }
int number_of_quietly(const letter& l) noexcept { return l.number; }

struct reader {
  int operator()(letter l) const { return l.number; }
};

}  // namespace

TEST_CASE("receive: a handler takes its message by value, by const reference or by rvalue") {
  run([] {
    for (int i = 1; i <= 3; ++i) send(self(), letter{i});
    CHECK(receive([](letter l) { return l.number; }) == 1);
    CHECK(receive([](const letter& l) { return l.number; }) == 2);
    CHECK(receive([](letter&& l) { return l.number; }) == 3);
  });
}

TEST_CASE("receive: a handler may take its message by reference and change it, for it is the receiver's own") {
  run([] {
    const letter kept{1};
    send(self(), kept);
    CHECK(receive([](letter& l) { return ++l.number; }) == 2);
    CHECK(kept.number == 1);
  });
}

TEST_CASE("receive: a message that can only be moved moves into its handler") {
  run([] {
    for (int i = 1; i <= 3; ++i) send(self(), parcel{std::make_unique<int>(i)});
    CHECK(*receive([](parcel p) { return std::move(p.content); }) == 1);
    CHECK(*receive([](parcel&& p) { return std::move(p.content); }) == 2);
    CHECK(*receive<parcel>().content == 3);
  });
}

TEST_CASE("receive: functions, function objects, mutable and noexcept lambdas are handlers") {
  run([] {
    for (int i = 1; i <= 6; ++i) send(self(), letter{i});
    CHECK(receive(number_of) == 1);
    CHECK(receive(&number_of_quietly) == 2);
    CHECK(receive(reader{}) == 3);
    const reader constant;
    CHECK(receive(constant) == 4);
    int sum = 10;
    auto adds = [sum](letter l) mutable noexcept { return sum += l.number; };
    CHECK(receive(adds) == 15);
    CHECK(receive(std::function<int(letter)>(number_of)) == 6);
  });
}

TEST_CASE("receive: the value is the common type of what the handlers return") {
  run([] {
    send(self(), letter{1});
    const auto value = receive([](letter l) { return l.number; }, [](done) { return 2.5; });
    STATIC_REQUIRE(std::is_same_v<decltype(value), const double>);
    CHECK(value == 1.0);
    send(self(), done{});
    CHECK(receive([](letter) { return std::optional<int>(1); }, [](done) { return std::nullopt; }) == std::nullopt);
  });
}

TEST_CASE("receive: handlers that return nothing make it return nothing") {
  run([] {
    send(self(), done{});
    STATIC_REQUIRE(std::is_void_v<decltype(receive([](done) {}, after(0ms, [] {})))>);
    bool called = false;
    receive([&](done) { called = true; }, after(0ms, [] {}));
    CHECK(called);
  });
}

TEST_CASE("receive: of two handlers that fit the first one is called") {
  run([] {
    send(self(), letter{1});
    send(self(), letter{2});
    const auto which = [] {
      return receive(
          when([](const letter& l) { return l.number == 2; }, [](letter) { return 'a'; }), [](letter) { return 'b'; },
          [](message) { return 'c'; });
    };
    CHECK(which() == 'b');
    CHECK(which() == 'a');
    send(self(), done{});
    CHECK(which() == 'c');
  });
}

TEST_CASE("receive: by type it takes the oldest of that type") {
  run([] {
    send(self(), done{});
    send(self(), letter{1});
    send(self(), letter{2});
    CHECK(receive<letter>().number == 1);
    CHECK(receive<letter>().number == 2);
    receive<done>();
  });
}

TEST_CASE("receive: by type with a limit it gives nothing when the time is up") {
  run([] {
    CHECK_FALSE(receive<letter>(0ms).has_value());
    CHECK_FALSE(receive<letter>(1ms).has_value());
    CHECK_FALSE(receive<letter>(-1ms).has_value());
    send(self(), letter{1});
    CHECK(receive<letter>(-1ms)->number == 1);
    send(self(), letter{2});
    CHECK(receive<letter>(infinity)->number == 2);
  });
}

TEST_CASE("receive_if: it takes the oldest for which the predicate is true") {
  run([] {
    for (int i = 1; i <= 4; ++i) send(self(), letter{i});
    CHECK(receive_if<letter>([](const letter& l) { return l.number > 2; }).number == 3);
    CHECK_FALSE(receive_if<letter>([](const letter& l) { return l.number > 9; }, 1ms).has_value());
    CHECK(receive_if<letter>([](const letter& l) { return l.number == 4; }, 1ms)->number == 4);
    CHECK(receive<letter>().number == 1);
  });
}

TEST_CASE("receive_if: it works for what can only be moved") {
  run([] {
    for (int i = 1; i <= 2; ++i) send(self(), parcel{std::make_unique<int>(i)});
    CHECK(*receive_if<parcel>([](const parcel& p) { return *p.content == 2; }).content == 2);
    CHECK(*receive<parcel>().content == 1);
  });
}

TEST_CASE("receive: a negative time limit is over at once, an infinite one never") {
  run([] {
    CHECK(receive([](letter) { return 1; }, after(-1h, [] { return 2; })) == 2);
    const pid here = self();
    const pid waiting = spawn([here] { send(here, receive([](done) { return 1; }, after(infinity, [] { return 2; }))); });
    CHECK_FALSE(receive<int>(5ms));
    send(waiting, done{});
    CHECK(receive<int>() == 1);
  });
}

TEST_CASE("receive: a limit in floating point, or not a number, is a limit") {
  run([] {
    using seconds = std::chrono::duration<double>;
    CHECK_FALSE(receive<letter>(seconds(0.001)).has_value());
    CHECK_FALSE(receive<letter>(seconds(std::numeric_limits<double>::quiet_NaN())).has_value());
    CHECK_FALSE(receive<letter>(seconds(-std::numeric_limits<double>::infinity())).has_value());
  });
}

TEST_CASE("receive: each guard is asked once about each message, whatever else arrives meanwhile") {
  run([] {
    const pid here = self();
    send(self(), letter{1});
    spawn([here] {
      for (int i = 2; i <= 5; ++i) {
        send(here, letter{i});
        yield();
      }
    });
    std::vector<int> asked;
    receive(when(
        [&](const letter& l) {
          asked.push_back(l.number);
          return l.number == 5;
        },
        [](letter) {}));
    CHECK(asked == std::vector<int>{1, 2, 3, 4, 5});
  });
}

TEST_CASE("receive: a guard that says no before blocking is not asked again after it") {
  run([] {
    send(self(), letter{1});
    int asked = 0;
    const bool in_time = receive(when(
                                     [&](const letter&) {
                                       ++asked;
                                       return false;
                                     },
                                     [](letter) { return true; }),
                                 after(2ms, [] { return false; }));
    CHECK_FALSE(in_time);
    CHECK(asked == 1);
  });
}

TEST_CASE("receive: a message whose guard throws stays in its place") {
  run([] {
    for (int i = 1; i <= 3; ++i) send(self(), letter{i});
    const auto guarded = [] {
      receive(when([](const letter& l) { return l.number == 2 ? throw std::runtime_error("guard") : false; }, [](letter) {}));
    };
    CHECK_THROWS_AS(guarded(), std::runtime_error);
    for (int i = 1; i <= 3; ++i) CHECK(receive<letter>(0ms)->number == i);
  });
}

TEST_CASE("receive: a message whose handler throws is gone, and the others stay") {
  run([] {
    for (int i = 1; i <= 3; ++i) send(self(), letter{i});
    CHECK_THROWS_AS(receive([](letter) { throw std::runtime_error("handler"); }), std::runtime_error);
    CHECK(receive<letter>(0ms)->number == 2);
    CHECK(receive<letter>(0ms)->number == 3);
  });
}

TEST_CASE("receive: inside a handler it is an ordinary receive") {
  run([] {
    for (int i = 1; i <= 4; ++i) send(self(), letter{i});
    const int sum = receive(when([](const letter& l) { return l.number == 2; },
                                 [](const letter& outer) {
                                   const int oldest = receive<letter>().number;
                                   const int later = receive_if<letter>([](const letter& l) { return l.number == 4; }).number;
                                   return outer.number * 100 + oldest * 10 + later;  // The outer message is still whole.
                                 }));
    CHECK(sum == 214);
    CHECK(receive<letter>(0ms)->number == 3);
  });
}

TEST_CASE("receive: inside a handler it may block while the outer message is held") {
  run([] {
    const pid here = self();
    send(self(), parcel{std::make_unique<int>(7)});
    const int both = receive([here](const parcel& p) {
      spawn([here] { send(here, letter{1}); });
      return *p.content * 10 + receive<letter>().number;
    });
    CHECK(both == 71);
  });
}

TEST_CASE("receive: a catch-all takes the oldest of any type") {
  run([] {
    send(self(), done{});
    send(self(), letter{1});
    CHECK(receive([](letter) { return false; }, [](message m) { return m.is<done>(); }));
    CHECK(receive([](message m) { return m.is<letter>(); }));
  });
}
