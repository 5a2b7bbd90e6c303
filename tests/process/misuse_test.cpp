// Calls from the wrong place, and options that make no sense: each is refused with a text that says what to do.
#include <limits>
#include <string>
#include <thread>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

struct done {};

template <class Call>
std::string refusal_of(Call call) {
  try {
    call();
  } catch (const misuse& m) {
    return m.what();
  }
  return "not refused";
}

std::string refusal_of(const options& chosen) {
  return refusal_of([&] { const runtime never{chosen}; });
}

}  // namespace

TEST_CASE("misuse: outside a process, what only a process can do names itself and the way out") {
  CHECK_THAT(refusal_of([] { static_cast<void>(self()); }), Contains("self") && Contains("outside a process"));
  CHECK_THAT(refusal_of([] { yield(); }), Contains("yield"));
  CHECK_THAT(refusal_of([] { sleep(1ms); }), Contains("sleep"));
  CHECK_THAT(refusal_of([] { sleep(0ms); }), Contains("sleep"));
  CHECK_THAT(refusal_of([] { static_cast<void>(is_alive(pid{})); }), Contains("is_alive"));
  CHECK_THAT(refusal_of([] { static_cast<void>(mark_mailbox()); }), Contains("mark_mailbox"));
  CHECK_THAT(refusal_of([] { receive<done>(); }), Contains("receive"));
  CHECK_THAT(refusal_of([] { receive<done>(0ms); }), Contains("receive"));
  CHECK_THAT(refusal_of([] { receive(after(0ms, [] {})); }), Contains("receive"));
  CHECK_THAT(refusal_of([] { send(pid{}, done{}); }), Contains("send") && Contains("runtime"));
  CHECK_THAT(refusal_of([] { spawn([] {}); }), Contains("spawn") && Contains("runtime"));
  CHECK_THAT(refusal_of([] { spawn_monitor([] {}); }), Contains("spawn"));
}

TEST_CASE("misuse: the same on a thread that a process made") {
  shoal::run([] {
    std::string refusal;
    std::thread outside([&refusal] { refusal = refusal_of([] { static_cast<void>(self()); }); });
    outside.join();
    CHECK_THAT(refusal, Contains("outside a process"));
  });
}

TEST_CASE("misuse: a large message is refused outside a process like a small one") {
  CHECK_THAT(refusal_of([] { send(pid{}, std::string(10'000, 'x')); }), Contains("outside a process"));
  class large {
   public:
    large() {}
    unsigned char bytes[8000] = {};
  };
  CHECK_THAT(refusal_of([] { send(pid{}, large{}); }), Contains("outside a process"));
}

TEST_CASE("misuse: run inside a process") {
  runtime other{{.workers = 1}};
  runtime rt{{.workers = 1}};
  rt.run([&] {
    CHECK_THAT(refusal_of([&] { rt.run([] {}); }), Contains("inside a process"));
    CHECK_THAT(refusal_of([&] { other.run([] {}); }), Contains("inside a process"));
    CHECK_THAT(refusal_of([] { shoal::run(options{.workers = 1}, [] {}); }), Contains("inside a process"));
  });
}

TEST_CASE("misuse: the process that made the mistake can go on") {
  CHECK(shoal::run([] {
          const std::string refusal = refusal_of([] { spawn(std::function<void()>{}); });
          send(self(), 7);
          return receive<int>();
        }) == 7);
}

TEST_CASE("misuse: uncaught it ends its process with an error, like any exception") {
  shoal::run(options{.log = test::silent}, [] {
    spawn_monitor([] { spawn(std::function<void()>{}); });
    const exit_reason why = receive<down>().reason;
    CHECK(why.is_error());
    CHECK_THAT(why.type_name(), Contains("misuse"));
  });
}

TEST_CASE("options: too many workers are refused") {
  CHECK_THAT(refusal_of({.workers = 257}), Contains("options.workers") && Contains("257") && Contains("256"));
  CHECK_THAT(refusal_of({.workers = std::numeric_limits<unsigned>::max()}), Contains("options.workers"));
}

TEST_CASE("options: stacks too small or too large are refused") {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{16 * 1024 - 1}, std::size_t{16 * 1024 * 1024 + 1},
                                  std::numeric_limits<std::size_t>::max()})
    CHECK_THAT(refusal_of({.stack_bytes = bytes}), Contains("options.stack_bytes") && Contains(std::to_string(bytes)));
}

TEST_CASE("options: a turn without work is refused") {
  CHECK_THAT(refusal_of({.reductions = 0}), Contains("options.reductions"));
  CHECK_THAT(refusal_of({.reductions = -1}), Contains("options.reductions"));
  CHECK_THAT(refusal_of({.reductions = std::numeric_limits<int>::min()}), Contains("options.reductions"));
}

TEST_CASE("options: the least and the largest of everything work") {
  const auto works = [](const options& chosen) {
    return shoal::run(chosen, [] {
             spawn([to = self()] { send(to, 7); });
             return receive<int>();
           }) == 7;
  };
  CHECK(works({.workers = 1, .stack_bytes = 16 * 1024}));
  CHECK(works({.workers = 1, .stack_bytes = 16 * 1024 * 1024}));
  CHECK(works({.workers = 1, .reductions = 1}));
  CHECK(works({.workers = 1, .reductions = std::numeric_limits<int>::max()}));
  CHECK(works({.workers = 1, .process_limit = 2}));
  CHECK(works({.workers = 1, .process_limit = std::numeric_limits<std::size_t>::max()}));
  CHECK(works({.workers = 256}));
  CHECK(works({.workers = 1, .name = ""}));
  CHECK(works({.workers = 1, .name = std::string(1000, 'n')}));
}
