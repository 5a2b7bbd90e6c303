// Conformance group E: monitors.
#include <set>
#include <string>
#include <vector>

#include "support/gauge.hpp"
#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::test;
using namespace std::chrono_literals;

namespace {

struct ready {};

bool no_down_comes() { return !receive<down>(0ms); }

}  // namespace

TEST_CASE("a monitor gives one down when the process ends, and nothing after (conformance 57)") {
  in_process([] {
    for (const exit_reason& why : {failure, exit_reason::normal, exit_reason::kill}) {
      const pid p = spawn_ending(why);
      const monitor_ref ref = monitor(p);
      CHECK(no_down_comes());
      send(p, stop{});
      const down d = receive<down>();
      CHECK(d.ref == ref);
      CHECK(d.from == p);
      CHECK(d.name.empty());
      CHECK(d.reason == why);
      CHECK(no_down_comes());
    }
  });
}

TEST_CASE("a monitor of nobody gives a down with noproc (conformance 58)") {
  in_process([] {
    for (const pid nobody : {spawn_dead(), pid{}}) {
      const monitor_ref ref = monitor(nobody);
      const down d = receive<down>();
      CHECK(d.ref == ref);
      CHECK(d.from == nobody);
      CHECK(d.reason == exit_reason::noproc);
      CHECK(no_down_comes());
    }
  });
}

TEST_CASE("a process that was killed is nobody, at once (conformance 22, 58)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    exit(p, exit_reason::kill);
    static_cast<void>(monitor(p));
    CHECK(receive<down>().reason == exit_reason::noproc);
  });
}

TEST_CASE("several monitors of one process have references of their own and give a down each (conformance 61)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    std::set<monitor_ref> refs;
    for (int i = 0; i < 10; ++i) refs.insert(monitor(p));
    CHECK(refs.size() == 10);
    send(p, stop{});
    for (int i = 0; i < 10; ++i) CHECK(refs.erase(receive<down>().ref) == 1);
    CHECK(no_down_comes());
  });
}

TEST_CASE("the end of the watcher does not concern whom it watches (conformance 62)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    test::wait_until_dead(spawn([p] { static_cast<void>(monitor(p)); }));
    yield();
    CHECK(is_alive(p));
    const monitor_ref ref = monitor(p);
    send(p, stop{});
    CHECK(receive<down>().ref == ref);
  });
}

TEST_CASE("a down is a plain message and kills nobody; who was killed is seen as killed (conformance 63)") {
  for (const bool traps : {false, true})
    in_process([traps] {
      trap_exit(traps);
      const pid p = spawn_ending(failure);
      static_cast<void>(monitor(p));
      exit(p, exit_reason::kill);
      CHECK(receive<down>().reason == exit_reason::killed);
    });
}

TEST_CASE("demonitored before the end: no down (conformance 64)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    CHECK(demonitor(monitor(p)));
    send(p, stop{});
    test::wait_until_dead(p);
    CHECK(no_down_comes());
  });
}

TEST_CASE("demonitored after the end: the down stays, unless it is flushed (conformance 65)") {
  in_process([] {
    const monitor_ref first = monitor(spawn_dead());
    CHECK_FALSE(demonitor(first));
    CHECK(receive<down>().ref == first);

    const monitor_ref second = monitor(spawn_dead());
    const monitor_ref third = monitor(spawn_dead());
    CHECK_FALSE(demonitor(second, flush));
    CHECK(receive<down>().ref == third);
    CHECK(no_down_comes());
  });
}

TEST_CASE("demonitor with flush while the monitor is active: true, and no down (conformance 65)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    CHECK(demonitor(monitor(p), flush));
    send(p, stop{});
    test::wait_until_dead(p);
    CHECK(no_down_comes());
  });
}

TEST_CASE("demonitor of an unknown or used-up reference, or of somebody else's, is false (conformance 66)") {
  in_process([] {
    CHECK_FALSE(demonitor(monitor_ref{}));
    CHECK_FALSE(demonitor(monitor_ref{123'456'789}));
    const pid p = spawn_ending(failure);
    const monitor_ref ref = monitor(p);
    spawn([home = self(), ref] { send(home, demonitor(ref)); });
    CHECK_FALSE(receive<bool>());
    CHECK(demonitor(ref));
    CHECK_FALSE(demonitor(ref));
    CHECK_FALSE(demonitor(ref, flush));
  });
}

TEST_CASE("2000 children that end at once: every down has the real reason (conformance 7)") {
  in_process([] {
    std::set<monitor_ref> refs;
    for (int i = 0; i < 2000; ++i) refs.insert(spawn_monitor([] { exit(failure); }).second);
    for (int i = 0; i < 2000; ++i) {
      const down d = receive<down>();
      REQUIRE(refs.erase(d.ref) == 1);
      REQUIRE(d.reason == failure);
    }
  });
}

TEST_CASE("who watches another, is killed by it and outlived by nobody leaves a sound runtime (conformance 71)") {
  in_process([] {
    for (int i = 0; i < 500; ++i) {
      const pid watcher = spawn([] {
        static_cast<void>(monitor(receive<pid>()));
        receive<stop>();
      });
      const pid other = spawn([watcher] { exit(watcher, failure); });
      send(watcher, other);
      test::wait_until_dead(watcher);
      test::wait_until_dead(other);
    }
    CHECK(no_down_comes());
  });
}

