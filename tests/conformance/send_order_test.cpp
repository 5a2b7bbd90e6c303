// Conformance group B: send and mailbox order.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct letter {
  int number;
};
struct from_sender {
  int sender;
  int number;
};
struct text {
  std::string what;
};
struct done {};

}  // namespace

TEST_CASE("send: what one sender sends arrives in order (conformance 15)") {
  static constexpr int letters = 20'000;
  run([] {
    const pid reader = self();
    spawn([reader] {
      for (int i = 0; i < letters; ++i) send(reader, letter{i});
    });
    int in_order = 0;
    for (int i = 0; i < letters; ++i)
      if (receive<letter>().number == i) ++in_order;
    CHECK(in_order == letters);
  });
}

TEST_CASE("send: of several senders each one's messages arrive in order (conformance 16)") {
  static constexpr int senders = 8;
  static constexpr int letters = 2000;
  run([] {
    const pid reader = self();
    for (int sender = 0; sender < senders; ++sender)
      spawn([reader, sender] {
        for (int i = 0; i < letters; ++i) {
          send(reader, from_sender{sender, i});
          if (i % 64 == 0) yield();
        }
      });
    std::array<int, senders> next{};
    int out_of_order = 0;
    for (int i = 0; i < senders * letters; ++i) {
      const auto [sender, number] = receive<from_sender>();
      if (next[static_cast<std::size_t>(sender)]++ != number) ++out_of_order;
    }
    CHECK(out_of_order == 0);
    for (const int count : next) CHECK(count == letters);
  });
}

TEST_CASE("send: to a dead process it is silence, and no later process gets it (conformance 17)") {
  run(options{.workers = 1}, [] {
    const pid gone = spawn([] {});
    test::wait_until_dead(gone);
    CHECK_NOTHROW(send(gone, letter{1}));
    // On one worker the next process takes the place of the last one.
    const pid reader = self();
    int strays = 0;
    for (int i = 0; i < 100; ++i) {
      const pid later = spawn([reader] {
        const bool stray = receive<letter>(0ms).has_value();
        send(reader, stray ? 1 : 0);
      });
      CHECK(later != gone);
      send(gone, letter{2});
      strays += receive<int>();
    }
    CHECK(strays == 0);
    CHECK_NOTHROW(send(pid{}, letter{3}));
  });
}

TEST_CASE("send: a message to oneself goes to the end of the mailbox and can be read at once (conformance 20)") {
  run([] {
    send(self(), letter{1});
    send(self(), text{"between"});
    send(self(), letter{2});
    CHECK(receive<letter>(0ms)->number == 1);
    CHECK(receive<text>(0ms)->what == "between");
    CHECK(receive<letter>(0ms)->number == 2);
    CHECK_FALSE(receive<letter>(0ms));
  });
}

TEST_CASE("down: it comes after all 50 messages of the one who ended (conformance 21)") {
  static constexpr int rounds = 200;
  static constexpr int letters = 50;
  run([] {
    const pid watcher = self();
    int complete = 0;
    for (int round = 0; round < rounds; ++round) {
      spawn_monitor([watcher] {
        for (int i = 0; i < letters; ++i) send(watcher, letter{i});
      });
      int next = 0;
      bool ended = false;
      while (!ended)
        receive([&](letter l) { next = l.number == next ? next + 1 : -letters; }, [&](const down&) { ended = true; });
      if (next == letters) ++complete;
    }
    CHECK(complete == rounds);
    CHECK_FALSE(receive<letter>(0ms));
  });
}

TEST_CASE("send: the reader finds a message in its place after what was sent there before (conformance 23)") {
  run([] {
    const pid reader = self();
    spawn([reader] {
      send(reader, letter{1});
      send(reader, text{"two"});
      send(reader, letter{3});
      send(reader, done{});
    });
    receive<done>();  // So the three are there.
    std::vector<std::string> seen;
    for (int i = 0; i < 3; ++i)
      receive([&](letter l) { seen.push_back(std::to_string(l.number)); }, [&](text t) { seen.push_back(t.what); },
              after(0ms, [&] { seen.push_back("nothing"); }));
    CHECK(seen == std::vector<std::string>{"1", "two", "3"});
  });
}

TEST_CASE("send: what the sender does to its value later does not reach the receiver (conformance 25)") {
  run([] {
    const pid reader = self();
    spawn([reader] {
      text mine{"as sent"};
      std::vector<int> numbers{1, 2, 3};
      send(reader, mine);
      send(reader, numbers);
      mine.what = "changed";
      numbers.assign(3, 0);
      send(reader, done{});
    });
    receive<done>();
    CHECK(receive<text>().what == "as sent");
    CHECK(receive<std::vector<int>>() == std::vector<int>{1, 2, 3});
  });
}

TEST_CASE("send: an owned value moves to the receiver (conformance 25)") {
  run([] {
    auto mine = std::make_unique<int>(7);
    const int* const where = mine.get();
    send(self(), std::move(mine));
    CHECK(mine == nullptr);
    const auto received = receive<std::unique_ptr<int>>();
    CHECK(received.get() == where);
    CHECK(*received == 7);
  });
}

TEST_CASE("send: a receiver that never reads neither blocks its senders nor makes them fail (conformance 26)") {
  static constexpr int letters = 300'000;
  run([] {
    const pid never_reads = spawn([] { receive<done>(); });
    for (int i = 0; i < letters; ++i) send(never_reads, letter{i});
    CHECK(is_alive(never_reads));
    send(never_reads, done{});
    test::wait_until_dead(never_reads);
  });
}
