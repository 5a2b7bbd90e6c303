// Conformance group F: timers.
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using steady = std::chrono::steady_clock;

namespace {

struct tick {
  int number;
};
struct moment {
  steady::time_point at;
};

}  // namespace

TEST_CASE("send_after sends the message itself, and not before its time (conformance 72)") {
  in_process([] {
    for (const auto wait : {0us, 50us, 1000us, 20'000us}) {
      const auto start = steady::now();
      send_after(wait, self(), tick{7});
      CHECK(receive<tick>().number == 7);
      CHECK(steady::now() - start >= wait);
    }
  });
}

TEST_CASE("start_timer sends a timeout with its reference (conformance 73)") {
  in_process([] {
    const timer_ref first = start_timer(1ms, self());
    const timer_ref second = start_timer(2ms, self());
    CHECK(first != second);
    CHECK(receive<timeout>().timer == first);
    CHECK(receive<timeout>().timer == second);
  });
}

TEST_CASE("a cancelled timer tells what was left, and never fires (conformance 74)") {
  in_process([] {
    const timer_ref soon = send_after(5ms, self(), tick{1});
    const timer_ref late = send_after(1h, self(), tick{2});
    const auto left = cancel_timer(late);
    REQUIRE(left);
    CHECK(*left > 0ns);
    CHECK(*left <= 1h + 20us);  // A tick of the wheel more, at most.
    CHECK(cancel_timer(soon));
    sleep(10ms);
    CHECK_FALSE(receive<tick>(0ms));
  });
}

TEST_CASE("cancelled after it has fired: nothing, and the message stays (conformance 75)") {
  in_process([] {
    const timer_ref t = send_after(0ms, self(), tick{1});
    sleep(2ms);
    CHECK_FALSE(cancel_timer(t));
    CHECK(receive<tick>(0ms));
  });
}

TEST_CASE("cancelled twice, or unknown: nothing (conformance 76)") {
  in_process([] {
    const timer_ref t = send_after(1h, self(), tick{1});
    CHECK(cancel_timer(t));
    CHECK_FALSE(cancel_timer(t));
    CHECK_FALSE(read_timer(t));
    for (const auto number : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{123'456'789}, ~std::uint64_t{0}}) {
      CHECK_FALSE(cancel_timer(timer_ref{number}));
      CHECK_FALSE(read_timer(timer_ref{number}));
    }
  });
}

TEST_CASE("a reference is never another timer's, though its memory is") {
  in_process([] {
    const timer_ref first = send_after(1h, self(), tick{1});
    CHECK(cancel_timer(first));
    std::vector<timer_ref> later;
    for (int i = 0; i < 1000; ++i) later.push_back(send_after(1h, self(), tick{2}));
    CHECK_FALSE(cancel_timer(first));
    for (const timer_ref t : later) CHECK(cancel_timer(t));
  });
}

TEST_CASE("read_timer tells what is left, and nothing when it has fired or was cancelled (conformance 77)") {
  in_process([] {
    const timer_ref t = send_after(1h, self(), tick{1});
    const auto first = read_timer(t);
    REQUIRE(first);
    sleep(1ms);
    const auto second = read_timer(t);
    REQUIRE(second);
    CHECK(*second < *first);
    CHECK(cancel_timer(t));
    const timer_ref fired = send_after(0ms, self(), tick{1});
    receive<tick>();
    CHECK_FALSE(read_timer(fired));
  });
}

TEST_CASE("timers fire in the order of their times, whatever the order they were set in (conformance 78)") {
  in_process([] {
    for (const int wait : {50, 0, 20, 10, 40, 30}) send_after(std::chrono::milliseconds(wait), self(), tick{wait});
    for (const int wait : {0, 10, 20, 30, 40, 50}) CHECK(receive<tick>().number == wait);
  });
}

TEST_CASE("a timer for the dead, or for who dies before, is cancelled by itself (conformance 79)") {
  in_process([] {
    const auto owned = std::make_shared<const int>(1);
    const timer_ref for_dead = send_after(1h, spawn_dead(), owned);
    CHECK_FALSE(read_timer(for_dead));
    const timer_ref for_nobody = send_after(1h, pid{}, owned);
    CHECK_FALSE(cancel_timer(for_nobody));

    const pid p = spawn_ending();
    std::vector<timer_ref> timers;
    for (int i = 0; i < 100; ++i) timers.push_back(send_after(1h, p, owned));
    CHECK(read_timer(timers.front()));
    const monitor_ref ref = monitor(p);
    send(p, stop{});
    CHECK(receive<down>().ref == ref);
    for (const timer_ref t : timers) CHECK_FALSE(read_timer(t));
    while (owned.use_count() != 1) yield();  // Nothing is left of their messages.
  });
}

TEST_CASE("a timer is over when its destination must end, however long that takes to be rid of its timers (conformance 79)") {
  in_process([] {
    const pid p = spawn_ending();
    std::vector<timer_ref> timers;
    for (int i = 0; i < 5000; ++i) timers.push_back(send_after(1h, p, tick{i}));
    const monitor_ref ref = monitor(p);  // Told before the timers have been taken off.
    exit(p, exit_reason::kill);
    CHECK_FALSE(read_timer(timers.front()));
    CHECK(receive<down>().ref == ref);
    std::size_t left = 0;
    for (const timer_ref t : timers) left += read_timer(t) || cancel_timer(t) ? 1 : 0;
    CHECK(left == 0);
  });
}

