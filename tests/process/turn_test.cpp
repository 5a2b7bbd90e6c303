// Who goes first: priorities, yield, the ends of turns. All on one worker, where the order can be seen.
#include <algorithm>
#include <limits>
#include <memory>
#include <string>

#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct mark {
  char who;
};
struct done {};

// A turn long enough for all that a test spawns.
const options one_worker_long_turns{.workers = 1, .reductions = 1'000'000};

void spawn_marking(priority rank, char who) {
  spawn(spawn_options{.priority = rank}, [to = self(), who] { send(to, mark{who}); });
}

std::string read_marks(int count) {
  std::string order;
  for (int i = 0; i < count; ++i) order += receive<mark>().who;
  return order;
}

}  // namespace

TEST_CASE("priority: high goes before normal ones spawned earlier, and max before high") {
  run(one_worker_long_turns, [] {
    for (int i = 0; i < 20; ++i) spawn_marking(priority::normal, 'n');
    spawn_marking(priority::high, 'h');
    spawn_marking(priority::high, 'h');
    spawn_marking(priority::max, 'x');
    CHECK(read_marks(23) == "xhh" + std::string(20, 'n'));
  });
}

TEST_CASE("priority: a woken high process goes before normal ones that were ready earlier") {
  run(one_worker_long_turns, [] {
    const pid here = self();
    const pid waits = spawn(spawn_options{.priority = priority::high}, [here] {
      send(here, done{});
      receive<done>();
      send(here, mark{'h'});
    });
    receive<done>();
    for (int i = 0; i < 20; ++i) spawn_marking(priority::normal, 'n');
    send(waits, done{});
    CHECK(read_marks(21).front() == 'h');
  });
}

TEST_CASE("priority: low ones run although normal ones are always busy") {
  run(one_worker_long_turns, [] {
    for (int i = 0; i < 3; ++i)
      spawn([] {
        for (;;) yield();
      });
    spawn_marking(priority::low, 'l');
    CHECK(read_marks(1) == "l");
  });
}

TEST_CASE("priority: low ones mostly wait while normal ones are ready") {
  run(one_worker_long_turns, [] {
    for (int i = 0; i < 20; ++i) spawn_marking(priority::low, 'l');
    for (int i = 0; i < 20; ++i) spawn_marking(priority::normal, 'n');
    const std::string order = read_marks(40);
    CHECK(std::count(order.begin(), order.begin() + 20, 'n') >= 15);
  });
}

TEST_CASE("yield: others that could run go first") {
  run(one_worker_long_turns, [] {
    int ran = 0;
    for (int i = 0; i < 10; ++i) spawn([&ran] { ++ran; });
    CHECK(ran == 0);
    yield();
    yield();  // Now and then who had a turn goes before new ones, but not twice.
    CHECK(ran == 10);
  });
}

TEST_CASE("yield: with nobody else it returns") {
  run(one_worker_long_turns, [] {
    for (int i = 0; i < 1000; ++i) yield();
    SUCCEED();
  });
}

TEST_CASE("turn: a process that only sends does not keep the worker from others") {
  run(options{.workers = 1}, [] {
    const pid busy = spawn([] {
      while (!receive<done>(0ms)) send(pid{}, mark{' '});
    });
    for (int i = 0; i < 10; ++i) {
      spawn_marking(priority::normal, 'n');
      CHECK(read_marks(1) == "n");
    }
    send(busy, done{});
    test::wait_until_dead(busy);
  });
}

TEST_CASE("turn: two processes that wake each other do not keep the worker from a third") {
  run(options{.workers = 1}, [] {
    const auto volley = [](pid other) {
      for (;;) {
        receive<done>();
        send(other, done{});
      }
    };
    const pid first = spawn([volley] { volley(receive<pid>()); });
    const pid second = spawn(volley, first);
    send(first, second);
    send(first, done{});
    spawn_marking(priority::normal, 'n');
    CHECK(read_marks(1) == "n");
  });
}

TEST_CASE("turn: short ones lose no message") {
  run(options{.workers = 2, .reductions = 1}, [] {
    spawn([to = self()] {
      for (int i = 0; i < 1000; ++i) send(to, i);
    });
    int in_order = 0;
    for (int i = 0; i < 1000; ++i) in_order += receive<int>() == i;
    CHECK(in_order == 1000);
  });
}

TEST_CASE("sleep: it is not over early, and messages that come meanwhile stay") {
  run([] {
    const pid sleeper = spawn([to = self()] {
      receive<done>();
      const auto start = std::chrono::steady_clock::now();
      sleep(20ms);
      send(to, std::chrono::steady_clock::now() - start >= 20ms);
      send(to, receive<int>(0ms).value_or(0));
    });
    send(sleeper, done{});
    send(sleeper, 7);
    CHECK(receive<bool>());
    CHECK(receive<int>() == 7);
  });
}

TEST_CASE("sleep: nothing, less than nothing and what is no number are over at once") {
  run([] {
    sleep(0ms);
    sleep(-1h);
    sleep(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN()));
    SUCCEED();
  });
}

namespace {

// Two processes that give up their turns all the time; how many turns the second had while the first had `turns`.
int turns_beside(priority busy, priority beside, int turns) {
  return run(options{.workers = 1}, [=] {
    const auto counted = std::make_shared<sync::atomic<int>>(0);
    const pid other = spawn(spawn_options{.priority = beside}, [counted = std::shared_ptr<const sync::atomic<int>>(counted)] {
      for (;;) {
        ++const_cast<sync::atomic<int>&>(*counted);  // One worker: nobody else runs meanwhile.
        yield();
      }
    });
    spawn_monitor(spawn_options{.priority = busy}, [turns, other] {
      for (int i = 0; i < turns; ++i) yield();
      exit(other, exit_reason::kill);
    });
    static_cast<void>(receive<down>());
    return counted->load();
  });
}

}  // namespace

TEST_CASE("priority: who is high and never waits keeps a normal one from running") {
  CHECK(turns_beside(priority::high, priority::normal, 10'000) <= 10);
  CHECK(turns_beside(priority::max, priority::high, 10'000) <= 10);
}

TEST_CASE("priority: a low one beside one busy normal one gets about an eighth of the turns") {
  const int turns = turns_beside(priority::normal, priority::low, 8'000);
  CHECK(turns >= 500);
  CHECK(turns <= 2'000);
}

TEST_CASE(
    "priority: a low one has its turn though a high one and a normal one are busy, when the high one waits now and then") {
  run(options{.workers = 1}, [] {
    const pid high = spawn(spawn_options{.priority = priority::high}, [] {
      for (;;) receive<done>();
    });
    spawn([high] {
      for (;;) send(high, done{});
    });
    const pid here = self();
    spawn(spawn_options{.priority = priority::low}, [here] { send(here, mark{'l'}); });
    CHECK(receive<mark>().who == 'l');
  });
}

TEST_CASE("priority: a spawn from outside is run though a process never waits") {
  runtime rt{{.workers = 1}};
  rt.spawn([] {
    for (;;) yield();
  });
  CHECK(rt.run([] { return 7; }) == 7);
}

TEST_CASE("yield: timers fire though the process that yields has nobody to yield to") {
  run(options{.workers = 1}, [] {
    send_after(1ms, self(), done{});
    while (!receive<done>(0ms)) yield();
  });
}

TEST_CASE("priority: one that does not exist is refused") {
  run(options{.workers = 1}, [] {
    CHECK_THROWS_AS(spawn(spawn_options{.priority = static_cast<priority>(9)}, [] {}), misuse);
    CHECK_FALSE(receive<down>(0ms));
  });
}
