// The wheel against a plain list of timers.
#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include <shoal/sched.hpp>

#include "sched/test_runnable.hpp"
#include "support/test.hpp"

using namespace shoal::detail;
using namespace std::chrono_literals;

namespace {

using nanoseconds = std::chrono::nanoseconds;

// A timer that notes when it fired, on the clock of the test.
class alarm_clock : public timer {
 public:
  explicit alarm_clock(const instant& now) : timer(&ring), now_(now) {}

  instant due{};
  instant armed_at{};
  instant fired_at{};
  int fired = 0;
  bool armed = false;

 private:
  static void ring(timer& self, fifo<runnable>&) noexcept {
    auto& mine = static_cast<alarm_clock&>(self);
    ++mine.fired;
    mine.armed = false;
    mine.fired_at = mine.now_;
  }
  const instant& now_;
};

// Two ticks: one for rounding up, one for the tick that was being worked off.
constexpr nanoseconds slack{2 * 8192};
constexpr instant start{std::chrono::hours{1000}};
constexpr nanoseconds span_of_the_wheel{std::int64_t{1} << 55};

struct bench {
  instant now = start;
  timer_wheel wheel{start};
  fifo<runnable> woken;

  std::size_t advance(nanoseconds by) {
    now += by;
    return wheel.fire_expired(now, woken);
  }
  void arm(alarm_clock& a, nanoseconds in) {
    a.due = now + in;
    a.armed_at = now;
    a.fired_at = {};
    a.armed = true;
    wheel.arm(a, a.due);
  }
};

// Arms, cancels and advances at random, waits up to `longest`, and tells the first rule that was broken.
std::string broken_rule(std::uint64_t seed, nanoseconds longest) {
  shoal::detail::random chance(seed);
  bench b;
  std::deque<alarm_clock> alarms;
  for (int i = 0; i < 200; ++i) alarms.emplace_back(b.now);
  // Spread over all magnitudes up to `longest`.
  const auto some_time = [&] {
    const auto most = static_cast<std::uint64_t>(longest.count());
    return nanoseconds{static_cast<std::int64_t>((chance.next() % most) >> chance.below(50))};
  };
  const auto armed = [&] {
    return static_cast<std::size_t>(std::count_if(alarms.begin(), alarms.end(), [](const auto& a) { return a.armed; }));
  };
  for (int step = 0; step < 3000; ++step) {
    alarm_clock& a = alarms[chance.below(static_cast<std::uint32_t>(alarms.size()))];
    switch (chance.below(4)) {
      case 0:
      case 1:
        if (!a.armed) b.arm(a, some_time());
        break;
      case 2:
        if (timer_wheel::cancel(a) != a.armed) return "cancel() tells whether it was armed";
        a.armed = false;
        break;
      default: {
        const std::size_t before = armed();
        const std::size_t fired = b.advance(some_time() / 4);
        if (before - armed() != fired) return "fire_expired() counts what it fired";
      }
    }
    for (const alarm_clock& each : alarms) {
      if (each.fired_at != instant{} && each.fired_at < each.due) return "no timer fires early";
      if (each.armed && b.now >= std::max(each.due, each.armed_at) + slack) {
        b.advance(0ns);
        if (each.armed) return "what is due fires";
      }
      if (each.armed && b.wheel.next_due() > std::max(each.due, each.armed_at) + slack)
        return "next_due() is not later than the first timer";
    }
  }
  for (alarm_clock& each : alarms) {
    timer_wheel::cancel(each);
    each.armed = false;
  }
  if (b.advance(2 * longest) != 0) return "what was cancelled does not fire";
  if (b.wheel.next_due() != never) return "an empty wheel has nothing to do";
  return {};
}

}  // namespace

TEST_CASE("timer_wheel: an empty one never has anything to do") {
  bench b;
  CHECK(b.wheel.next_due() == never);
  CHECK(b.advance(1h) == 0);
}

