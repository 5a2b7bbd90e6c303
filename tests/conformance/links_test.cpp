// Conformance group D: links and exit signals.
#include <memory>
#include <stdexcept>
#include <vector>

#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::test;
using namespace std::chrono_literals;

namespace {

struct ready {};

void wait_for_stop() { receive<stop>(); }
void end_on_stop(const exit_reason& why) {
  receive<stop>();
  exit(why);
}

// Ends with `why` when told to stop.
pid spawn_link_ending(const exit_reason& why) {
  return spawn_link([why] { end_on_stop(why); });
}

bool nothing_comes() { return !receive<exit_signal>(0ms) && !receive<down>(0ms); }

}  // namespace

TEST_CASE("a link works both ways, whoever made it (conformance 39, 41)") {
  in_process([] {
    auto [first, first_ref] = spawn_monitor([] { wait_for_stop(); });
    auto [second, second_ref] = spawn_monitor([partner = first] {
      link(partner);
      end_on_stop(failure);
    });
    send(second, stop{});
    CHECK(end_of(second_ref) == failure);
    CHECK(end_of(first_ref) == failure);
  });
  in_process([] {
    auto [first, first_ref] = spawn_monitor([] { end_on_stop(failure); });
    auto [second, second_ref] = spawn_monitor([partner = first, home = self()] {
      link(partner);
      send(home, ready{});
      wait_for_stop();
    });
    receive<ready>();
    send(first, stop{});
    CHECK(end_of(second_ref) == failure);
  });
}

TEST_CASE("either end may remove a link (conformance 39)") {
  for (const bool by_maker : {true, false})
    in_process([by_maker] {
      const pid me = self();
      trap_exit(true);
      const pid other = spawn([me, by_maker] {
        receive<ready>();
        if (!by_maker) unlink(me);
        send(me, ready{});
        end_on_stop(failure);
      });
      link(other);
      if (by_maker) unlink(other);
      send(other, ready{});
      receive<ready>();
      send(other, stop{});
      test::wait_until_dead(other);
      CHECK(nothing_comes());
    });
}

TEST_CASE("a link to oneself, or an unlink where there is none, does nothing (conformance 40)") {
  in_process([] {
    link(self());
    unlink(self());
    const pid other = spawn([] { wait_for_stop(); });
    unlink(other);
    CHECK(is_alive(other));
    test::wait_until_dead(spawn([] {}));
    unlink(spawn([] {}));
    CHECK(nothing_comes());
  });
}

TEST_CASE("a link made twice is one link (conformance 39)") {
  in_process([] {
    trap_exit(true);
    const pid other = spawn([] { end_on_stop(failure); });
    link(other);
    link(other);
    unlink(other);
    link(other);
    send(other, stop{});
    CHECK(receive<exit_signal>().reason == failure);
    CHECK(nothing_comes());
  });
}

TEST_CASE("an abnormal end goes along a chain of links (conformance 41)") {
  in_process([] {
    trap_exit(true);
    const pid first =
        spawn_link([] { spawn_link([] { spawn_link([] { exit(failure); }), wait_for_stop(); }), wait_for_stop(); });
    const auto end = receive<exit_signal>();
    CHECK(end.from == first);
    CHECK(end.reason == failure);
  });
}

TEST_CASE("a normal end does not concern a partner that does not trap (conformance 42)") {
  in_process([] {
    const pid other = spawn_link([] {});
    test::wait_until_dead(other);
    yield();
    CHECK(nothing_comes());
    CHECK_THROWS_AS(link(other), exited);  // And it is no partner any more.
  });
}

TEST_CASE("a partner that traps gets a message for every end, normal ones too (conformance 43)") {
  in_process([] {
    trap_exit(true);
    for (const exit_reason& why : {exit_reason::normal, exit_reason::shutdown, exit_reason::kill, failure}) {
      const pid other = spawn_link_ending(why);
      send(other, stop{});
      const auto end = receive<exit_signal>();
      CHECK(end.from == other);
      CHECK(end.reason == why);
    }
    CHECK(nothing_comes());
  });
}

TEST_CASE("link to a dead process while trapping: one exit_signal with noproc (conformance 44)") {
  in_process([] {
    trap_exit(true);
    const pid dead = spawn([] {});
    test::wait_until_dead(dead);
    CHECK_NOTHROW(link(dead));
    const auto end = receive<exit_signal>();
    CHECK(end.from == dead);
    CHECK(end.reason == exit_reason::noproc);
    CHECK(nothing_comes());
  });
}

TEST_CASE("link to a dead process while not trapping throws noproc, and the caller lives (conformance 45)") {
  in_process([] {
    const pid dead = spawn([] {});
    test::wait_until_dead(dead);
    for (const pid nobody : {dead, pid{}}) {
      try {
        link(nobody);
        FAIL("it returned");
      } catch (const exited& x) {
        CHECK(x.reason == exit_reason::noproc);
      }
    }
    CHECK(nothing_comes());
  });
}

