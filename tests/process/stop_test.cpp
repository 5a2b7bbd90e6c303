// runtime::stop: whom it ends, what it reports, what is refused afterwards.
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "support/gauge.hpp"
#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct done {};

// Spawns what holds a token and runs `code`, and waits until it has begun.
template <class Code>
void begin(runtime& rt, const test::gauge& tokens, Code code) {
  std::promise<void> begun;
  rt.spawn([code, &begun, token = tokens.take()] {
    const auto on_the_stack = token;
    begun.set_value();
    code();
  });
  begun.get_future().wait();
}

// Returns once `rt` refuses work because it is stopping.
void wait_until_stopping(runtime& rt) {
  for (;;) {
    try {
      rt.send(pid{}, done{});
    } catch (const misuse&) {
      return;
    }
    std::this_thread::yield();
  }
}

// A process that spins until it is released, and tells when it has gone.
class spinner {
 public:
  explicit spinner(runtime& rt) {
    auto begun = std::make_shared<std::promise<void>>();
    who_ = rt.spawn(spawn_options{.label = "spinner"}, [state = state_, begun] {
      struct tell {
        std::promise<void>& gone;
        ~tell() { gone.set_value(); }
      } const at_the_end{state->gone};
      begun->set_value();
      while (!state->released) sync::pause();
    });
    begun->get_future().wait();
  }
  ~spinner() { release(); }
  spinner(const spinner&) = delete;
  spinner& operator=(const spinner&) = delete;

  [[nodiscard]] pid who() const { return who_; }
  void release() {
    if (state_->released.exchange(true)) return;
    state_->gone.get_future().wait();
  }

 private:
  struct shared {
    sync::atomic<bool> released{false};
    std::promise<void> gone;
  };
  std::shared_ptr<shared> state_ = std::make_shared<shared>();
  pid who_;
};

}  // namespace

TEST_CASE("stop: it ends processes that wait, sleep and run; their destructors run") {
  const test::gauge tokens;
  runtime rt{{.workers = 2}};
  begin(rt, tokens, [] { receive<done>(); });
  begin(rt, tokens, [] { receive<done>(1h); });
  begin(rt, tokens, [] { sleep(1h); });
  begin(rt, tokens, [] { sleep(infinity); });
  begin(rt, tokens, [] {
    for (;;) yield();
  });
  begin(rt, tokens, [] {
    for (;;) send(pid{}, done{});
  });
  begin(rt, tokens, [] {
    for (;;) receive<done>(0ms);
  });
  CHECK(tokens.alive() == 14);
  const stop_report told = rt.stop(20s);
  CHECK(told.killed == 7);
  CHECK(told.still_alive.empty());
  CHECK(tokens.alive() == 0);
}

TEST_CASE("stop: a process that never got to run does not run, and what its code owns goes") {
  const test::gauge tokens;
  sync::atomic<bool> ran{false};
  runtime rt{{.workers = 1}};
  spinner busy(rt);
  rt.spawn([&ran, token = tokens.take()] { ran = true; });
  std::thread stops([&rt] { static_cast<void>(rt.stop(20s)); });
  wait_until_stopping(rt);
  busy.release();
  stops.join();
  CHECK_FALSE(ran);
  CHECK(tokens.alive() == 0);
}

TEST_CASE("stop: messages nobody read go with their receivers") {
  const test::gauge tokens;
  runtime rt{{.workers = 1}};
  rt.run([&] {
    const pid never_reads = spawn([] { receive<done>(); });
    for (int i = 0; i < 1000; ++i) send(never_reads, tokens.take());
  });
  CHECK(tokens.alive() == 1000);
  static_cast<void>(rt.stop(20s));
  CHECK(tokens.alive() == 0);
}

