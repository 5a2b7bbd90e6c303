// Conformance group C, second half: time limits, marks.
#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

using clock_type = std::chrono::steady_clock;

struct letter {
  int number;
};
struct ask {
  pid from;
  int number;
};
struct answer {
  int number;
};
struct done {};
struct timed_out {
  int who;
  bool early;
};

constexpr int old_letters = 500'000;

void fill_own_mailbox(int count) {
  for (int i = 0; i < count; ++i) send(self(), letter{i});
}

// A server that answers until it is told that it is done.
pid spawn_answering() {
  return spawn([] {
    for (bool serving = true; serving;) receive([](ask a) { send(a.from, answer{a.number}); }, [&](done) { serving = false; });
  });
}

}  // namespace

TEST_CASE("receive: without handlers it sleeps at least its time and takes nothing (conformance 30)") {
  run([] {
    send(self(), letter{1});
    send(self(), done{});
    const auto start = clock_type::now();
    receive(after(20ms, [] {}));
    CHECK(clock_type::now() - start >= 20ms);
    CHECK(receive<letter>(0ms)->number == 1);
    CHECK(receive<done>(0ms).has_value());
  });
}

TEST_CASE("receive: after() returns what its handler returns (conformance 30)") {
  run([] { CHECK(receive(after(0ms, [] { return 42; })) == 42); });
}

TEST_CASE("receive: a time limit is never over early (conformance 31)") {
  run([] {
    int early = 0;
    for (int i = 0; i < 200; ++i) {
      const auto limit = std::chrono::microseconds(i * 13);
      const auto start = clock_type::now();
      receive<done>(limit);
      if (clock_type::now() - start < limit) ++early;
    }
    CHECK(early == 0);
  });
}

TEST_CASE("receive: a time limit is over, also while messages that do not fit keep coming (conformance 31)") {
  run([] {
    const pid reader = self();
    const pid pest = spawn([reader] {
      while (!receive<done>(1ms)) send(reader, letter{0});
    });
    const auto start = clock_type::now();
    CHECK_FALSE(receive<done>(30ms));
    const auto waited = clock_type::now() - start;
    CHECK(waited >= 30ms);
    CHECK(waited < 20s);  // Only: it is over at all.
    send(pest, done{});
  });
}

TEST_CASE("receive: time limits of 2^32 ms and more are accepted and not over at once (conformance 32)") {
  run([] {
    const pid here = self();
    const auto wait_for = [here](auto limit) {
      return spawn([here, limit] {
        const bool got = receive<done>(limit).has_value();
        send(here, got);
      });
    };
    const std::vector<pid> waiting{wait_for(std::chrono::milliseconds((std::int64_t{1} << 31) - 1)),
                                   wait_for(std::chrono::milliseconds(std::int64_t{1} << 31)),
                                   wait_for(std::chrono::milliseconds((std::int64_t{1} << 32) - 1)),
                                   wait_for(std::chrono::milliseconds(std::int64_t{1} << 33)),
                                   wait_for(std::chrono::hours(24 * 365 * 10)),
                                   wait_for(infinity)};
    // A short wait that began after theirs is over before any of them.
    CHECK_FALSE(receive<bool>(20ms));
    for (const pid p : waiting) send(p, done{});
    for (std::size_t i = 0; i < waiting.size(); ++i) CHECK(receive<bool>());
  });
}

TEST_CASE("receive: 10,000 processes that wait for one instant each time out once, and not early (conformance 36)") {
  static constexpr int processes = 10'000;
  run([] {
    const pid here = self();
    const auto instant = clock_type::now() + 300ms;
    for (int i = 0; i < processes; ++i)
      spawn([here, instant, i] {
        receive(after(instant - clock_type::now(), [&] { send(here, timed_out{i, clock_type::now() < instant}); }));
      });
    std::vector<int> times(processes);
    int early = 0;
    for (int i = 0; i < processes; ++i) {
      const timed_out t = receive<timed_out>();
      ++times[static_cast<std::size_t>(t.who)];
      early += t.early;
    }
    CHECK(early == 0);
    CHECK(std::count(times.begin(), times.end(), 1) == processes);
    CHECK_FALSE(receive<timed_out>(0ms));
  });
}

