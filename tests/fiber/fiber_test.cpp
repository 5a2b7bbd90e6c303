#include <cfenv>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fiber/coroutine.hpp"
#include "support/test.hpp"

using namespace shoal::detail;
using shoal::test::coroutine;
using shoal::test::thread_carrier;

namespace {

bool is_on(const stack& s, const void* address) { return address >= s.low() && address < s.top; }

}  // namespace

TEST_CASE("fiber: started, it has run nothing; run, it goes to its first suspension") {
  stack_pool stacks;
  thread_carrier here;
  std::string trace;
  coroutine f(stacks, [&](coroutine& self) {
    trace += "1";
    self.pause();
    trace += "2";
    self.pause();
    trace += "3";
  });
  CHECK(f.started());
  CHECK(trace.empty());
  here.run(f);
  CHECK(trace == "1");
  here.run(f);
  CHECK(trace == "12");
  CHECK_FALSE(f.finished());
  here.run(f);
  CHECK(trace == "123");
  CHECK(f.finished());
}

TEST_CASE("fiber: it runs on its own stack") {
  stack_pool stacks;
  thread_carrier here;
  bool inside = false;
  int on_the_thread = 0;
  coroutine f(stacks, [&](coroutine& self) {
    volatile char local = 0;
    inside = is_on(self.on(), const_cast<char*>(&local));
  });
  here.run(f);
  if (!under_asan) CHECK(inside);  // There, locals live elsewhere.
  CHECK_FALSE(is_on(f.on(), &on_the_thread));
}

TEST_CASE("fiber: what it keeps on its stack survives suspensions") {
  stack_pool stacks;
  thread_carrier here;
  double sum = 0;
  coroutine f(stacks, [&](coroutine& self) {
    double local = 0.5;
    std::vector<int> numbers;
    for (int i = 0; i < 100; ++i) {
      numbers.push_back(i);
      local += i;
      self.pause();
    }
    sum = local + static_cast<double>(numbers.size());
  });
  while (!f.finished()) here.run(f);
  CHECK(sum == 0.5 + 4950 + 100);
}

TEST_CASE("fiber: each has its own rounding mode, and so has the thread") {
  stack_pool stacks;
  thread_carrier here;
  std::vector<int> modes;
  const auto set_and_look = [&](int mode) {
    return [&modes, mode](coroutine& self) {
      std::fesetround(mode);
      self.pause();
      modes.push_back(std::fegetround());
      self.pause();
      modes.push_back(std::fegetround());
    };
  };
  coroutine up(stacks, set_and_look(FE_UPWARD));
  coroutine down(stacks, set_and_look(FE_DOWNWARD));
  for (int turn = 0; turn < 3; ++turn) {
    here.run(up);
    here.run(down);
    CHECK(std::fegetround() == FE_TONEAREST);
  }
  CHECK(modes == std::vector<int>{FE_UPWARD, FE_DOWNWARD, FE_UPWARD, FE_DOWNWARD});
}

TEST_CASE("fiber: the rounding mode goes along when one fiber gives control straight to another") {
  stack_pool stacks;
  thread_carrier here;
  int of_first = -1;
  int of_second = -1;
  coroutine second(stacks, [&](coroutine&) { of_second = std::fegetround(); });
  coroutine first(stacks, [&](coroutine& self) {
    std::fesetround(FE_TOWARDZERO);
    self.pause_for(second);
    of_first = std::fegetround();
  });
  here.run(first);
  here.run(first);
  CHECK(of_second == FE_TONEAREST);
  CHECK(of_first == FE_TOWARDZERO);
  CHECK(std::fegetround() == FE_TONEAREST);
}

TEST_CASE("fiber: many take turns") {
  stack_pool stacks;
  thread_carrier here;
  int sum = 0;
  std::vector<std::unique_ptr<coroutine>> fibers;
  for (int i = 0; i < 100; ++i)
    fibers.push_back(std::make_unique<coroutine>(stacks, [&sum, i](coroutine& self) {
      for (int round = 0; round < 10; ++round) {
        sum += i;
        self.pause();
      }
    }));
  for (int round = 0; round < 11; ++round)
    for (const auto& f : fibers) here.run(*f);
  CHECK(sum == 10 * 99 * 100 / 2);
  int finished = 0;
  for (const auto& f : fibers) finished += f->finished();
  CHECK(finished == 100);
}

TEST_CASE("fiber: it can give control straight to another, which goes back to the carrier") {
  stack_pool stacks;
  thread_carrier here;
  std::string trace;
  coroutine second(stacks, [&](coroutine& self) {
    trace += "b";
    self.pause();
    trace += "d";
  });
  coroutine first(stacks, [&](coroutine& self) {
    trace += "a";
    self.pause_for(second);
    trace += "c";
    self.pause_for(second);
    trace += "e";
  });
  here.run(first);
  CHECK(trace == "ab");
  CHECK(here.departed() == &second);
  here.run(first);
  CHECK(trace == "abcd");
  CHECK(second.finished());
  here.run(first);
  CHECK(trace == "abcde");
  CHECK(first.finished());
}

TEST_CASE("fiber: run on another thread each time, it goes on where it was") {
  stack_pool stacks;
  std::string trace;
  std::vector<std::thread::id> threads;
  coroutine f(stacks, [&](coroutine& self) {
    for (const char c : std::string("abc")) {
      trace += c;
      threads.push_back(std::this_thread::get_id());
      self.pause();
    }
  });
  for (int i = 0; i < 4; ++i)
    std::thread([&] {
      thread_carrier here;
      here.run(f);
    }).join();
  CHECK(trace == "abc");
  CHECK(f.finished());
}

TEST_CASE("fiber: after its end its stack can carry another") {
  stack_pool stacks;
  thread_carrier here;
  const std::byte* top = nullptr;
  int ran = 0;
  for (int i = 0; i < 10; ++i) {
    coroutine f(stacks, [&](coroutine&) { ++ran; });
    if (top != nullptr) CHECK(f.on().top == top);
    top = f.on().top;
    here.run(f);
  }
  CHECK(ran == 10);
}

TEST_CASE("fiber: reset, it was never started") {
  stack_pool stacks;
  thread_carrier here;
  coroutine f(stacks, [](coroutine&) {});
  here.run(f);
  f.reset();
  CHECK_FALSE(f.started());
}
