// Suspensions, hibernations and small stacks at the moments that are easily forgotten.
#include <stdexcept>
#include <string>

#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct tells_when_destroyed {
  pid to;
  explicit tells_when_destroyed(pid p) : to(p) {}
  tells_when_destroyed(tells_when_destroyed&& other) noexcept : to(std::exchange(other.to, {})) {}
  ~tells_when_destroyed() {
    if (to) send(to, 7);
  }
};

struct held_up_copy {
  static inline sync::atomic<int> alive{0};
  static inline sync::atomic<bool> copying{false};
  static inline sync::atomic<bool> released{false};
  held_up_copy() { alive.fetch_add(1); }
  held_up_copy(const held_up_copy&) {
    alive.fetch_add(1);
    copying = true;
    while (!released) sync::pause();
  }
  ~held_up_copy() { alive.fetch_sub(1); }
};

template <int...>
struct failure_with_a_long_name : std::runtime_error {
  using runtime_error::runtime_error;
};

}  // namespace

TEST_CASE("suspend: a call that was held up goes on on the worker that runs it now") {
  run(options{.workers = 2}, [] {
    const pid p = spawn([] {
      for (;;) receive([](int) {}, after(0ms, [] {}));
    });
    for (int i = 0; i < 5000; ++i) {
      suspend(p);
      CHECK(resume(p));
      if (i % 8 == 0) sleep(10us);
    }
  });
}

TEST_CASE("suspend: who ends by himself meanwhile does end, whatever destructors call") {
  static sync::atomic<bool> go{false};
  go = false;
  run(options{.workers = 2}, [] {
    const pid me = self();
    const pid p = spawn([me] {
      send_after(1h, self(), tells_when_destroyed(me));
      while (!go) sync::pause();
    });
    spawn([me, p] {
      suspend(p);
      send(me, std::string("stands"));
    });
    while (process_info(p)->status != process_status::suspended) yield();
    go = true;
    CHECK(receive<std::string>() == "stands");
    CHECK(receive<int>(2s).has_value());
  });
}

TEST_CASE("hibernate: a kill on the way to it drops its code") {
  run(options{.workers = 2}, [] {
    const auto [p, ref] = spawn_monitor([] {
      const held_up_copy value;
      hibernate([](const held_up_copy&) {}, value);
    });
    while (!held_up_copy::copying) yield();
    exit(p, exit_reason::kill);
    held_up_copy::released = true;
    receive<down>();
    CHECK(held_up_copy::alive == 0);
  });
}

TEST_CASE("a crash on a small stack: a type with a long name") {
  run(options{.log = [](const report&) {}}, [] {
    spawn_monitor(spawn_options{.stack_bytes = 16 * 1024}, [] {
      throw failure_with_a_long_name<1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                                     26, 27, 28, 29, 30>("x");
    });
    CHECK(receive<down>().reason.is_error());
  });
}
