// Conformance group E: monitors.
#include <set>
#include <vector>

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
