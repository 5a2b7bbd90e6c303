#include <algorithm>
#include <array>
#include <cfenv>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct done {};

void send_sum(pid to, int a, int b) { send(to, a + b); }
void send_sum_quietly(pid to, int a, int b) noexcept { send(to, a + b); }

struct adder {
  int base;
  void add(pid to, int more) { send(to, base + more); }
};

// Runs only as an rvalue: a process's code is called once.
struct once_only {
  pid to;
  void operator()() && { send(to, 1); }
};

// Counts its objects; copying may fail.
class counted {
 public:
  explicit counted(std::shared_ptr<sync::atomic<int>> alive) : alive_(std::move(alive)) { ++*alive_; }
  counted(const counted& other) : copying_fails(other.copying_fails), alive_(other.alive_) {
    if (copying_fails) throw std::runtime_error("no copy");
    ++*alive_;
  }
  counted(counted&& other) noexcept : copying_fails(other.copying_fails), alive_(other.alive_) { ++*alive_; }
  ~counted() { --*alive_; }
  counted& operator=(const counted&) = delete;

  bool copying_fails = false;

 private:
  std::shared_ptr<sync::atomic<int>> alive_;
};

template <std::size_t Bytes>
bool runs_with_captured() {
  std::array<unsigned char, Bytes> captured{};
  captured.front() = 1;
  captured.back() = 2;
  spawn([captured, to = self()] { send(to, captured.front() * 10 + captured.back()); });
  return receive<int>() == (Bytes == 1 ? 22 : 12);
}

}  // namespace

TEST_CASE("spawn: arguments are moved or copied into the process") {
  run([] {
    const std::string copied = "copied";
    spawn([](pid to, std::unique_ptr<int> moved, std::string text) { send(to, text + std::to_string(*moved)); }, self(),
          std::make_unique<int>(7), copied);
    CHECK(receive<std::string>() == "copied7");
    CHECK(copied == "copied");
  });
}

TEST_CASE("spawn: of an argument the caller keeps the process gets a copy") {
  run([] {
    std::string mine = "mine";
    spawn(
        [](pid to, std::string its) {
          its += " changed";
          send(to, its);
        },
        self(), mine);
    CHECK(receive<std::string>() == "mine changed");
    CHECK(mine == "mine");
  });
}

TEST_CASE("spawn: functions and pointers to functions are code") {
  run([] {
    spawn(send_sum, self(), 1, 2);
    CHECK(receive<int>() == 3);
    spawn(&send_sum, self(), 3, 4);
    CHECK(receive<int>() == 7);
    spawn(send_sum_quietly, self(), 5, 6);
    CHECK(receive<int>() == 11);
  });
}

TEST_CASE("spawn: member functions, std::function and rvalue-only code are code") {
  run([] {
    spawn(&adder::add, adder{10}, self(), 5);
    CHECK(receive<int>() == 15);
    spawn(std::function<void()>([to = self()] { send(to, 16); }));
    CHECK(receive<int>() == 16);
    spawn(once_only{self()});
    CHECK(receive<int>() == 1);
  });
}

TEST_CASE("spawn: a named function object is copied, and stays usable") {
  run([] {
    const auto code = [to = self(), text = std::string("twice")] { send(to, text); };
    spawn(code);
    spawn(code);
    CHECK(receive<std::string>() == "twice");
    CHECK(receive<std::string>() == "twice");
  });
}

TEST_CASE("spawn: code of any size runs") {
  run([] {
    CHECK(runs_with_captured<1>());
    CHECK(runs_with_captured<400>());
    CHECK(runs_with_captured<600>());
    CHECK(runs_with_captured<4000>());
    CHECK(runs_with_captured<8000>());
  });
}

TEST_CASE("spawn: code keeps its alignment") {
  struct alignas(64) aligned {
    int value;
  };
  run([] {
    const auto child = [a = aligned{7}, to = self()] {
      send(to, reinterpret_cast<std::uintptr_t>(&a) % 64 == 0 && a.value == 7);
    };
    spawn(child);
    CHECK(receive<bool>());
  });
}

TEST_CASE("spawn: code and arguments are gone when the process has ended") {
  const auto alive = std::make_shared<sync::atomic<int>>(0);
  shoal::run([alive] {
    const auto [child, ref] = spawn_monitor([kept = counted(alive)](const counted&) {}, counted(alive));
    CHECK(receive<down>().from == child);
    CHECK(*alive == 0);
  });
}

TEST_CASE("spawn: code whose copy throws makes no process, and the caller gets the exception") {
  const auto alive = std::make_shared<sync::atomic<int>>(0);
  shoal::run([alive] {
    {
      counted original(alive);
      original.copying_fails = true;
      CHECK_THROWS_AS(spawn([](const counted&) {}, original), std::runtime_error);
      CHECK_THROWS_AS(spawn_monitor([](const counted&) {}, original), std::runtime_error);
    }
    CHECK(*alive == 0);
    CHECK_FALSE(receive<down>(0ms));
  });
}

