// Conformance group G, and what others say of names.
#include <algorithm>
#include <string>
#include <vector>

#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

bool is_listed(const std::string& name) {
  const auto all = registered_names();
  return std::find(all.begin(), all.end(), name) != all.end();
}

}  // namespace

TEST_CASE("a name is looked up, sent to, listed, and taken back (conformance 86)") {
  in_process([] {
    register_name("here", self());
    CHECK(whereis("here") == self());
    CHECK(is_listed("here"));
    send("here", 7);
    CHECK(receive<int>() == 7);
    unregister_name("here");
    CHECK_FALSE(whereis("here"));
    CHECK_FALSE(is_listed("here"));
  });
}

TEST_CASE("a name that is taken, a second name, a name for the dead are refused (conformance 87)") {
  in_process([] {
    const pid other = spawn_ending(failure);
    register_name("taken", other);
    CHECK_THROWS_WITH(register_name("taken", self()), Contains("\"taken\"") && Contains("is taken"));
    CHECK_THROWS_WITH(register_name("another", other), Contains("it has a name, \"taken\""));
    CHECK_THROWS_WITH(register_name("ghost", spawn_dead()), Contains("dead"));
    CHECK_THROWS_AS(register_name("nobody", pid{}), misuse);
    CHECK(whereis("taken") == other);
    CHECK(registered_names() == std::vector<std::string>{"taken"});
  });
}

TEST_CASE("names of no length, and of more than 255 bytes, are refused; 255 are fine") {
  in_process([] {
    const std::string longest(255, 'n');
    register_name(longest, self());
    CHECK(whereis(longest) == self());
    unregister_name(longest);
    CHECK_THROWS_WITH(register_name("", self()), Contains("empty"));
    CHECK_THROWS_WITH(register_name(longest + 'n', self()), Contains("256 bytes"));
    CHECK_THROWS_AS(static_cast<void>(monitor("")), misuse);
    CHECK_FALSE(whereis(""));
    register_name("after all that", self());
  });
}

TEST_CASE("a name goes with its process, whatever ended that (conformance 88)") {
  in_process([] {
    for (const bool killed : {false, true}) {
      const pid p = spawn_ending(failure);
      register_name("mortal", p);
      const monitor_ref ref = monitor(p);
      if (killed) exit(p, exit_reason::kill);
      else send(p, stop{});
      CHECK(receive<down>().ref == ref);
      CHECK_FALSE(whereis("mortal"));
      CHECK_FALSE(is_listed("mortal"));
    }
  });
}

TEST_CASE("a name is free before anybody hears of its owner's end") {
  in_process([] {
    trap_exit(true);
    for (int i = 0; i < 2000; ++i) {
      const pid p = spawn_link([] { receive<stop>(); });
      register_name("quickly", p);
      if (i % 2 == 0) send(p, stop{});
      else exit(p, exit_reason::kill);
      REQUIRE(receive<exit_signal>().from == p);
      REQUIRE_FALSE(whereis("quickly"));
    }
  });
}

TEST_CASE("unknown names: whereis finds nobody, unregister throws (conformance 89)") {
  in_process([] {
    CHECK_FALSE(whereis("unknown"));
    CHECK_THROWS_WITH(unregister_name("unknown"), Contains("nobody's"));
  });
}

TEST_CASE("anybody may name another and take its name; then it may have a new one (conformance 90)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    register_name("first", p);
    test::wait_until_dead(spawn([] { unregister_name("first"); }));
    register_name("second", p);
    CHECK(whereis("second") == p);
    CHECK_FALSE(whereis("first"));
  });
}

TEST_CASE("the name of who must end is nobody's: it cannot be taken back (conformance 89)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    register_name("short of breath", p);
    exit(p, exit_reason::kill);
    CHECK_FALSE(whereis("short of breath"));
    CHECK_THROWS_AS(unregister_name("short of breath"), misuse);
    register_name("short of breath", self());
    unregister_name("short of breath");
  });
}

TEST_CASE("named, killed, and the next one named without waiting: it works or is refused (conformance 91)") {
  in_process([] {
    int named = 0;
    for (int i = 0; i < 2000; ++i) {
      const pid p = spawn_ending(failure);
      try {
        register_name("in turn", p);
        ++named;
      } catch (const misuse&) {
      }
      exit(p, exit_reason::kill);
      REQUIRE_FALSE(whereis("in turn"));
    }
    CHECK(named == 2000);  // Who was killed is nobody at once.
  });
}

TEST_CASE("send to a name nobody has throws noproc (conformance 18)") {
  in_process([] {
    try {
      send("nobody", 1);
      FAIL("it returned");
    } catch (const exited& x) {
      CHECK(x.reason == exit_reason::noproc);
    }
  });
}

TEST_CASE("a monitor by name tells the name (conformance 60)") {
  in_process([] {
    const pid p = spawn_ending(failure);
    register_name("watched", p);
    const monitor_ref ref = monitor("watched");
    send(p, stop{});
    const down d = receive<down>();
    CHECK(d.ref == ref);
    CHECK(d.name == "watched");
    CHECK(d.reason == failure);
  });
}

TEST_CASE("a monitor of a name nobody has: noproc, and no second down when somebody takes it (conformance 59)") {
  in_process([] {
    const monitor_ref ref = monitor("later");
    const down d = receive<down>();
    CHECK(d.ref == ref);
    CHECK(d.name == "later");
    CHECK(d.reason == exit_reason::noproc);
    const pid p = spawn_ending(failure);
    register_name("later", p);
    send(p, stop{});
    test::wait_until_dead(p);
    CHECK_FALSE(receive<down>(0ms));
  });
}

TEST_CASE("thousands of names are all found while others come and go") {
  in_process([] {
    constexpr int count = detail::under_sanitizer ? 1'000 : 10'000;
    std::vector<pid> all;
    for (int i = 0; i < count; ++i) {
      all.push_back(spawn([] { receive<stop>(); }));
      register_name("name " + std::to_string(i), all.back());
    }
    spawn_monitor([] {
      for (int i = 0; i < count; ++i) {
        register_name("churn", self());
        unregister_name("churn");
      }
    });
    for (int i = 0; i < count; ++i) REQUIRE(whereis("name " + std::to_string(i)) == all[static_cast<std::size_t>(i)]);
    CHECK(receive<down>().reason == exit_reason::normal);
    CHECK(registered_names().size() == static_cast<std::size_t>(count));
    for (const pid p : all) send(p, stop{});
    for (const pid p : all) test::wait_until_dead(p);
    CHECK(registered_names().empty());
  });
}
