// Conformance group A: spawn and exit reasons.
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct hello {
  pid from;
};
struct go {};
struct nested {
  std::map<std::string, std::vector<std::string>> tree;
  bool operator==(const nested&) const = default;
};

nested large_value() {
  nested value;
  for (int branch = 0; branch < 100; ++branch)
    for (int leaf = 0; leaf < 100; ++leaf)
      value.tree["branch " + std::to_string(branch)].push_back("leaf " + std::to_string(leaf));
  return value;
}

// The reason with which a process that runs `code` ends.
template <class Code>
exit_reason reason_of(Code code) {
  const monitor_ref mine = spawn_monitor(code).second;
  return receive_if<down>([mine](const down& d) { return d.ref == mine; }).reason;
}

}  // namespace

TEST_CASE("spawn: the pid is usable at once and the child runs beside its parent (conformance 1)") {
  run(options{.workers = 1}, [] {
    const pid child = spawn([parent = self()] {
      receive<go>();
      send(parent, hello{self()});
    });
    CHECK(child);
    CHECK(child != self());
    CHECK(is_alive(child));
    send(child, go{});
    CHECK(receive<hello>().from == child);
  });
}

TEST_CASE("spawn: when the entry function returns, the reason is normal (conformance 1)") {
  run([] {
    CHECK(reason_of([] {}) == exit_reason::normal);
    CHECK(reason_of([] { return 42; }) == exit_reason::normal);
  });
}

TEST_CASE("exit: what nothing catches is the reported reason, exactly (conformance 2)") {
  run([] {
    CHECK(reason_of([] { exit(exit_reason::shutdown); }) == exit_reason::shutdown);
    CHECK(reason_of([] { exit(exit_reason{std::string("disk full")}); }) == exit_reason{std::string("disk full")});
    CHECK(reason_of([] { exit(exit_reason{42}); }) == exit_reason{42});
    CHECK(reason_of([] { exit(exit_reason{42}); }) != exit_reason{43});
  });
}

TEST_CASE("exit: a large nested value arrives unchanged (conformance 2)") {
  run([] {
    const exit_reason why = reason_of([] { exit(exit_reason{large_value()}); });
    REQUIRE(why.is<nested>());
    CHECK(*why.get_if<nested>() == large_value());
  });
}

TEST_CASE("an uncaught exception: its reason is an error, unlike the same value given to exit (conformance 3)") {
  run(options{.log = test::silent}, [] {
    const exit_reason thrown = reason_of([] { throw std::runtime_error("disk full"); });
    CHECK(thrown.is_error());
    CHECK(thrown.what() == "disk full");
    CHECK(thrown.type_name() == "std::runtime_error");

    const exit_reason exited_with = reason_of([] { exit(exit_reason{std::string("disk full")}); });
    CHECK_FALSE(exited_with.is_error());
    CHECK(thrown != exited_with);
  });
}

TEST_CASE("an uncaught exception: one that is no std::exception is an error that names its type (conformance 3)") {
  run(options{.log = test::silent}, [] {
    const exit_reason why = reason_of([] { throw 42; });
    CHECK(why.is_error());
    CHECK_FALSE(why.is<int>());
    CHECK(why.type_name() == "int");
  });
}

TEST_CASE("exit: caught, the process goes on and its reason is normal (conformance 4)") {
  run([] {
    const exit_reason why = reason_of([parent = self()] {
      try {
        exit(exit_reason{std::string("not meant")});
      } catch (const exited& e) {
        send(parent, e.reason.what());
      }
    });
    CHECK(why == exit_reason::normal);
    CHECK(receive<std::string>() == "not meant");
  });
}

TEST_CASE("spawn_monitor: 2000 children that end at once all report their real reason (conformance 7)") {
  static constexpr int children = 2000;
  run([] {
    std::map<monitor_ref, std::pair<pid, int>> expected;
    for (int i = 0; i < children; ++i) {
      const auto [child, ref] = spawn_monitor([i] { exit(exit_reason{i}); });
      expected[ref] = {child, i};
    }
    REQUIRE(expected.size() == children);
    int as_expected = 0;
    for (int i = 0; i < children; ++i) {
      const down d = receive<down>();
      const auto found = expected.find(d.ref);
      if (found != expected.end() && d.from == found->second.first && d.reason == exit_reason{found->second.second})
        ++as_expected;
      expected.erase(d.ref);
    }
    CHECK(as_expected == children);
    CHECK_FALSE(receive<down>(0ms));
  });
}