TEST_CASE("stop: many processes in any state end") {
  const test::gauge tokens;
  static constexpr int processes = 3000;
  runtime rt{{.workers = 2}};
  rt.run([&] {
    for (int i = 0; i < processes; ++i)
      spawn([i, token = tokens.take()] {
        switch (i % 4) {
          case 0: receive<done>(); break;
          case 1: sleep(1h); break;
          case 2:
            for (;;) yield();
          default: receive<done>(50us);
        }
      });
  });
  CHECK(rt.stop(20s).still_alive.empty());
  CHECK(tokens.alive() == 0);
}

TEST_CASE("stop: an endless loop is reported as still alive, and bounds nothing but itself") {
  runtime rt{{.workers = 2, .log = test::silent}};
  spinner endless(rt);
  const auto start = std::chrono::steady_clock::now();
  const stop_report told = rt.stop(50ms);
  CHECK(std::chrono::steady_clock::now() - start < 20s);
  CHECK(told.killed == 1);
  REQUIRE(told.still_alive.size() == 1);
  CHECK(told.still_alive.front().who == endless.who());
  CHECK(told.still_alive.front().label == "spinner");
  CHECK(told.still_alive.front().waits_for == wait_reason::none);
  CHECK(std::string(told.still_alive.front().where.file_name()).ends_with("stop_test.cpp"));
  CHECK_FALSE(rt.is_alive(endless.who()));
  endless.release();
}

TEST_CASE("stop: a run whose process holds out comes back as killed") {
  auto rt = std::make_shared<runtime>(options{.workers = 2, .log = test::silent});
  const auto released = std::make_shared<sync::atomic<bool>>(false);
  std::promise<void> begun;
  auto outcome = std::async(std::launch::async, [&, rt] {
    try {
      rt->run([&begun, released] {
        begun.set_value();
        while (!*released) sync::pause();
      });
    } catch (const exited& e) {
      return e.reason;
    }
    return exit_reason::normal;
  });
  begun.get_future().wait();
  CHECK(rt->stop(50ms).still_alive.size() == 1);
  CHECK(outcome.wait_for(2s) == std::future_status::ready);
  *released = true;
  CHECK(outcome.get() == exit_reason::killed);
}

TEST_CASE("stop: a run in progress comes back as killed") {
  runtime rt{{.workers = 1}};
  std::promise<void> begun;
  auto outcome = std::async(std::launch::async, [&] {
    try {
      rt.run([&begun] {
        begun.set_value();
        receive<done>();
      });
    } catch (const exited& e) {
      return e.reason;
    }
    return exit_reason::normal;
  });
  begun.get_future().wait();
  static_cast<void>(rt.stop(20s));
  CHECK(outcome.get() == exit_reason::killed);
}

TEST_CASE("stop: the second one does nothing") {
  runtime rt{{.workers = 1}};
  rt.spawn([] { receive<done>(); });
  CHECK(rt.stop(20s).killed == 1);
  const stop_report again = rt.stop(20s);
  CHECK(again.killed == 0);
  CHECK(again.still_alive.empty());
}

TEST_CASE("stop: a process whose run() has returned does not count as alive") {
  std::size_t counted = 0;
  for (int i = 0; i < 100; ++i) {
    runtime rt{{.workers = 1}};
    rt.run([] {});
    counted += rt.stop(20s).killed;
  }
  CHECK(counted == 0);
}

TEST_CASE("stop: afterwards run and send are misuse, and the text says why") {
  runtime rt{{.workers = 1, .name = "aquarium"}};
  static_cast<void>(rt.stop(20s));
  CHECK_THROWS_WITH(rt.run([] {}), Catch::Matchers::Contains("run on runtime"));
  CHECK_THROWS_AS(rt.run([] {}), misuse);
  CHECK_THROWS_AS(rt.send(pid{}, done{}), misuse);
  CHECK_THROWS_WITH(rt.send(pid{}, done{}), Catch::Matchers::Contains("aquarium") && Catch::Matchers::Contains("stopped"));
}