TEST_CASE("timer_wheel: a timer fires once, at its time or a tick later, and not early") {
  for (const nanoseconds wait : {nanoseconds{0}, nanoseconds{1}, nanoseconds{8191}, nanoseconds{8192}, nanoseconds{1us},
                                 nanoseconds{1ms}, nanoseconds{1s}, nanoseconds{1h}, nanoseconds{1000h}}) {
    bench b;
    alarm_clock a(b.now);
    b.arm(a, wait);
    CAPTURE(wait.count());
    if (wait > 1ns) {
      b.advance(wait - 1ns);
      CHECK(a.fired == 0);
      b.advance(1ns);
    }
    b.advance(slack);
    CHECK(a.fired == 1);
    b.advance(1h);
    CHECK(a.fired == 1);
  }
}

TEST_CASE("timer_wheel: cancelled, a timer does not fire; afterwards it can be armed again") {
  bench b;
  alarm_clock a(b.now);
  CHECK_FALSE(timer_wheel::cancel(a));
  b.arm(a, 1ms);
  CHECK(timer_wheel::cancel(a));
  CHECK_FALSE(timer_wheel::cancel(a));
  CHECK(b.advance(1s) == 0);
  b.arm(a, 1ms);
  CHECK(b.advance(1s) == 1);
  CHECK_FALSE(timer_wheel::cancel(a));
  CHECK(a.fired == 1);
}

TEST_CASE("timer_wheel: timers of one instant all fire, also when some in between were cancelled") {
  bench b;
  std::deque<alarm_clock> alarms;
  for (int i = 0; i < 1000; ++i) b.arm(alarms.emplace_back(b.now), 1s);
  for (std::size_t i = 0; i < 1000; i += 3) CHECK(timer_wheel::cancel(alarms[i]));
  CHECK(b.advance(1s + slack) == 666);
}

TEST_CASE("timer_wheel: what is due in the past fires at the next look") {
  bench b;
  alarm_clock a(b.now);
  b.arm(a, -1h);
  b.advance(slack);
  CHECK(a.fired == 1);
}

TEST_CASE("timer_wheel: whom a timer woke is handed over") {
  static shoal::test::waiting_runnable sleeper(7);
  timer wakes([](timer&, fifo<runnable>& woken) noexcept { woken.push_back(sleeper); });
  bench b;
  b.wheel.arm(wakes, b.now + 1ms);
  CHECK(b.advance(1ms + slack) == 1);
  CHECK(shoal::test::number_of(b.woken.pop_front()) == 7);
  CHECK(b.woken.empty());
}

TEST_CASE("timer_wheel: beyond its span a timer fires at its time, neither early nor never") {
  for (const std::int64_t spans : {1, 2, 3, 10}) {
    bench b;
    alarm_clock a(b.now);
    b.arm(a, spans * span_of_the_wheel + 1h);
    for (std::int64_t i = 0; i < spans; ++i) CHECK(b.advance(span_of_the_wheel) == 0);
    CHECK(b.advance(1h - 1ns) == 0);
    CHECK(b.advance(1ns + slack) == 1);
  }
}

TEST_CASE("timer_wheel: one jump over everything fires everything") {
  bench b;
  std::deque<alarm_clock> alarms;
  for (int i = 0; i < 50; ++i) b.arm(alarms.emplace_back(b.now), nanoseconds{std::int64_t{1} << i});
  CHECK(b.advance(span_of_the_wheel) == 50);
  CHECK(b.wheel.next_due() == never);
}

TEST_CASE("timer_wheel: in a random history of short waits no rule is broken") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    CHECK(broken_rule(seed, 10ms) == "");
  }
}

TEST_CASE("timer_wheel: in a random history of waits of all magnitudes no rule is broken") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    CHECK(broken_rule(seed, 1000h) == "");
  }
}

TEST_CASE("timer_wheel: in a random history of waits beyond its span no rule is broken") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    CHECK(broken_rule(seed, span_of_the_wheel / 100) == "");
  }
}