TEST_CASE("an exit signal ends who does not trap, linked or not (conformance 46)") {
  in_process([] {
    auto [other, ref] = spawn_monitor([] { wait_for_stop(); });
    exit(other, failure);
    CHECK_FALSE(is_alive(other));
    CHECK(end_of(ref) == failure);
  });
}

TEST_CASE("an exit signal is a message for who traps (conformance 47, 48)") {
  in_process([] {
    for (const exit_reason& why : {failure, exit_reason::normal, exit_reason::killed, exit_reason::shutdown}) {
      auto [other, ref] = spawn_monitor([home = self()] {
        trap_exit(true);
        send(home, ready{});
        send(home, receive<exit_signal>());
      });
      receive<ready>();
      exit(other, why);
      const auto seen = receive<exit_signal>();
      CHECK(seen.from == self());
      CHECK(seen.reason == why);
      CHECK(end_of(ref) == exit_reason::normal);
    }
  });
}

TEST_CASE("normal, sent to who does not trap, is ignored (conformance 48)") {
  in_process([] {
    auto [other, ref] = spawn_monitor([] { end_on_stop(failure); });
    exit(other, exit_reason::normal);
    CHECK(is_alive(other));
    send(other, stop{});
    CHECK(end_of(ref) == failure);
  });
}

TEST_CASE("kill cannot be trapped, and is seen as killed (conformance 49, 50)") {
  in_process([] {
    trap_exit(true);
    auto [other, ref] = spawn_link_monitor([home = self()] {
      trap_exit(true);
      send(home, ready{});
      wait_for_stop();
    });
    receive<ready>();
    exit(other, exit_reason::kill);
    CHECK_FALSE(is_alive(other));
    CHECK(receive<exit_signal>().reason == exit_reason::killed);
    CHECK(end_of(ref) == exit_reason::killed);
  });
  in_process([] {  // A partner that does not trap dies of it.
    auto [middle, ref] = spawn_monitor([home = self()] {
      send(home, spawn_link([] { wait_for_stop(); }));
      wait_for_stop();
    });
    exit(receive<pid>(), exit_reason::kill);
    CHECK(end_of(ref) == exit_reason::killed);
  });
}

TEST_CASE("a process that ends itself with kill has an ordinary reason (conformance 51)") {
  in_process([] {
    trap_exit(true);
    const pid other = spawn_link([] { exit(exit_reason::kill); });
    const auto end = receive<exit_signal>();
    CHECK(end.from == other);
    CHECK(end.reason == exit_reason::kill);
    auto [middle, ref] = spawn_monitor([] {
      spawn_link([] { exit(exit_reason::kill); });
      wait_for_stop();
    });
    CHECK(end_of(ref) == exit_reason::kill);
  });
}

TEST_CASE("an exit signal to nobody does nothing (conformance 52)") {
  in_process([] {
    const pid dead = spawn([] {});
    test::wait_until_dead(dead);
    for (const exit_reason& why : {failure, exit_reason::kill, exit_reason::normal}) {
      exit(dead, why);
      exit(pid{}, why);
    }
    CHECK(nothing_comes());
  });
}

TEST_CASE("trap_exit is off at first and returns what it was (conformance 53)") {
  in_process([] {
    CHECK_FALSE(trap_exit(true));
    CHECK(trap_exit(true));
    CHECK(trap_exit(false));
    CHECK_FALSE(trap_exit(false));
  });
}

TEST_CASE("an exit signal to oneself: a message if trapping, else the end (conformance 53)") {
  in_process([] {
    trap_exit(true);
    exit(self(), failure);
    const auto seen = receive<exit_signal>();
    CHECK(seen.from == self());
    CHECK(seen.reason == failure);
    for (const exit_reason& why : {failure, exit_reason::normal}) {
      auto [other, ref] = spawn_monitor([why, home = self()] {
        try {
          exit(self(), why);
        } catch (...) {
          send(home, ready{});  // It may run, but not stop it.
        }
        exit(exit_reason{failed{1}});
      });
      CHECK(end_of(ref) == why);
    }
    auto [other, ref] = spawn_monitor([] {
      trap_exit(true);
      exit(self(), exit_reason::kill);
    });
    CHECK(end_of(ref) == exit_reason::killed);
  });
}

TEST_CASE("unlinked before the end: nothing; linked again: one signal (conformance 54)") {
  in_process([] {
    trap_exit(true);
    const pid first = spawn_link_ending(failure);
    unlink(first);
    send(first, stop{});
    test::wait_until_dead(first);
    CHECK(nothing_comes());

    const pid second = spawn_link_ending(failure);
    unlink(second);
    link(second);
    send(second, stop{});
    CHECK(receive<exit_signal>().from == second);
    test::wait_until_dead(second);
    CHECK(nothing_comes());
  });
}

