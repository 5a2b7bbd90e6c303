// Conformance group M: process info and system info.
#include <algorithm>
#include <memory>
#include <source_location>
#include <string>
#include <thread>
#include <vector>

#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::test;
using namespace std::chrono_literals;

namespace {

struct number {
  int value;
};

// Looks at `p` until that is so.
template <class Predicate>
void wait_until_seen(pid p, Predicate seen) {
  while (!seen(process_info(p).value())) yield();
}

void wait_until_waiting(pid p) {
  wait_until_seen(p, [](const auto& info) { return info.status == process_status::waiting; });
}

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("process_info: of the dead there is none (conformance 194)") {
  in_process([] {
    CHECK_FALSE(process_info(spawn_dead()));
    CHECK_FALSE(process_info(pid{}));
    for (int i = 0; i < 2000; ++i) {
      const auto [p, ref] = spawn_monitor([] {});
      static_cast<void>(end_of(ref));
      CHECK_FALSE(process_info(p));
    }
  });
}

TEST_CASE("process_info: status tells who waits, runs, could run, is suspended (conformance 196)") {
  in_process([] {
    CHECK(process_info(self())->status == process_status::running);
    const pid waiting = spawn_ending();
    wait_until_waiting(waiting);
    CHECK(process_info(waiting)->wait_reason == wait_reason::receive);
    const pid sleeping = spawn([] { sleep(infinity); });
    wait_until_seen(sleeping, [](const auto& info) { return info.wait_reason == wait_reason::sleep; });
    CHECK(process_info(sleeping)->status == process_status::waiting);
    const pid busy = spawn([] {
      for (;;) yield();
    });
    for (int i = 0; i < 1000; ++i) {
      const process_status seen = process_info(busy)->status;
      if (seen != process_status::running && seen != process_status::runnable) FAIL_CHECK(to_string(seen));
      yield();
    }
    suspend(waiting);
    CHECK(process_info(waiting)->status == process_status::suspended);
    CHECK(resume(waiting));
    CHECK(process_info(waiting)->status == process_status::waiting);
  });
}

TEST_CASE("process_info: one that is told to end, and computes on, is exiting") {
  in_process([] {
    const auto release = std::make_shared<sync::atomic<bool>>(false);
    const pid me = self();
    const pid p = spawn([release, me] {
      struct slow {
        sync::atomic<bool>& end;
        ~slow() {
          while (!end) sync::pause();
        }
      } const at_the_end{*release};
      send(me, number{1});
      sleep(infinity);
    });
    static_cast<void>(receive<number>());
    const monitor_ref ref = monitor(p);
    exit(p, exit_reason::kill);
    CHECK_FALSE(is_alive(p));
    CHECK(process_info(p)->status == process_status::exiting);
    *release = true;
    CHECK(end_of(ref) == exit_reason::killed);
    CHECK_FALSE(process_info(p));
  });
}

TEST_CASE("process_info: message_queue_len agrees with what was sent (conformance 20, 23, 197)") {
  in_process([] {
    const pid p = spawn([] { receive<stop>(); });
    for (std::size_t sent = 1; sent <= 300; ++sent) {
      send(p, number{1});
      CHECK(process_info(p)->message_queue_len == sent);
    }
    for (std::size_t sent = 1; sent <= 10; ++sent) {
      send(self(), number{1});
      CHECK(process_info(self())->message_queue_len == sent);
    }
    static_cast<void>(receive<number>());
    CHECK(process_info(self())->message_queue_len == 9);
  });
}

TEST_CASE("process_info: links, monitors, monitored_by and the rest are reported (conformance 198, 39, 62, 70)") {
  in_process([] {
    const pid other = spawn_ending();
    const pid named = spawn_ending();
    register_name("named", named);
    const unsigned line = std::source_location::current().line() + 1;
    const pid p = spawn(spawn_options{.label = "subject", .priority = priority::high}, [other, me = self()] {
      trap_exit(true);
      link(other);
      static_cast<void>(monitor(other));
      static_cast<void>(monitor("named"));
      send(me, number{1});
      receive<stop>();
    });
    const monitor_ref ref = monitor(p);
    static_cast<void>(receive<number>());
    wait_until_waiting(p);
    register_name("subject", p);
    const auto info = process_info(p).value();
    CHECK(info.links == std::vector{other});
    CHECK(info.monitored_by == std::vector{self()});
    CHECK(info.monitors.size() == 2);
    CHECK(contains(info.monitors, {other, ""}));
    CHECK(contains(info.monitors, {pid{}, "named"}));
    CHECK(info.trap_exit);
    CHECK(info.priority == priority::high);
    CHECK(info.registered_name == "subject");
    CHECK(info.label == "subject");
    CHECK(info.parent == self());
    CHECK(info.spawned_at.line() == line);
    CHECK(info.stack_bytes > 0);
    CHECK(info.memory_bytes > info.stack_bytes);
    CHECK(process_info(other)->links == std::vector{p});
    CHECK(process_info(other)->monitored_by == std::vector{p});
    CHECK(process_info(other)->registered_name.empty());
    CHECK_FALSE(process_info(other)->trap_exit);
    send(p, stop{});
    CHECK(end_of(ref) == exit_reason::normal);
    CHECK(process_info(other)->monitored_by.empty());
    CHECK(process_info(other)->links.empty());
  });
}

TEST_CASE("process_info: after unlink and demonitor neither side shows the other (conformance 39, 70)") {
  in_process([] {
    const pid p = spawn_ending();
    link(p);
    const monitor_ref ref = monitor(p);
    CHECK(process_info(self())->links == std::vector{p});
    unlink(p);
    CHECK(demonitor(ref));
    for (const pid who : {p, self()}) {
      const auto info = process_info(who).value();
      CHECK(info.links.empty());
      CHECK(info.monitors.empty());
      CHECK(info.monitored_by.empty());
    }
  });
}

TEST_CASE("process_info: reductions grow with work and never go back (conformance 199)") {
  in_process([] {
    const pid busy = spawn([] {
      for (;;) {
        for (int i = 0; i < 100; ++i) send(self(), number{i});
        for (int i = 0; i < 100; ++i) static_cast<void>(receive<number>());
      }
    });
    std::uint64_t before = 0;
    for (int i = 0; i < 2000; ++i) {
      const std::uint64_t now = process_info(busy)->reductions;
      CHECK(now >= before);
      before = now;
      yield();
    }
    const std::uint64_t mine = process_info(self())->reductions;
    for (int i = 0; i < 100; ++i) send(self(), number{i});
    CHECK(process_info(self())->reductions >= mine + 800);
    while (process_info(busy)->reductions == before) yield();
  });
}

TEST_CASE("process_info: from outside, of any runtime that is one's own") {
  runtime rt;
  const pid p = rt.spawn([] { receive<stop>(); });
  while (rt.process_info(p)->status != process_status::waiting) std::this_thread::yield();
  CHECK(rt.process_info(p)->parent == pid{});
  CHECK(rt.processes() == std::vector{p});
  CHECK(rt.system_info().process_count == 1);
  const runtime other;
  CHECK_THROWS_AS(other.process_info(p), misuse);
  rt.stop(5s);
  CHECK_FALSE(rt.process_info(p));
  CHECK(rt.processes().empty());
}

TEST_CASE("process_info: asked of processes that come and go it never fails") {
  in_process([] {
    sync::atomic<bool> over{false};
    std::vector<monitor_ref> askers;
    for (int i = 0; i < 2; ++i)
      askers.push_back(spawn_monitor([&over] {
                         while (!over) {
                           for (const pid p : processes())
                             if (const auto info = process_info(p); info && info->spawned_at.line() == 0) std::abort();
                           yield();
                         }
                       }).second);
    trap_exit(true);
    for (int i = 0; i < 2000; ++i) {
      const pid p = spawn_link(spawn_options{.label = "one of many, with a name too long to be short"},
                               [] { static_cast<void>(receive<stop>(1ms)); });
      if (i % 2 == 0) send(p, stop{});
      static_cast<void>(receive<exit_signal>());
    }
    over = true;
    for (const monitor_ref ref : askers) CHECK(end_of(ref) == exit_reason::normal);
  });
}

TEST_CASE("processes: every live one is listed, and system_info counts them (conformance 201)") {
  run(options{.workers = 2, .process_limit = 1000, .name = "counted"}, [] {
    CHECK(processes() == std::vector{self()});
    std::vector<pid> expected{self()};
    for (int i = 0; i < 100; ++i) expected.push_back(spawn_ending());
    auto seen = processes();
    std::sort(seen.begin(), seen.end());
    std::sort(expected.begin(), expected.end());
    CHECK(seen == expected);
    CHECK(system_info().process_count == 101);
    CHECK(system_info().process_limit == 1000);
    CHECK(system_info().workers == 2);
    CHECK(system_info().name == "counted");
    CHECK(system_info().dispatches > 0);
    const pid last = expected.back() != self() ? expected.back() : expected.front();
    kill_and_wait(last);
    CHECK_FALSE(contains(processes(), last));
    while (system_info().process_count != 100) yield();  // It is counted out just after its down.
  });
}

// --- Suspending ------------------------------------------------------------------------------------------------------

TEST_CASE("suspend: messages queue and nothing runs until resume (conformance 202)") {
  in_process([] {
    const auto ran = std::make_shared<sync::atomic<int>>(0);
    const pid p = spawn([ran] {
      for (;;) *ran = receive<number>().value;
    });
    send(p, number{1});
    while (*ran != 1) yield();
    suspend(p);
    for (int i = 2; i <= 50; ++i) send(p, number{i});
    CHECK(process_info(p)->message_queue_len == 49);
    sleep(2ms);
    CHECK(*ran == 1);
    CHECK(resume(p));
    while (*ran != 50) yield();
  });
}

TEST_CASE("suspend: a busy process stands still when the call returns (conformance 202)") {
  in_process([] {
    for (int round = 0; round < 50; ++round) {
      const auto count = std::make_shared<sync::atomic<int>>(0);
      const pid p = spawn([count] {
        for (;; yield()) ++*count;
      });
      if (round % 2 == 0) yield();
      suspend(p);
      const int before = *count;
      for (int i = 0; i < 20; ++i) yield();
      CHECK(*count == before);
      CHECK(resume(p));
      while (*count == before) yield();
      exit(p, exit_reason::kill);
    }
  });
}

TEST_CASE("suspend: it counts, and each suspender has its own count (conformance 202)") {
  in_process([] {
    const pid p = spawn_ending();
    const monitor_ref ref = monitor(p);
    suspend(p);
    suspend(p);
    const auto [other, other_ref] = spawn_monitor([p] {
      suspend(p);
      receive<stop>();
      CHECK(resume(p));
      CHECK_FALSE(resume(p));
    });
    while (process_info(other)->status != process_status::waiting) yield();
    send(p, stop{});
    CHECK(resume(p));
    CHECK(resume(p));
    CHECK_FALSE(resume(p));
    CHECK(process_info(p)->status == process_status::suspended);
    send(other, stop{});
    CHECK(end_of(other_ref) == exit_reason::normal);
    CHECK(end_of(ref) == exit_reason::normal);
  });
}

TEST_CASE("suspend: the suspender's death lets it go on (conformance 202)") {
  in_process([] {
    const pid p = spawn_ending();
    const monitor_ref ref = monitor(p);
    const auto [suspender, suspender_ref] = spawn_monitor([p] {
      suspend(p);
      receive<stop>();
    });
    while (process_info(p)->status != process_status::suspended) yield();
    send(p, stop{});
    send(suspender, stop{});
    CHECK(end_of(ref) == exit_reason::normal);
  });
}

TEST_CASE("suspend: kill works while suspended (conformance 202)") {
  in_process([] {
    for (const bool busy : {false, true}) {
      const auto [p, ref] = spawn_monitor([busy] {
        while (busy) yield();
        receive<stop>();
      });
      suspend(p);
      exit(p, exit_reason::kill);
      CHECK(end_of(ref) == exit_reason::killed);
      CHECK_FALSE(resume(p));
    }
  });
}

TEST_CASE("suspend: one that has not run yet does not begin") {
  run(options{.workers = 1}, [] {
    bool began = false;
    const pid p = spawn([&began] { began = true; });
    const monitor_ref ref = monitor(p);
    suspend(p);
    CHECK_FALSE(began);
    CHECK(resume(p));
    CHECK(end_of(ref) == exit_reason::normal);
    CHECK(began);
  });
}

TEST_CASE("suspend: who dies while somebody waits for him to stand still wakes that one") {
  in_process([] {
    for (int round = 0; round < 200; ++round) {
      const auto [p, ref] = spawn_monitor([] {
        for (int i = 0; i < 3; ++i) yield();
      });
      try {
        suspend(p);
        CHECK((resume(p) || !is_alive(p)));
      } catch (const exited& e) {
        CHECK(e.reason == exit_reason::noproc);
      }
      CHECK(end_of(ref) == exit_reason::normal);
    }
  });
}

TEST_CASE("suspend: oneself, the dead, a stranger") {
  const pid stranger = runtime{}.run([] { return self(); });
  in_process([stranger] {
    CHECK_THROWS_AS(suspend(self()), misuse);
    CHECK_THROWS_AS(suspend(stranger), misuse);
    CHECK_THROWS_AS(suspend(spawn_dead()), exited);
    CHECK_FALSE(resume(spawn_dead()));
    CHECK_FALSE(resume(self()));
  });
}

// --- Hibernating -----------------------------------------------------------------------------------------------------

TEST_CASE("hibernate: the stack goes, destructors run, and a message begins the new code (conformance 203)") {
  in_process([] {
    const pid me = self();
    const auto [p, ref] = spawn_monitor([me] {
      struct noticed {
        pid whom;
        ~noticed() { send(whom, number{1}); }
      } const on_the_way{me};
      try {
        hibernate([me] { send(me, number{10 * receive<number>().value}); });
      } catch (...) {
        send(me, number{2});  // It runs, and cannot stop it.
      }
      send(me, number{3});
    });
    CHECK(receive<number>().value == 2);
    CHECK(receive<number>().value == 1);
    wait_until_seen(p, [](const auto& info) { return info.wait_reason == wait_reason::hibernate; });
    wait_until_waiting(p);
    CHECK(process_info(p)->stack_bytes == 0);
    send(p, number{7});
    CHECK(receive<number>().value == 70);
    CHECK(end_of(ref) == exit_reason::normal);
  });
}

TEST_CASE("hibernate: a message that is there already begins it at once (conformance 203)") {
  in_process([] {
    const pid p = spawn([me = self()] {
      static_cast<void>(receive<stop>());
      hibernate([me] { send(me, receive<number>()); });
    });
    send(p, number{1});
    send(p, stop{});
    CHECK(receive<number>().value == 1);
  });
}

TEST_CASE("hibernate: again and again, and killed in it") {
  in_process([] {
    struct server {
      static void serve(pid owner) {
        hibernate([owner] {
          send(owner, receive<number>());
          serve(owner);
        });
      }
    };
    const auto [p, ref] = spawn_monitor([me = self()] { server::serve(me); });
    for (int i = 0; i < 1000; ++i) {
      send(p, number{i});
      CHECK(receive<number>().value == i);
    }
    exit(p, exit_reason::kill);
    CHECK(end_of(ref) == exit_reason::killed);
  });
}

TEST_CASE("hibernate: a noexcept function loses its stack, not the process") {
  const report_log log;
  run(options{.workers = 2, .log = log}, [] {
    const auto [p, ref] = spawn_monitor([]() noexcept { hibernate([] { receive<stop>(); }); });
    send(p, stop{});
    CHECK(end_of(ref) == exit_reason::normal);
  });
  REQUIRE(log.all().size() == 1);
  CHECK(log.all().front().what == report::kind::not_unwound);
}

TEST_CASE("hibernate: while an exception is on its way it is misuse") {
  in_process([] {
    bool refused = false;
    struct hibernator {
      bool& refused;
      ~hibernator() {
        try {
          hibernate([] {});
        } catch (const misuse&) {
          refused = true;
        }
      }
    };
    try {
      const hibernator on_the_way{refused};
      throw 1;
    } catch (int) {
    }
    CHECK(refused);
  });
}