TEST_CASE("receive: from a mark it never asks about any of 500,000 older messages (conformance 37)") {
  run([] {
    const pid server = spawn_answering();
    fill_own_mailbox(old_letters);
    int asked_about_old = 0;
    for (int i = 0; i < 10; ++i) {
      const mailbox_mark here = mark_mailbox();
      send(server, ask{self(), i});
      const int got = receive(here,
                              when(
                                  [&](const letter&) {
                                    ++asked_about_old;
                                    return false;
                                  },
                                  [](letter) { return -1; }),
                              [](answer a) { return a.number; });
      CHECK(got == i);
    }
    CHECK(asked_about_old == 0);
    CHECK(receive<letter>().number == 0);  // They are all still there, from the first.
    send(server, done{});
  });
}

TEST_CASE("receive: a question past 500,000 older messages takes less than 10 times as long (conformance 37)") {
  static constexpr int rounds = 301;
  run([] {
    const pid server = spawn_answering();
    const auto median = [&] {
      std::vector<clock_type::duration> times;
      for (int i = 0; i < rounds; ++i) {
        const auto start = clock_type::now();
        const mailbox_mark here = mark_mailbox();
        send(server, ask{self(), i});
        receive(here, [](answer) {});
        times.push_back(clock_type::now() - start);
      }
      std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
      return times[rounds / 2];
    };
    const auto empty = median();
    fill_own_mailbox(old_letters);
    const auto full = median();
    // Looking at all of them takes milliseconds; the constant stands for what a busy machine adds to a few µs.
    CHECK(full < 10 * empty + 100us);
    send(server, done{});
  });
}

TEST_CASE("receive: a mark made before an exception still finds its answer (conformance 38)") {
  run([] {
    const pid server = spawn_answering();
    send(self(), letter{1});
    const mailbox_mark here = mark_mailbox();
    send(server, ask{self(), 7});
    const auto interrupted = [&] {
      receive(here, when([](const answer&) -> bool { throw std::runtime_error("in between"); }, [](answer) {}));
    };
    CHECK_THROWS_AS(interrupted(), std::runtime_error);
    CHECK(receive(here, [](answer a) { return a.number; }) == 7);
    CHECK(receive<letter>().number == 1);
    send(server, done{});
  });
}

TEST_CASE("receive: a mark survives unrelated receives, of older and of newer messages (conformance 38)") {
  run([] {
    const pid server = spawn_answering();
    send(self(), letter{1});
    send(self(), letter{2});
    const mailbox_mark here = mark_mailbox();
    send(server, ask{self(), 7});
    send(self(), letter{3});
    CHECK(receive<letter>().number == 1);
    CHECK(receive<letter>().number == 2);  // The last before the mark.
    CHECK(receive<letter>().number == 3);
    CHECK(receive(here, [](answer a) { return a.number; }) == 7);
    send(server, done{});
  });
}

TEST_CASE("receive: of two marks the earlier one finds its answer, too (conformance 38)") {
  run([] {
    const pid server = spawn_answering();
    send(self(), letter{1});
    const mailbox_mark first = mark_mailbox();
    send(server, ask{self(), 1});
    const mailbox_mark second = mark_mailbox();
    send(server, ask{self(), 2});
    CHECK(receive(second, when([](const answer& a) { return a.number == 2; }, [](answer a) { return a.number; })) == 2);
    CHECK(receive(first, [](answer a) { return a.number; }) == 1);
    send(server, done{});
  });
}

TEST_CASE("receive: from a mark with a time limit it is over although older messages fit (conformance 37)") {
  run([] {
    send(self(), letter{1});
    const mailbox_mark here = mark_mailbox();
    CHECK(receive(here, [](letter) { return 1; }, after(0ms, [] { return -1; })) == -1);
    send(self(), letter{2});
    CHECK(receive(here, [](letter l) { return l.number; }, after(0ms, [] { return -1; })) == 2);
    CHECK(receive<letter>(0ms)->number == 1);
  });
}
