// Conformance 24, 68, 69: aliases. https://www.erlang.org/doc/reference_manual/processes#process-aliases
#include <future>
#include <utility>
#include <vector>

#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using test::in_process;

namespace {

struct answer {
  int number;
};

// What has come by now, in order: everything sent by the caller itself before is there.
std::vector<int> answers() {
  std::vector<int> got;
  while (const auto a = receive<answer>(std::chrono::seconds{0})) got.push_back(a->number);
  return got;
}

}  // namespace

TEST_CASE("alias: what is sent through it arrives like what is sent to the pid (conformance 24)") {
  const auto got = in_process([] {
    const alias_ref a = alias();
    const pid me = self();
    spawn_monitor([a, me] {
      send(a, answer{1});
      send(me, answer{2});
      send(a, answer{3});
    });
    static_cast<void>(receive<down>());
    return answers();
  });
  CHECK(got == std::vector{1, 2, 3});
}

TEST_CASE("alias: switched off, it drops what is sent through it; what came before stays (conformance 24)") {
  in_process([] {
    const alias_ref a = alias();
    send(a, answer{1});
    CHECK(unalias(a));
    send(a, answer{2});
    CHECK_FALSE(unalias(a));
    send(a, answer{3});
    CHECK(answers() == std::vector{1});
  });
}

TEST_CASE("alias: another process cannot switch it off (conformance 24)") {
  in_process([] {
    const alias_ref a = alias();
    const pid me = self();
    spawn([a, me] { send(me, unalias(a)); });
    CHECK_FALSE(receive<bool>());
    send(a, answer{1});
    CHECK(answers() == std::vector{1});
  });
}

TEST_CASE("alias: that of a dead process is silence (conformance 24)") {
  in_process([] {
    const pid me = self();
    spawn_monitor([me] { send(me, alias()); });
    const alias_ref orphan = receive<alias_ref>();
    static_cast<void>(receive<down>());
    send(orphan, answer{1});
    CHECK_FALSE(unalias(orphan));
    send(alias_ref{}, answer{1});
    CHECK(answers().empty());
  });
}

TEST_CASE("alias: once lets one message in") {
  in_process([] {
    const alias_ref a = alias(alias_mode::once);
    send(a, answer{1});
    send(a, answer{2});
    CHECK(answers() == std::vector{1});
    CHECK_FALSE(unalias(a));
  });
}

TEST_CASE("alias: several are independent, and each is itself") {
  in_process([] {
    const alias_ref a = alias();
    const alias_ref b = alias();
    CHECK(a != b);
    CHECK(unalias(a));
    send(a, answer{1});
    send(b, answer{2});
    CHECK(answers() == std::vector{2});
  });
}

TEST_CASE("alias: of thousands each is found") {
  in_process([] {
    std::vector<alias_ref> all(5000);
    for (alias_ref& a : all) a = alias(alias_mode::once);
    for (std::size_t i = 0; i < all.size(); i += 2) CHECK(unalias(all[i]));
    for (std::size_t i = 0; i < all.size(); ++i) send(all[i], answer{static_cast<int>(i)});
    const auto got = answers();
    REQUIRE(got.size() == all.size() / 2);
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == static_cast<int>(2 * i + 1));
  });
}

TEST_CASE("alias: a shoal::message can be sent on through it") {
  in_process([] {
    const alias_ref a = alias();
    send(self(), answer{1});
    receive([a](message m) { send(a, std::move(m)); });
    CHECK(answers() == std::vector{1});
  });
}

TEST_CASE("alias: threads that are no process send through it, too") {
  runtime rt;
  std::promise<alias_ref> made;
  auto sum = std::async(std::launch::async, [&] {
    return rt.run([&made] {
      made.set_value(alias());
      const int first = receive<answer>().number;
      return first + receive<answer>().number;
    });
  });
  const alias_ref a = made.get_future().get();
  rt.send(a, answer{1});
  rt.send(alias_ref{}, answer{10});
  rt.send(a, answer{2});
  CHECK(sum.get() == 3);
  const alias_ref from_another = runtime{}.run([] { return alias(); });
  CHECK_THROWS_AS(rt.send(from_another, answer{1}), misuse);
}

