// runtime::run and shoal::run: a first process and what comes out of it.
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "support/child.hpp"
#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;

namespace {

struct no_default {
  explicit no_default(int v) : value(v) {}
  int value;
};

// The reason run() throws when its process runs `code`.
template <class Code>
exit_reason thrown_by_run(Code code) {
  try {
    shoal::run(options{.workers = 1, .log = test::silent}, code);
  } catch (const exited& e) {
    return e.reason;
  }
  return exit_reason{std::string("run returned")};
}

}  // namespace

TEST_CASE("run: it returns what the first process returned") {
  CHECK(shoal::run([] { return 42; }) == 42);
  CHECK(shoal::run([] { return std::string("text"); }) == "text");
  CHECK(shoal::run([] { return std::vector<int>{1, 2, 3}; }).size() == 3);
  CHECK(shoal::run([] { return no_default(7); }).value == 7);
}

TEST_CASE("run: what can only be moved comes out, too") {
  const std::unique_ptr<int> made = shoal::run([] { return std::make_unique<int>(7); });
  CHECK(*made == 7);
}

TEST_CASE("run: a process that returns nothing makes it return nothing") {
  bool ran = false;
  STATIC_REQUIRE(std::is_void_v<decltype(shoal::run([] {}))>);
  shoal::run([&ran] { ran = true; });
  CHECK(ran);
}

TEST_CASE("run: its code may be mutable, and may be something that can only be moved") {
  auto owned = std::make_unique<int>(7);
  CHECK(shoal::run([owned = std::move(owned)]() mutable { return ++*owned; }) == 8);
}

TEST_CASE("run: an exit that nothing catches comes out as exited, with that reason") {
  CHECK(thrown_by_run([] { exit(exit_reason{std::string("disk full")}); }) == exit_reason{std::string("disk full")});
  CHECK(thrown_by_run([] { exit(exit_reason::shutdown); }) == exit_reason::shutdown);
}

TEST_CASE("run: an exit with reason normal before a value was returned comes out as exited, too") {
  const auto exits_early = [](bool early) {
    if (early) exit(exit_reason::normal);
    return std::string("a value");
  };
  CHECK(thrown_by_run([exits_early] { return exits_early(true); }) == exit_reason::normal);
}

TEST_CASE("run: an exception that nothing catches comes out as exited, with an error") {
  const exit_reason why = thrown_by_run([] { throw std::runtime_error("boom"); });
  CHECK(why.is_error());
  CHECK(why.what() == "boom");
}

TEST_CASE("run: the runtime lives on, and runs the next one") {
  runtime rt{{.workers = 2, .log = test::silent}};
  CHECK(rt.run([] { return 1; }) == 1);
  CHECK_THROWS_AS(rt.run([] { throw 1; }), exited);
  CHECK(rt.run([] { return 2; }) == 2);
}

TEST_CASE("run: other processes outlive the first one") {
  runtime rt{{.workers = 1}};
  const pid server = rt.run([] {
    return spawn([] {
      for (;;) receive([](pid asks) { send(asks, 7); });
    });
  });
  CHECK(rt.is_alive(server));
  CHECK(rt.run([server] {
    send(server, self());
    return receive<int>();
  }) == 7);
}

TEST_CASE("run: its process has ended when it returns") {
  runtime rt{{.workers = 2}};
  int still_alive = 0;
  for (int i = 0; i < 200; ++i) {
    const pid first = rt.run([] { return self(); });
    if (rt.is_alive(first)) ++still_alive;
  }
  CHECK(still_alive == 0);
}

TEST_CASE("run: what its code owned is gone when it returns") {
  const auto owned = std::make_shared<int>(7);
  runtime rt{{.workers = 2}};
  rt.run([owned] {});
  CHECK(owned.use_count() == 1);
  CHECK_THROWS_AS(rt.run([owned] { exit(exit_reason::shutdown); }), exited);
  CHECK(owned.use_count() == 1);
}

TEST_CASE("run: with options it uses them") {
  const test::report_log log;
  CHECK_THROWS_AS(shoal::run(options{.workers = 1, .log = log}, [] { throw 1; }), exited);
  CHECK(log.all().size() == 1);
}

TEST_CASE("run: the process is reported with the place that called run") {
  const test::report_log log;
  runtime rt{{.workers = 1, .log = log}};
  const unsigned line = std::source_location::current().line() + 1;
  CHECK_THROWS_AS(rt.run([] { throw 1; }), exited);
  REQUIRE(log.all().size() == 1);
  CHECK(log.all().front().where.line() == line);
}

TEST_CASE("run: a program that does not catch its exited is told the reason before it ends") {
  char path[] = "/tmp/shoal_run_test_XXXXXX";
  const int file = ::mkstemp(path);
  REQUIRE(file >= 0);
  const auto end = test::in_child([file]() -> int {
    ::dup2(file, 2);
    std::thread([] { shoal::run([] { exit(exit_reason{std::string("no licence")}); }); }).join();
    return 0;
  });
  CHECK(end != test::went_well);
  std::string said(4096, ' ');
  const auto read = ::pread(file, said.data(), said.size(), 0);
  ::close(file);
  ::unlink(path);
  REQUIRE(read > 0);
  CHECK_THAT(said, Catch::Matchers::Contains("shoal::exited, with the reason: no licence"));
}
