// A runtime used from outside: several at once, other threads, is_alive.
#include <algorithm>
#include <thread>
#include <vector>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct letter {
  int sender;
  int number;
};
struct done {};
// Larger than any block of a pool.
class large {
 public:
  explicit large(int v) : value(v) {}
  int value;
  unsigned char rest[8000] = {};
};

struct answer_to {
  pid who;
};

// Reads them all; how many came out of order.
int count_letters(int senders, int each) {
  std::vector<int> next(static_cast<std::size_t>(senders));
  int out_of_order = 0;
  for (int i = 0; i < senders * each; ++i) {
    const letter l = receive<letter>();
    if (next[static_cast<std::size_t>(l.sender)]++ != l.number) ++out_of_order;
  }
  return out_of_order;
}

}  // namespace

TEST_CASE("runtime: several live side by side") {
  runtime first{{.workers = 1}};
  runtime second{{.workers = 2}};
  const auto ping_pong = [] {
    const pid here = self();
    spawn([here] { send(here, 7); });
    return receive<int>();
  };
  CHECK(first.run(ping_pong) == 7);
  CHECK(second.run(ping_pong) == 7);
  static_cast<void>(first.stop(5s));
  CHECK(second.run(ping_pong) == 7);
}

TEST_CASE("runtime: one after the other, many times") {
  int sum = 0;
  for (int i = 0; i < 50; ++i) sum += shoal::run(options{.workers = 2}, [i] { return i; });
  CHECK(sum == 50 * 49 / 2);
}

TEST_CASE("runtime: it takes many workers") {
  runtime rt{{.workers = 64}};
  CHECK(rt.run([] {
    static constexpr int children = 1000;
    for (int i = 0; i < children; ++i) spawn([to = self()] { send(to, 1); });
    int sum = 0;
    for (int i = 0; i < children; ++i) sum += receive<int>();
    return sum;
  }) == 1000);
}

TEST_CASE("runtime: spawn from outside makes a process") {
  runtime rt{{.workers = 1}};
  const pid reader = rt.run([] { return self(); });
  CHECK_FALSE(rt.is_alive(reader));
  const pid server = rt.spawn(
      [](int base) {
        for (;;) receive([base](answer_to a) { send(a.who, base); });
      },
      7);
  CHECK(rt.is_alive(server));
  CHECK(rt.run([server] {
    send(server, answer_to{self()});
    return receive<int>();
  }) == 7);
}

TEST_CASE("runtime: spawn from outside takes options") {
  const test::report_log log;
  {
    runtime rt{{.workers = 1, .log = log}};
    const pid child = rt.spawn(spawn_options{.label = "outside"}, [] { throw 1; });
    rt.run([child] { test::wait_until_dead(child); });
  }
  REQUIRE(log.all().size() == 1);
  CHECK(log.all().front().label == "outside");
}

TEST_CASE("runtime: spawn from outside refuses what spawn refuses, and keeps nothing") {
  const auto owned = std::make_shared<int>(7);
  runtime rt{{.workers = 1}};
  CHECK_THROWS_AS(rt.spawn(std::function<void()>{}), misuse);
  CHECK_THROWS_AS(rt.spawn(spawn_options{.stack_bytes = 1}, [owned] {}), misuse);
  CHECK(owned.use_count() == 1);
  CHECK(rt.run([] { return 7; }) == 7);
}

TEST_CASE("runtime: messages from many threads arrive, each thread's in order") {
  static constexpr int senders = 4;
  static constexpr int each = 5000;
  runtime rt{{.workers = 2}};
  std::vector<std::thread> threads;
  const int out_of_order = rt.run([&] {
    const pid reader = self();
    for (int sender = 0; sender < senders; ++sender)
      threads.emplace_back([&rt, reader, sender] {
        for (int i = 0; i < each; ++i) rt.send(reader, letter{sender, i});
      });
    return count_letters(senders, each);
  });
  for (std::thread& t : threads) t.join();
  CHECK(out_of_order == 0);
}

TEST_CASE("runtime: processes spawned by many threads all run") {
  static constexpr int spawners = 4;
  static constexpr int each = 500;
  runtime rt{{.workers = 2}};
  std::vector<std::thread> threads;
  const int sum = rt.run([&] {
    for (int s = 0; s < spawners; ++s)
      threads.emplace_back([&rt, to = self()] {
        for (int i = 0; i < each; ++i) rt.spawn([to] { send(to, 1); });
      });
    int arrived = 0;
    for (int i = 0; i < spawners * each; ++i) arrived += receive<int>();
    return arrived;
  });
  for (std::thread& t : threads) t.join();
  CHECK(sum == spawners * each);
}

TEST_CASE("runtime: several threads may run first processes at once") {
  runtime rt{{.workers = 2}};
  sync::atomic<int> sum{0};
  std::vector<std::thread> threads;
  for (int i = 1; i <= 8; ++i) threads.emplace_back([&rt, &sum, i] { sum += rt.run([i] { return i; }); });
  for (std::thread& t : threads) t.join();
  CHECK(sum == 36);
}

TEST_CASE("runtime: send from outside to nobody or to the dead is silence") {
  runtime rt{{.workers = 1}};
  const pid gone = rt.run([] { return self(); });
  CHECK_NOTHROW(rt.send(gone, done{}));
  CHECK_NOTHROW(rt.send(pid{}, done{}));
}

TEST_CASE("runtime: send from outside takes values of any size") {
  runtime rt{{.workers = 1}};
  const int sum = rt.run([&rt] {
    std::thread outside([&rt, to = self()] {
      rt.send(to, large(3));
      rt.send(to, std::make_unique<int>(4));
    });
    int total = receive([](const large& l) { return l.value; });
    total += *receive<std::unique_ptr<int>>();
    outside.join();
    return total;
  });
  CHECK(sum == 7);
}

TEST_CASE("runtime: a process may use another runtime as an outside thread does") {
  runtime first{{.workers = 1}};
  runtime second{{.workers = 1}};
  const pid echo = second.spawn([] { receive<done>(); });
  first.run([&] {
    second.send(echo, done{});
    second.spawn([] {});
    CHECK_THROWS_AS(second.spawn(spawn_options{.stack_bytes = 1}, [] {}), misuse);
    // Blocks of the other's pools in ours would show up here.
    for (int i = 0; i < 1000; ++i) send(self(), i);
    for (int i = 0; i < 1000; ++i) static_cast<void>(receive<int>());
  });
  second.run([echo] { test::wait_until_dead(echo); });
  CHECK_FALSE(second.is_alive(echo));
}

TEST_CASE("runtime: a pid of another one is misuse to send to, and not alive") {
  runtime first{{.workers = 1}};
  runtime second{{.workers = 1}};
  const pid stranger = second.spawn([] { receive<done>(); });
  CHECK_THROWS_AS(first.send(stranger, done{}), misuse);
  CHECK_FALSE(first.is_alive(stranger));
  first.run([stranger] {
    CHECK_THROWS_AS(send(stranger, done{}), misuse);
    CHECK_THROWS_WITH(send(stranger, done{}), Catch::Matchers::Contains("another runtime"));
    CHECK_FALSE(is_alive(stranger));
  });
  CHECK(second.is_alive(stranger));
}