TEST_CASE("alias: one of another runtime is misuse") {
  const alias_ref foreign = runtime{}.run([] { return alias(); });
  in_process([foreign] { CHECK_THROWS_AS(send(foreign, answer{1}), misuse); });
}

// --- A monitor that is an alias, too ---------------------------------------------------------------------------------

TEST_CASE("monitor_alias until_down: it is switched off by the down (conformance 68)") {
  in_process([] {
    const pid target = spawn([] { static_cast<void>(receive<int>()); });
    const auto [ref, a] = monitor_alias(target, alias_mode::until_down);
    send(a, answer{1});
    send(target, 0);
    const down d = receive<down>();
    CHECK(d.ref == ref);
    CHECK(d.from == target);
    send(a, answer{2});
    CHECK(answers() == std::vector{1});
    CHECK_FALSE(unalias(a));
  });
}

TEST_CASE("monitor_alias until_down: it is switched off by demonitor (conformance 68)") {
  in_process([] {
    const pid target = spawn([] { static_cast<void>(receive<int>()); });
    const auto [ref, a] = monitor_alias(target, alias_mode::until_down);
    CHECK(demonitor(ref));
    send(a, answer{1});
    CHECK(answers().empty());
    exit(target, exit_reason::kill);
  });
}

TEST_CASE("monitor_alias until_unalias: it delivers after the down, and after demonitor (conformance 69)") {
  in_process([] {
    const pid target = spawn([] { static_cast<void>(receive<int>()); });
    const auto [ref, a] = monitor_alias(target, alias_mode::until_unalias);
    const auto [ref2, b] = monitor_alias(target, alias_mode::until_unalias);
    CHECK(demonitor(ref2));
    send(target, 0);
    CHECK(receive<down>().ref == ref);
    send(a, answer{1});
    send(b, answer{2});
    CHECK(answers() == std::vector{1, 2});
    CHECK(unalias(a));
    send(a, answer{3});
    CHECK(answers().empty());
  });
}

TEST_CASE("monitor_alias: unalias leaves the monitor in place (conformance 69)") {
  for (const alias_mode mode : {alias_mode::until_unalias, alias_mode::until_down, alias_mode::once}) {
    in_process([mode] {
      const pid target = spawn([] { static_cast<void>(receive<int>()); });
      const auto [ref, a] = monitor_alias(target, mode);
      CHECK(unalias(a));
      CHECK_FALSE(unalias(a));
      send(a, answer{1});
      send(target, 0);
      CHECK(receive<down>().ref == ref);
      CHECK(answers().empty());
    });
  }
}

TEST_CASE("monitor_alias once: its one answer ends the monitor (conformance 69)") {
  in_process([] {
    const pid target = spawn([] { static_cast<void>(receive<int>()); });
    const auto [ref, a] = monitor_alias(target, alias_mode::once);
    const monitor_ref later = monitor(target);
    send(a, answer{1});
    send(a, answer{2});
    CHECK(answers() == std::vector{1});
    CHECK_FALSE(demonitor(ref));
    send(target, 0);
    CHECK(receive<down>().ref == later);
    CHECK_FALSE(receive<down>(std::chrono::seconds{0}));
  });
}

TEST_CASE("monitor_alias once: the down switches it off") {
  in_process([] {
    const pid target = spawn([] { static_cast<void>(receive<int>()); });
    const auto [ref, a] = monitor_alias(target, alias_mode::once);
    send(target, 0);
    CHECK(receive<down>().ref == ref);
    send(a, answer{1});
    CHECK(answers().empty());
  });
}

TEST_CASE("monitor_alias: of the dead, and of a name nobody has") {
  in_process([] {
    const auto [ref, a] = monitor_alias("nobody", alias_mode::until_down);
    const down d = receive<down>();
    CHECK(d.ref == ref);
    CHECK(d.name == "nobody");
    CHECK(d.reason == exit_reason::noproc);
    send(a, answer{1});
    CHECK(answers().empty());
  });
}
