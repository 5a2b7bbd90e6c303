#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;

namespace {

struct my_error {
  int code;
  bool operator==(const my_error&) const = default;
};

// Counts its objects.
class counted {
 public:
  explicit counted(int& alive) : alive_(&alive) { ++*alive_; }
  counted(counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  counted(const counted& other) : alive_(other.alive_) { ++*alive_; }
  ~counted() { --*alive_; }
  counted& operator=(const counted&) = delete;
  bool operator==(const counted& other) const { return alive_ == other.alive_; }

 private:
  int* alive_;
};

const std::vector<std::pair<exit_reason, std::string>>& named() {
  static const std::vector<std::pair<exit_reason, std::string>> all{
      {exit_reason::normal, "normal"},   {exit_reason::shutdown, "shutdown"}, {exit_reason::kill, "kill"},
      {exit_reason::killed, "killed"},   {exit_reason::noproc, "noproc"},     {exit_reason::noconnection, "noconnection"},
      {exit_reason::timeout, "timeout"}, {exit_reason::ignore, "ignore"},     {exit_reason::stack_overflow, "stack_overflow"},
  };
  return all;
}

exit_reason error_of_a_process() {
  runtime rt{{.workers = 1, .log = test::silent}};
  try {
    rt.run([] { throw std::runtime_error("boom"); });
  } catch (const exited& e) {
    return e.reason;
  }
  return exit_reason::normal;
}

}  // namespace

TEST_CASE("exit_reason: the named ones differ from each other and have their names") {
  for (const auto& [reason, name] : named()) {
    CHECK(reason.what() == name);
    CHECK(fmt::format("{}", reason) == name);
    CHECK(reason.type_name().empty());
    CHECK(reason.trace().empty());
    CHECK_FALSE(reason.is_error());
    int equal = 0;
    for (const auto& other : named()) equal += other.first == reason;
    CHECK(equal == 1);
  }
}

TEST_CASE("exit_reason: a value of one's own is compared by type and value") {
  CHECK(exit_reason{my_error{5}} == exit_reason{my_error{5}});
  CHECK(exit_reason{my_error{5}} != exit_reason{my_error{6}});
  CHECK(exit_reason{5} != exit_reason{5L});
  CHECK(exit_reason{5} != exit_reason{my_error{5}});
  CHECK(exit_reason{std::string("normal")} != exit_reason::normal);
}

TEST_CASE("exit_reason: the value can be asked for by its type only") {
  const exit_reason why{my_error{5}};
  CHECK(why.is<my_error>());
  CHECK(why.get_if<my_error>()->code == 5);
  CHECK_FALSE(why.is<int>());
  CHECK(why.get_if<std::string>() == nullptr);
  CHECK(why.type_name().find("my_error") != std::string::npos);
  CHECK_FALSE(exit_reason::normal.is<my_error>());
}

TEST_CASE("exit_reason: a value that can be printed is its text; others show their type") {
  CHECK(exit_reason{std::string("disk full")}.what() == "disk full");
  CHECK(exit_reason{42}.what() == "42");
  CHECK(exit_reason{my_error{5}}.what().find("my_error") != std::string::npos);
}

TEST_CASE("exit_reason: shutdown_with is a shutdown with a value") {
  const exit_reason why = exit_reason::shutdown_with(my_error{5});
  CHECK(why.is_shutdown());
  CHECK(exit_reason::shutdown.is_shutdown());
  CHECK_FALSE(exit_reason::normal.is_shutdown());
  CHECK_FALSE(exit_reason{my_error{5}}.is_shutdown());
  CHECK(why.get_if<my_error>()->code == 5);
  CHECK(why == exit_reason::shutdown_with(my_error{5}));
  CHECK(why != exit_reason::shutdown_with(my_error{6}));
  CHECK(why != exit_reason::shutdown);
  CHECK(why != exit_reason{my_error{5}});
  CHECK(exit_reason::shutdown_with(std::string("upgrade")).what() == "shutdown: upgrade");
}

TEST_CASE("exit_reason: copies share one value, which goes with the last of them") {
  int alive = 0;
  {
    exit_reason first{counted(alive)};
    CHECK(alive == 1);
    exit_reason second = first;
    exit_reason third = exit_reason::normal;
    third = second;
    CHECK(alive == 1);
    CHECK(first.get_if<counted>() == third.get_if<counted>());
    first = exit_reason::normal;
    second = std::move(third);
    CHECK(alive == 1);
    CHECK(second.is<counted>());
    second = exit_reason::shutdown;
    CHECK(alive == 0);
  }
  CHECK(alive == 0);
}

TEST_CASE("exit_reason: assigned to itself it stays what it was") {
  exit_reason why{std::string("disk full")};
  const exit_reason& same = why;
  why = same;
  CHECK(why == exit_reason{std::string("disk full")});
}

TEST_CASE("exit_reason: an error has the exception's text and type, and no value") {
  const exit_reason why = error_of_a_process();
  CHECK(why.is_error());
  CHECK(why.what() == "boom");
  CHECK(why.type_name() == "std::runtime_error");
  CHECK_FALSE(why.is<std::string>());
  CHECK_FALSE(why.is_shutdown());
  CHECK(why == exit_reason(why));
  CHECK(why != exit_reason{std::string("boom")});
}

TEST_CASE("exit_reason: it is two words, and may be sent") {
  STATIC_REQUIRE(sizeof(exit_reason) == 16);
  STATIC_REQUIRE(sendable<exit_reason>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<exit_reason>);
  STATIC_REQUIRE_FALSE(std::is_base_of_v<std::exception, exited>);
}

TEST_CASE("exit_reason: what cannot be compared is no reason") {
  struct incomparable {};
  STATIC_REQUIRE_FALSE(std::is_constructible_v<exit_reason, incomparable>);
  STATIC_REQUIRE(std::is_constructible_v<exit_reason, my_error>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<my_error, exit_reason>);
}

TEST_CASE("exit_reason: moved from, it is normal") {
  exit_reason from(std::string("disk full"));
  const exit_reason to = std::move(from);
  CHECK(to.what() == "disk full");
  CHECK(from == exit_reason::normal);  // NOLINT: that is what is tested.
  CHECK(from.what() == "normal");
  CHECK(from.type_name().empty());
}

TEST_CASE("exit_reason: an exception whose what() is null is an error without a text") {
  struct wordless : std::exception {
    const char* what() const noexcept override { return nullptr; }
  };
  run(options{.workers = 1, .log = [](const report&) {}}, [] {
    spawn_monitor([] { throw wordless{}; });
    const exit_reason why = receive<down>().reason;
    CHECK(why.is_error());
    CHECK(why.what().empty());
    CHECK(why.type_name().find("wordless") != std::string::npos);
  });
}