TEST_CASE("spawn: a child outlives a parent that crashed (conformance 9)") {
  run(options{.log = test::silent}, [] {
    const pid witness = self();
    spawn_monitor([witness] {
      spawn([witness] {
        send(witness, hello{self()});
        receive<go>();
        send(witness, hello{self()});
      });
      throw std::runtime_error("parent crashed");
    });
    const pid child = receive<hello>().from;
    CHECK(receive<down>().reason.is_error());
    CHECK(is_alive(child));
    send(child, go{});
    CHECK(receive<hello>().from == child);
  });
}

TEST_CASE("spawn: without an entry point it throws in the caller and makes no process (conformance 11)") {
  run([] {
    void (*no_function)() = nullptr;
    CHECK_THROWS_AS(spawn(no_function), misuse);
    CHECK_THROWS_AS(spawn(std::function<void()>{}), misuse);
    CHECK_THROWS_AS(spawn_monitor(std::function<void()>{}), misuse);
    CHECK_FALSE(receive<down>(0ms));
  });
}

TEST_CASE("spawn: an impossible option throws in the caller and makes no process (conformance 11)") {
  run([] {
    bool ran = false;
    CHECK_THROWS_AS(spawn(spawn_options{.stack_bytes = 1}, [&ran] { ran = true; }), misuse);
    CHECK_THROWS_AS(spawn_monitor(spawn_options{.stack_bytes = std::size_t{1} << 40}, [&ran] { ran = true; }), misuse);
    reason_of([] {});  // Whatever had been spawned would have run by now.
    CHECK_FALSE(ran);
    CHECK_FALSE(receive<down>(0ms));
  });
}

// --- Asynchronous spawning (conformance 12) --------------------------------------------------------------------------

TEST_CASE("spawn_request: its reply tells the child, or the error (conformance 12)") {
  run(options{.workers = 2, .log = test::silent}, [] {
    const spawn_ref done = spawn_request({.monitor = true}, [](int n) { exit(exit_reason{n}); }, 7);
    const auto reply = receive<spawn_reply>();
    CHECK(reply.request == done);
    CHECK(reply.error == exit_reason::normal);
    const down d = receive<down>();
    CHECK(d.from == reply.child);
    CHECK(d.ref == reply.monitor);
    CHECK(d.reason == exit_reason{7});
    const spawn_ref refused = spawn_request({.spawn = {.stack_bytes = 1}}, [] {});
    const auto error = receive<spawn_reply>();
    CHECK(error.request == refused);
    CHECK_FALSE(error.child);
    CHECK(error.error.is_error());
    CHECK(error.error.type_name() == "shoal::misuse");
  });
}

TEST_CASE("spawn_request: replies can be limited, and carry a tag (conformance 12)") {
  run(options{.workers = 2, .log = test::silent}, [] {
    const auto comes = [](tell_outcome tell, bool succeeds) {
      spawn_request({.tell = tell, .spawn = {.stack_bytes = succeeds ? std::size_t{0} : std::size_t{1}}}, [] {});
      return receive<spawn_reply>(0ms).has_value();
    };
    CHECK((comes(tell_outcome::always, true) && comes(tell_outcome::always, false)));
    CHECK((comes(tell_outcome::success, true) && !comes(tell_outcome::success, false)));
    CHECK((!comes(tell_outcome::error, true) && comes(tell_outcome::error, false)));
    CHECK((!comes(tell_outcome::never, true) && !comes(tell_outcome::never, false)));
    const spawn_ref tagged = spawn_request_tagged(std::string("mine"), {}, [] {});
    const auto reply = receive<tagged_spawn_reply<std::string>>();
    CHECK(reply.reply.request == tagged);
    CHECK(reply.tag == "mine");
  });
}

TEST_CASE("spawn_request: abandoned before its reply is received, it has none (conformance 12)") {
  run(options{.workers = 2, .log = test::silent}, [] {
    const spawn_ref kept = spawn_request({}, [] {});
    const spawn_ref abandoned = spawn_request({}, [] {});
    CHECK(abandon(abandoned));
    CHECK_FALSE(abandon(abandoned));
    CHECK(receive<spawn_reply>().request == kept);
    CHECK_FALSE(receive<spawn_reply>(0ms));
    CHECK_FALSE(abandon(kept));
    const spawn_ref tagged = spawn_request_tagged(7, {}, [] {});
    CHECK(abandon<int>(tagged));
  });
}