TEST_CASE("a timer that nobody can get any more leaves nothing behind when its runtime ends") {
  const auto owned = std::make_shared<const int>(1);
  in_process([owned] {
    send_after(1h, self(), owned);
    send_after(1h, "nobody", owned);
  });
  CHECK(owned.use_count() == 1);
}

TEST_CASE("a timer for a name looks for it when the time has come (conformance 80)") {
  in_process([] {
    send_after(5ms, "heir", tick{1});
    send_after(5ms, "nobody", tick{2});
    const pid first = spawn_ending();
    register_name("heir", first);
    exit(first, exit_reason::kill);
    register_name("heir", self());
    CHECK(receive<tick>().number == 1);
    sleep(5ms);
    CHECK_FALSE(receive<tick>(0ms));
  });
}

TEST_CASE("times that make no sense are refused, and long ones are fine (conformance 81)") {
  in_process([] {
    CHECK_THROWS_WITH(send_after(-1ms, self(), tick{1}), Contains("less than zero"));
    CHECK_THROWS_WITH(start_timer(-1ns, self()), Contains("less than zero"));
    CHECK_THROWS_WITH(send_after(infinity, self(), tick{1}), Contains("endless"));
    CHECK_THROWS_AS(start_timer(std::chrono::hours::max(), self()), misuse);
    CHECK_THROWS_AS(send_after(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN()), self(), tick{1}),
                    misuse);
    CHECK_THROWS_AS(send_after(1ms, "", tick{1}), misuse);
    CHECK_THROWS_AS(send_after(1ms, std::string(256, 'n'), tick{1}), misuse);
    for (const std::int64_t wait : {std::int64_t{1} << 31, std::int64_t{1} << 33}) {
      const timer_ref t = send_after(std::chrono::milliseconds(wait), self(), tick{1});
      CHECK(*read_timer(t) > std::chrono::milliseconds(wait) - 1h);
      CHECK(cancel_timer(t));
    }
    sleep(2ms);
    CHECK_FALSE(receive<tick>(0ms));
  });
}

TEST_CASE("what a refused timer would have sent is destroyed") {
  in_process([] {
    const auto owned = std::make_shared<const int>(1);
    CHECK_THROWS_AS(send_after(1ms, std::string(256, 'n'), owned), misuse);
    CHECK(owned.use_count() == 1);
  });
}

TEST_CASE("send_at fires at an instant; one that has passed is now (conformance 82)") {
  in_process([] {
    const auto when = steady::now() + 3ms;
    send_at(when, self(), tick{1});
    CHECK(receive<tick>().number == 1);
    CHECK(steady::now() >= when);
    send_at(steady::now() - 1h, self(), tick{2});
    send_at(steady::time_point{}, self(), tick{3});
    receive<tick>();
    receive<tick>();
    register_name("me", self());
    send_at(steady::now(), "me", tick{4});
    CHECK(receive<tick>().number == 4);
  });
}

TEST_CASE("any process that has the reference can cancel or read the timer (conformance 83)") {
  in_process([] {
    const timer_ref t = send_after(1h, self(), tick{1});
    spawn([t, home = self()] { send(home, read_timer(t).has_value() && cancel_timer(t).has_value()); });
    CHECK(receive<bool>());
    CHECK_FALSE(cancel_timer(t));
  });
}

TEST_CASE("thousands of timers for one instant fire once each (conformance 85)") {
  in_process([] {
    constexpr int count = detail::under_sanitizer ? 2'000 : 20'000;
    const auto when = steady::now() + 20ms;
    for (int i = 0; i < count; ++i) send_at(when, self(), tick{i});
    std::vector<bool> seen(count);
    for (int i = 0; i < count; ++i) {
      const int number = receive<tick>().number;
      REQUIRE_FALSE(seen[static_cast<std::size_t>(number)]);
      seen[static_cast<std::size_t>(number)] = true;
    }
    sleep(1ms);
    CHECK_FALSE(receive<tick>(0ms));
  });
}

TEST_CASE("timer messages are entries of the mailbox like others (conformance 34)") {
  in_process([] {
    start_timer(0ms, self());
    sleep(2ms);
    send(self(), 1);
    CHECK(receive<int>() == 1);
    CHECK(receive<timeout>(0ms));
  });
}

TEST_CASE("cancel_timer_async tells by message what was left, or nothing if it is not to (conformance 84)") {
  in_process([] {
    const timer_ref pending = send_after(1h, self(), tick{1});
    cancel_timer_async(pending);
    const auto told = receive<timer_cancelled>();
    CHECK(told.timer == pending);
    REQUIRE(told.left);
    CHECK(*told.left > 59min);
    CHECK(*told.left <= 1h);
    cancel_timer_async(pending);
    CHECK_FALSE(receive<timer_cancelled>().left);
    const timer_ref quiet = send_after(1h, self(), tick{2});
    cancel_timer_async(quiet, false);
    CHECK_FALSE(read_timer(quiet));
    CHECK_FALSE(receive<timer_cancelled>(0ms));
  });
}

TEST_CASE("a timer's message that finds nobody is destroyed when its wheel is free again") {
  run(options{.workers = 1}, [] {
    struct sends {
      pid whom;
      explicit sends(pid p) : whom(p) {}
      sends(sends&& other) noexcept : whom(std::exchange(other.whom, {})) {}
      ~sends() {
        if (whom) send_after(1h, whom, 1);  // Takes a wheel's lock.
      }
    };
    for (int i = 0; i < 100; ++i) send_after(10us, "nobody", sends(self()));
    const auto until = steady::now() + 20ms;
    while (steady::now() < until) yield();  // Its timers fire in this process's turn.
  });
}