TEST_CASE("stop: afterwards spawn is misuse, and drops what it was given") {
  const test::gauge tokens;
  runtime rt{{.workers = 1}};
  static_cast<void>(rt.stop(20s));
  CHECK_THROWS_AS(rt.spawn([token = tokens.take()] {}), misuse);
  CHECK(tokens.alive() == 0);
}

TEST_CASE("stop: nobody is alive afterwards") {
  runtime rt{{.workers = 1}};
  const pid waits = rt.spawn([] { receive<done>(); });
  CHECK(rt.is_alive(waits));
  static_cast<void>(rt.stop(20s));
  CHECK_FALSE(rt.is_alive(waits));
}

TEST_CASE("stop: a process of the runtime may not call it") {
  runtime rt{{.workers = 1}};
  CHECK(rt.run([&rt] {
    try {
      static_cast<void>(rt.stop(1s));
    } catch (const misuse&) {
      return true;
    }
    return false;
  }));
  CHECK(rt.run([] { return 7; }) == 7);
}

TEST_CASE("stop: from several threads at once it ends everybody once") {
  runtime rt{{.workers = 2}};
  for (int i = 0; i < 100; ++i) rt.spawn([] { receive<done>(); });
  sync::atomic<std::size_t> killed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { killed += rt.stop(20s).killed; });
  for (std::thread& t : threads) t.join();
  CHECK(killed == 100);
}

TEST_CASE("the destructor of a runtime ends its processes") {
  const test::gauge tokens;
  {
    runtime rt{{.workers = 2}};
    begin(rt, tokens, [] { receive<done>(); });
    begin(rt, tokens, [] {
      for (;;) yield();
    });
  }
  CHECK(tokens.alive() == 0);
}

// --- Asking first ----------------------------------------------------------------------------------------------------

TEST_CASE("stop: who traps exits is asked first, and may take time and help to put things in order") {
  runtime rt{{.workers = 2, .log = test::silent}};
  const auto order = std::make_shared<std::vector<std::string>>();
  std::promise<void> begun;
  rt.spawn([order, &begun] {
    trap_exit(true);
    const pid helper =
        spawn([] { send(receive<pid>(), done{}); });  // Traps nothing, so it is not asked; it lives as long as need be.
    begun.set_value();
    const exit_signal asked = receive<exit_signal>();
    order->push_back(asked.from == pid{} && asked.reason == exit_reason::shutdown ? "asked" : "something else");
    sleep(5ms);
    send(helper, self());
    receive<done>();
    spawn_monitor([] {});
    receive<down>();
    order->push_back("in order");
  });
  begun.get_future().wait();
  const stop_report told = rt.stop(20s);
  CHECK(told.asked == 1);
  CHECK(told.killed == 0);
  CHECK(told.still_alive.empty());
  CHECK(*order == std::vector<std::string>{"asked", "in order"});
}

TEST_CASE("stop: who is asked and goes on waiting is killed as soon as nobody does anything any more") {
  runtime rt{{.workers = 2}};
  std::promise<void> begun;
  rt.spawn([&begun] {
    trap_exit(true);
    begun.set_value();
    for (;;) receive<done>();
  });
  begun.get_future().wait();
  const auto start = std::chrono::steady_clock::now();
  const stop_report told = rt.stop(60s);
  CHECK(std::chrono::steady_clock::now() - start < 20s);
  CHECK(told.asked == 1);
  CHECK(told.killed == 1);
}

TEST_CASE("stop: who is asked and goes on working is killed when half of the time is over") {
  runtime rt{{.workers = 2}};
  std::promise<void> begun;
  rt.spawn([&begun] {
    trap_exit(true);
    begun.set_value();
    for (;;) yield();
  });
  begun.get_future().wait();
  const auto start = std::chrono::steady_clock::now();
  const stop_report told = rt.stop(100ms);
  CHECK(std::chrono::steady_clock::now() - start >= 50ms);
  CHECK(told.asked == 1);
  CHECK(told.killed == 1);
  CHECK(told.still_alive.empty());
}