TEST_CASE("a hub that crashes takes all its workers along (conformance 55)") {
  in_process([] {
    std::vector<monitor_ref> refs;
    const pid hub = spawn([home = self()] {
      for (int i = 0; i < 10; ++i) send(home, spawn_link([] { wait_for_stop(); }));
      end_on_stop(failure);
    });
    for (int i = 0; i < 10; ++i) refs.push_back(monitor(receive<pid>()));
    send(hub, stop{});
    for (const monitor_ref ref : refs) CHECK(end_of(ref) == failure);
  });
}

TEST_CASE("who traps in the middle of a chain keeps the other side alive (conformance 56)") {
  in_process([] {
    auto [middle, ref] = spawn_monitor([home = self()] {
      trap_exit(true);
      send(home, spawn_link([] { wait_for_stop(); }));
      const pid crashing = spawn_link([] { exit(failure); });
      const auto end = receive<exit_signal>();
      send(home, end.from == crashing && end.reason == failure);
      wait_for_stop();
    });
    const pid far = receive<pid>();
    CHECK(receive<bool>());
    CHECK(is_alive(far));
    CHECK(is_alive(middle));
  });
}

TEST_CASE("spawn_link of who crashes at once: the real reason, never noproc (conformance 6)") {
  in_process([] {
    trap_exit(true);
    for (int i = 0; i < 2000; ++i) {
      const pid child = spawn_link([] { exit(failure); });
      const auto end = receive<exit_signal>();
      REQUIRE(end.from == child);
      REQUIRE(end.reason == failure);
    }
  });
}

TEST_CASE("linked and monitored at once: one signal and one down, both with the reason (conformance 8)") {
  in_process([] {
    trap_exit(true);
    auto [child, ref] = spawn_link_monitor([] { exit(failure); });
    CHECK(receive<exit_signal>().reason == failure);
    CHECK(end_of(ref) == failure);
    CHECK(nothing_comes());
  });
}

TEST_CASE("a parent that does not trap dies with its linked child (conformance 10)") {
  in_process([] {
    auto [parent, ref] = spawn_monitor([] {
      spawn_link([] { throw std::runtime_error("boom"); });
      wait_for_stop();
    });
    const exit_reason why = end_of(ref);
    CHECK(why.is_error());
    CHECK(why.what() == "boom");
  });
}

TEST_CASE("killed is dead: is_alive is false from the signal on (conformance 22)") {
  in_process([] {
    for (int i = 0; i < 2000; ++i) {
      const pid other = spawn([] { wait_for_stop(); });
      if (i % 2 == 0) yield();
      exit(other, i % 3 == 0 ? failure : exit_reason::kill);
      REQUIRE_FALSE(is_alive(other));
    }
  });
}

TEST_CASE("messages come before the exit signal of who sent them (conformance 21)") {
  in_process([] {
    trap_exit(true);
    spawn_link([home = self()] {
      for (int i = 0; i < 50; ++i) send(home, int{i});
    });
    for (int i = 0; i < 50; ++i) REQUIRE(receive([](int n) { return n; }, [](const exit_signal&) { return -1; }) == i);
    CHECK(receive<exit_signal>().reason == exit_reason::normal);
  });
}

TEST_CASE("exit signals are entries of the mailbox like others: selectable, skippable, in order (conformance 34)") {
  in_process([] {
    trap_exit(true);
    send(self(), 1);
    exit(self(), failure);
    send(self(), 2);
    CHECK(receive_if<int>([](int n) { return n == 2; }) == 2);
    CHECK(receive([](int n) { return n; }, [](const exit_signal&) { return -1; }) == 1);
    CHECK(receive([](int n) { return n; }, [](const exit_signal&) { return -1; }) == -1);
  });
}

TEST_CASE("the death of a process with many links leaves turns to others (conformance 55)") {
  run(options{.workers = 1}, [] {
    constexpr int many = 20'000;
    struct turns {
      int seen;
    };
    const auto count = std::make_shared<sync::atomic<int>>(0);
    spawn([count] {
      for (;; yield()) ++*count;
    });
    const pid me = self();
    const pid hub = spawn([] { receive<stop>(); });
    // The first to be linked is told last.
    spawn([=] {
      trap_exit(true);
      link(hub);
      send(me, ready{});
      receive<exit_signal>();
      send(me, turns{*count});
    });
    receive<ready>();
    for (int i = 1; i < many; ++i)
      spawn([=] {
        trap_exit(true);
        link(hub);
        send(me, ready{});
        receive<exit_signal>();
        if (i == many - 1) send(me, turns{*count});
      });
    for (int i = 1; i < many; ++i) receive<ready>();
    send(hub, stop{});
    const int first = receive<turns>().seen;
    const int last = receive<turns>().seen;
    CHECK(last - first >= 10);  // 20,000 ties cost 80,000 reductions: forty turns.
  });
}