TEST_CASE("a monitor of oneself is allowed and never heard of") {
  in_process([] {
    const monitor_ref ref = monitor(self());
    CHECK(no_down_comes());
    CHECK(demonitor(ref));
    CHECK_FALSE(demonitor(ref));
    static_cast<void>(monitor(self()));  // And dies with it.
  });
}

// --- Monitors with a tag (conformance 67) ----------------------------------------------------------------------------

namespace {

struct job {
  int number;
  bool operator==(const job&) const = default;
};

}  // namespace

TEST_CASE("a monitor with a tag gives a tagged_down in place of the down (conformance 67)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    const monitor_ref ref = monitor_tagged(p, job{7});
    const monitor_ref plain = monitor(p);
    CHECK(process_info(self())->monitors.size() == 2);
    send(p, stop{});
    const auto d = receive<tagged_down<job>>();
    CHECK(d.ref == ref);
    CHECK(d.from == p);
    CHECK(d.name.empty());
    CHECK(d.reason == failure);
    CHECK(d.tag == job{7});
    CHECK(end_of(plain) == failure);
    CHECK(no_down_comes());
  });
}

TEST_CASE("a monitor with a tag of nobody gives a tagged_down with noproc, by name with the name (conformance 67)") {
  in_process([] {
    const monitor_ref ref = monitor_tagged(spawn_dead(), job{1});
    const auto d = receive<tagged_down<job>>();
    CHECK(d.ref == ref);
    CHECK(d.reason == exit_reason::noproc);
    const monitor_ref by_name = monitor_tagged("nobody", std::string("tag"));
    const auto n = receive<tagged_down<std::string>>();
    CHECK(n.ref == by_name);
    CHECK(n.name == "nobody");
    CHECK(n.reason == exit_reason::noproc);
    CHECK(n.tag == "tag");
    CHECK(no_down_comes());
  });
}

TEST_CASE("a monitor with a tag can be removed, before and after its end, and nothing is left") {
  const gauge alive;
  in_process([&alive] {
    const pid p = spawn_ending();
    CHECK(demonitor(monitor_tagged(p, alive.take())));
    CHECK(alive.alive() == 0);
    const monitor_ref ref = monitor_tagged(p, alive.take());
    kill_and_wait(p);
    CHECK_FALSE(demonitor(ref, flush));
    CHECK(alive.alive() == 0);
    monitor_tagged(spawn_ending(), alive.take());
  });
  CHECK(alive.alive() == 0);
}

TEST_CASE("a monitor with a tag that cannot be set drops the tag") {
  const gauge alive;
  const pid stranger = runtime{}.run([] { return self(); });
  in_process([&] {
    CHECK_THROWS_AS(monitor_tagged(stranger, alive.take()), misuse);
    CHECK_THROWS_AS(monitor_tagged("", alive.take()), misuse);
    CHECK(alive.alive() == 0);
  });
}

TEST_CASE("of many thousand links and monitors each is found and taken off in no time") {
  in_process([] {
    constexpr std::size_t many = 20'000;
    std::vector<pid> others(many);
    std::vector<monitor_ref> refs(many);
    trap_exit(true);
    for (std::size_t i = 0; i < many; ++i) {
      others[i] = spawn_link([] { receive<stop>(); });
      refs[i] = monitor(others[i]);
    }
    CHECK(process_info(self())->links.size() == many);
    for (std::size_t i = 0; i < many; i += 2) {  // The oldest first: a search through a list would look at all others.
      link(others[i]);
      unlink(others[i]);
      CHECK(demonitor(refs[i]));
    }
    CHECK(process_info(self())->links.size() == many / 2);
    CHECK(process_info(self())->monitors.size() == many / 2);
    for (const pid p : others) send(p, stop{});
    for (std::size_t i = 1; i < many; i += 2) {
      CHECK(end_of(refs[i]) == exit_reason::normal);
      static_cast<void>(receive<exit_signal>());
    }
    CHECK_FALSE(receive<exit_signal>(0ms));
    CHECK(no_down_comes());
    CHECK(process_info(self())->links.empty());
  });
}

TEST_CASE(
    "a monitor of a process that is told to end gives noproc, but not before its destructors have run (conformance 21, 58)") {
  in_process([] {
    struct ready {};
    struct last_words {};
    for (const bool by_link : {false, true}) {
      const pid p = spawn([me = self()] {
        struct on_the_way_out {
          pid whom;
          ~on_the_way_out() { send(whom, last_words{}); }
        } const at_the_end{me};
        send(me, ready{});
        receive<stop>();
      });
      receive<ready>();
      trap_exit(by_link);
      exit(p, exit_reason::kill);
      if (by_link) link(p);
      else static_cast<void>(monitor(p));
      std::string order;
      receive([&](const last_words&) { order = "words first"; }, [&](const down&) { order = "down first"; },
              [&](const exit_signal&) { order = "signal first"; });
      CHECK(order == "words first");
      if (by_link) CHECK(receive<exit_signal>().reason == exit_reason::noproc);
      else CHECK(receive<down>().reason == exit_reason::noproc);
    }
  });
}
