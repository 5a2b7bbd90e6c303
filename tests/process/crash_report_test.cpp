#include <algorithm>
#include <source_location>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;

namespace {

// What is reported while `code` runs as the first process, and until its runtime has gone.
template <class Code>
std::vector<report> reports_of(Code code) {
  const test::report_log log;
  shoal::run(options{.workers = 2, .log = log}, code);
  return log.all();
}

void wait_for_down() { static_cast<void>(receive<down>()); }

struct odd_error {};

}  // namespace

TEST_CASE("crash report: an uncaught exception gives exactly one, with label, place and reason") {
  unsigned line = 0;
  pid crashed;
  const auto reports = reports_of([&] {
    line = std::source_location::current().line() + 1;
    const auto child = spawn_monitor(spawn_options{.label = "db"}, [] { throw std::runtime_error("disk full"); });
    crashed = child.first;
    wait_for_down();
  });
  REQUIRE(reports.size() == 1);
  const report& r = reports.front();
  CHECK(r.what == report::kind::crash);
  CHECK(r.who == crashed);
  CHECK(r.label == "db");
  CHECK(r.where.line() == line);
  CHECK(std::string(r.where.file_name()).ends_with("crash_report_test.cpp"));
  CHECK(r.reason.is_error());
  CHECK(r.reason.what() == "disk full");
}

TEST_CASE("crash report: its text says who, where from, and what in one line") {
  const auto reports = reports_of([] {
    spawn_monitor(spawn_options{.label = "db"}, [] { throw std::runtime_error("disk full"); });
    wait_for_down();
  });
  REQUIRE(reports.size() == 1);
  const std::string text(std::string_view(reports.front()));
  for (const char* part : {"db", "disk full", "std::runtime_error", "crash_report_test.cpp"}) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find(fmt::format("{}", reports.front().who)) != std::string::npos);
  CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("crash report: without options the place is that of the spawn") {
  unsigned line = 0;
  const auto reports = reports_of([&] {
    line = std::source_location::current().line() + 1;
    spawn_monitor([] { throw odd_error{}; });
    wait_for_down();
  });
  REQUIRE(reports.size() == 1);
  CHECK(reports.front().where.line() == line);
  CHECK(reports.front().label.empty());
  CHECK(reports.front().reason.type_name().find("odd_error") != std::string::npos);
}

TEST_CASE("crash report: none for a process that returns or exits, whatever the reason") {
  const auto reports = reports_of([] {
    spawn_monitor([] {});
    spawn_monitor([] { exit(exit_reason::shutdown); });
    spawn_monitor([] { exit(exit_reason{std::string("disk full")}); });
    for (int i = 0; i < 3; ++i) wait_for_down();
  });
  CHECK(reports.empty());
}

TEST_CASE("crash report: none for a process that catches its exception, nor for one that is killed") {
  const auto reports = reports_of([] {
    spawn([] { receive<odd_error>(); });  // Killed at the end.
    spawn_monitor([] {
      try {
        throw std::runtime_error("caught");
      } catch (const std::runtime_error&) {
      }
    });
    wait_for_down();
  });
  CHECK(reports.empty());
}

TEST_CASE("crash report: the first process's crash is reported and thrown") {
  const test::report_log log;
  CHECK_THROWS_AS(shoal::run(options{.log = log}, [] { throw std::runtime_error("first"); }), exited);
  REQUIRE(log.all().size() == 1);
  CHECK(log.all().front().reason.what() == "first");
}

TEST_CASE("crash report: of thousands that crash at once a hundred a second are reported, and the rest are counted") {
  static constexpr std::size_t crashes = 3000;
  const auto reports = reports_of([] {
    for (std::size_t i = 0; i < crashes; ++i) spawn_monitor([i] { throw std::runtime_error(std::to_string(i)); });
    for (std::size_t i = 0; i < crashes; ++i) wait_for_down();
  });
  std::size_t told = 0;
  std::size_t left_out = 0;
  for (const report& r : reports) {
    if (r.what == report::kind::crash) ++told;
    left_out += r.left_out;
  }
  CHECK(told >= 100);
  CHECK(told < crashes);
  CHECK(told + left_out == crashes);
  CHECK(reports.back().what == report::kind::left_out);
  CHECK(std::string_view(reports.back()).find(std::to_string(reports.back().left_out)) != std::string_view::npos);
}

