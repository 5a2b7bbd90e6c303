// A killed process that never calls the runtime again is dead to everybody; and what it may still do if it does come back.
#include <memory>
#include <string>

#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::test;

namespace {

struct number {
  int value;
};

struct shared {
  sync::atomic<bool> spins{false};
  sync::atomic<bool> released{false};
  sync::atomic<int> gone{0};

  void spin() {
    spins = true;
    while (!released) sync::pause();
  }
};

void wait_for(const sync::atomic<bool>& flag) {
  while (!flag) yield();
}

}  // namespace

TEST_CASE("an endless loop that is killed: whoever is tied to it hears of it while it loops on") {
  const report_log log;
  run(options{.workers = 2, .log = log}, [] {
    const auto state = std::make_shared<shared>();
    trap_exit(true);
    const pid p = spawn_link([state] { state->spin(); });
    const monitor_ref ref = monitor(p);
    register_name("loop", p);
    wait_for(state->spins);
    exit(p, exit_reason::kill);
    CHECK_FALSE(is_alive(p));
    CHECK(end_of(ref) == exit_reason::killed);
    CHECK(receive<exit_signal>().reason == exit_reason::killed);
    CHECK_FALSE(whereis("loop"));
    CHECK_FALSE(process_info(p));
    register_name("loop", self());
    send(p, number{1});
    CHECK(end_of(monitor(p)) == exit_reason::noproc);
    state->released = true;
  });
  REQUIRE(log.all().size() == 1);
  CHECK(log.all().front().what == report::kind::written_off);
}

TEST_CASE("an endless loop that an exit signal ends: monitors tell that reason") {
  in_process([] {
    const auto state = std::make_shared<shared>();
    const auto [p, ref] = spawn_monitor([state] { state->spin(); });
    wait_for(state->spins);
    exit(p, failure);
    CHECK(end_of(ref) == failure);
    state->released = true;
  });
}

TEST_CASE("a written-off process that comes back is unwound, and what it sends then is dropped") {
  in_process([] {
    const auto state = std::make_shared<shared>();
    struct on_the_way_out {
      shared& state;
      pid whom;
      pid was;
      ~on_the_way_out() {
        send(whom, number{1});
        state.gone = self() == was ? 1 : 2;
      }
    };
    const auto [p, ref] = spawn_monitor([state, me = self()] {
      const on_the_way_out at_the_end{*state, me, self()};
      state->spin();
      yield();
      send(me, number{2});
    });
    wait_for(state->spins);
    exit(p, exit_reason::kill);
    CHECK(end_of(ref) == exit_reason::killed);
    state->released = true;
    while (state->gone == 0) yield();
    CHECK(state->gone == 1);
    // Its block serves other processes now.
    for (int i = 0; i < 1000; ++i) static_cast<void>(spawn_dead());
    CHECK_FALSE(receive<number>(std::chrono::seconds{0}));
    CHECK_FALSE(is_alive(p));
  });
}

TEST_CASE("a written-off process that returns ends without a word") {
  const report_log log;
  run(options{.workers = 2, .log = log}, [] {
    const auto state = std::make_shared<shared>();
    const auto [p, ref] = spawn_monitor([state] {
      state->spin();
      throw 7;
    });
    wait_for(state->spins);
    exit(p, exit_reason::kill);
    CHECK(end_of(ref) == exit_reason::killed);
    state->released = true;
    while (system_info().process_count != 1) yield();
    CHECK_FALSE(receive<down>(std::chrono::seconds{0}));
  });
  CHECK(log.all().size() == 1);
}

TEST_CASE("a process that ends in a long destructor is not written off") {
  in_process([] {
    const auto state = std::make_shared<shared>();
    struct slow {
      shared& state;
      ~slow() {
        state.spin();
        state.gone = 1;
      }
    };
    const auto [p, ref] = spawn_monitor([state] {
      const slow at_the_end{*state};
      receive<stop>();
    });
    while (process_info(p)->status != process_status::waiting) yield();
    exit(p, exit_reason::kill);
    wait_for(state->spins);
    sleep(std::chrono::milliseconds{30});  // The monitor's thread looks every 4 ms.
    state->released = true;
    CHECK(end_of(ref) == exit_reason::killed);
    CHECK(state->gone == 1);
  });
}

TEST_CASE("who waits for a process in run() hears when it is written off") {
  runtime rt{{.workers = 2, .log = silent}};
  const auto state = std::make_shared<shared>();
  try {
    rt.run([&rt, state] {
      rt.spawn([p = self(), state] {
        while (!state->spins) yield();
        exit(p, exit_reason::kill);
      });
      state->spin();
    });
    CHECK(false);
  } catch (const exited& e) {
    CHECK(e.reason == exit_reason::killed);
  }
  state->released = true;
}