TEST_CASE("spawn: refused options drop code and arguments") {
  const auto alive = std::make_shared<sync::atomic<int>>(0);
  shoal::run([alive] {
    const auto refused = [&] {
      spawn(spawn_options{.stack_bytes = 3}, [kept = counted(alive)](const counted&) {}, counted(alive));
    };
    CHECK_THROWS_AS(refused(), misuse);
    CHECK(*alive == 0);
  });
}

TEST_CASE("spawn: what a process returns is dropped") {
  const auto alive = std::make_shared<sync::atomic<int>>(0);
  shoal::run([alive] {
    spawn_monitor([alive] { return counted(alive); });
    CHECK(receive<down>().reason == exit_reason::normal);
    CHECK(*alive == 0);
  });
}

TEST_CASE("spawn: a larger stack is there to be used") {
  run([] {
    constexpr std::size_t used = 900 * 1024;
    const auto uses_much = [to = self()] {
      volatile unsigned char local[used];
      for (std::size_t i = 0; i < used; i += 1024) local[i] = 1;
      local[0] = 7;
      send(to, static_cast<int>(local[0]));
    };
    spawn(spawn_options{.stack_bytes = 1024 * 1024}, uses_much);
    CHECK(receive<int>() == 7);
  });
}

TEST_CASE("spawn: every stack size between the least and the largest is accepted") {
  run([] {
    for (std::size_t bytes : {16u << 10, (16u << 10) + 1, 64u << 10, 100'000u, 1u << 20, 5u << 20, 16u << 20}) {
      spawn_monitor(spawn_options{.stack_bytes = bytes}, [] {});
      CHECK(receive<down>().reason == exit_reason::normal);
    }
  });
}

TEST_CASE("spawn: a stack size out of range is refused with a text that names the range") {
  run([] {
    for (std::size_t bytes : {std::size_t{1}, (std::size_t{16} << 10) - 1, (std::size_t{16} << 20) + 1, ~std::size_t{0}})
      CHECK_THROWS_WITH(spawn(spawn_options{.stack_bytes = bytes}, [] {}),
                        Catch::Matchers::Contains("16 KiB") && Catch::Matchers::Contains("16 MiB"));
  });
}

TEST_CASE("spawn: an empty function is refused with a text that says so") {
  run([] {
    CHECK_THROWS_WITH(spawn(std::function<void()>{}), Catch::Matchers::Contains("empty function"));
    void (adder::*no_member)(pid, int) = nullptr;
    CHECK_THROWS_AS(spawn(no_member, adder{1}, self(), 1), misuse);
  });
}

TEST_CASE("spawn: what cannot be called with the arguments does not fit") {
  const auto can_spawn = []<class... Args>(Args&&... args) { return requires { spawn(std::forward<Args>(args)...); }; };
  CHECK(can_spawn([] {}));
  CHECK(can_spawn([](int) {}, 1));
  CHECK_FALSE(can_spawn([](int) {}));
  CHECK_FALSE(can_spawn([] {}, 1));
  CHECK_FALSE(can_spawn(42));
}

TEST_CASE("spawn_monitor: one down comes, with the pid and the reference, and no name") {
  run([] {
    const auto [child, ref] = spawn_monitor([](int code) { exit(exit_reason{code}); }, 7);
    const down d = receive<down>();
    CHECK(d.from == child);
    CHECK(d.ref == ref);
    CHECK(d.name.empty());
    CHECK(d.reason == exit_reason{7});
    CHECK_FALSE(is_alive(child));
    CHECK_FALSE(receive<down>(1ms));
  });
}

TEST_CASE("spawn_monitor: references differ, also across processes") {
  run([] {
    std::vector<monitor_ref> refs;
    for (int i = 0; i < 100; ++i) refs.push_back(spawn_monitor([] {}).second);
    spawn([to = self()] {
      std::vector<std::uint64_t> theirs;
      for (int i = 0; i < 100; ++i) theirs.push_back(static_cast<std::uint64_t>(spawn_monitor([] {}).second));
      send(to, theirs);
    });
    for (const std::uint64_t r : receive<std::vector<std::uint64_t>>()) refs.push_back(monitor_ref{r});
    std::sort(refs.begin(), refs.end());
    CHECK(std::adjacent_find(refs.begin(), refs.end()) == refs.end());
  });
}

TEST_CASE("spawn_monitor: a down to somebody who has ended disturbs nobody") {
  run([] {
    const pid child = [] {
      const pid here = self();
      spawn([here] { send(here, spawn_monitor([] { receive<done>(); }).first); });
      return receive<pid>();
    }();
    send(child, done{});
    test::wait_until_dead(child);
    CHECK_FALSE(receive<down>(1ms));
  });
}

TEST_CASE("spawn: a process rounds as its worker does, whatever another one has chosen") {
  const int rounding = shoal::run(options{.workers = 1}, [] {
    std::fesetround(FE_UPWARD);
    spawn([to = self()] { send(to, std::fegetround()); });
    const int theirs = receive<int>();
    CHECK(std::fegetround() == FE_UPWARD);
    return theirs;
  });
  if (SHOAL_OWN_JUMP) CHECK(rounding == FE_TONEAREST);
}