TEST_CASE("crash report: it tells the ancestors, the last message and what was unread") {
  struct order {
    int number;
  };
  pid parent;
  pid child;
  const auto reports = reports_of([&] {
    parent = self();
    child = spawn_monitor([] {
              static_cast<void>(receive_if<order>([](const order& o) { return o.number == 3; }));
              throw odd_error{};
            }).first;
    for (const int number : {1, 2, 3, 4}) send(child, order{number});
    wait_for_down();
  });
  REQUIRE(reports.size() == 1);
  const report& r = reports.front();
  CHECK(r.ancestors == std::vector<pid>{parent});
  CHECK(r.last_message.find("order") != std::string::npos);
  CHECK(r.queue_length >= 2);
  const std::string text(r);
  INFO(text);
  CHECK(text.find(fmt::format("ancestors {}", parent)) != std::string::npos);
  CHECK(text.find("last message") != std::string::npos);
  CHECK(text.find("unread") != std::string::npos);
}

namespace {

[[gnu::noinline]] void throws_deep_down(int depth) {
  if (depth == 0) throw std::runtime_error("deep");
  throws_deep_down(depth - 1);
  asm volatile("");  // No tail call.
}

}  // namespace

TEST_CASE("crash report: the reason tells the calls that led to the throw (conformance 3)") {
  const auto lines_of = [](int depth) {
    return run(options{.log = test::silent}, [depth] {
      spawn_monitor([depth] { throws_deep_down(depth); });
      const std::string trace = receive<down>().reason.trace();
      return std::count(trace.begin(), trace.end(), '\n');
    });
  };
  const auto shallow = lines_of(1);
  CHECK(shallow >= 2);
  CHECK(lines_of(6) == shallow + 5);
}

TEST_CASE("crash report: an exception that was caught leaves no trace in a later one") {
  const std::string trace = run(options{.log = test::silent}, [] {
    spawn_monitor([] {
      try {
        throws_deep_down(9);
      } catch (const std::runtime_error&) {
      }
      exit(exit_reason{std::string("another")});
    });
    return receive<down>().reason.trace();
  });
  CHECK(trace.empty());
}

TEST_CASE("crash report: a text of several lines becomes one") {
  const auto reports = reports_of([] {
    spawn_monitor([] { throw std::runtime_error("first\nsecond"); });
    wait_for_down();
  });
  REQUIRE(reports.size() == 1);
  CHECK(reports.front().reason.what() == "first\nsecond");
  CHECK(reports.front().text.find('\n') == std::string::npos);
}

TEST_CASE("crash report: it is there before anybody hears of the death") {
  const test::report_log log;
  std::size_t missing = 0;
  shoal::run(options{.workers = 2, .log = log}, [&] {
    for (std::size_t i = 1; i <= 100; ++i) {
      spawn_monitor([] { throw odd_error{}; });
      wait_for_down();
      if (log.all().size() != i) ++missing;
    }
  });
  CHECK(missing == 0);
}

TEST_CASE("crash report: a log that throws harms nobody") {
  const options careless{.log = [](const report&) { throw std::runtime_error("log"); }};
  const bool crashed = shoal::run(careless, [] {
    spawn_monitor([] { throw odd_error{}; });
    return receive<down>().reason.is_error();
  });
  CHECK(crashed);
}

TEST_CASE("crash report: an exception in flight while another is handled is the one reported") {
  const auto reports = reports_of([] {
    spawn_monitor([] {
      try {
        throw std::runtime_error("inner");
      } catch (...) {
        throw std::logic_error("outer");
      }
    });
    wait_for_down();
  });
  REQUIRE(reports.size() == 1);
  CHECK(reports.front().reason.what() == "outer");
}
