// Aggregates whose members are hard to look at.
#include <any>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "support/test.hpp"

using namespace shoal;

namespace {

// A member that cannot be made from nothing.
struct holds_runtime_values {
  pid from;
  exit_reason why;
  monitor_ref ref;
};
class needs_a_value {
 public:
  explicit needs_a_value(int v) : value_(v) {}
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};
struct needs_one_in_the_middle {
  int before;
  needs_a_value inner;
  std::string after;
};
struct needs_one_and_has_view {
  needs_a_value inner;
  std::string_view text;
};

// Members that can be made from anything.
struct holds_options {
  std::optional<std::string> maybe;
  std::optional<holds_runtime_values> more;
  std::variant<std::string> only;
  std::tuple<std::string> single;
};
struct holds_any {
  std::any anything;
};
struct holds_bad_option {
  int a;
  std::optional<std::string_view> text;
};

// Members of many parts.
struct holds_long_text {
  char text[4096];
  std::string after;
};
struct holds_long_array {
  std::array<unsigned char, 8192> bytes;
  std::array<std::array<double, 64>, 64> matrix;
};
struct holds_pointer_behind_array {
  char text[4096];
  const char* more;
};

}  // namespace

TEST_CASE("sendable: aggregates with members that need a value are looked at like others") {
  STATIC_REQUIRE(sendable<down>);
  STATIC_REQUIRE(sendable<holds_runtime_values>);
  STATIC_REQUIRE(sendable<needs_one_in_the_middle>);
  STATIC_REQUIRE_FALSE(sendable<needs_one_and_has_view>);
}

TEST_CASE("sendable: aggregates with members that take anything are looked at like others") {
  STATIC_REQUIRE(sendable<holds_options>);
  STATIC_REQUIRE(sendable<holds_any> == sendable<std::any>);
  STATIC_REQUIRE_FALSE(sendable<holds_bad_option>);
}

TEST_CASE("sendable: aggregates with long arrays are looked at like others") {
  STATIC_REQUIRE(sendable<holds_long_text>);
  STATIC_REQUIRE(sendable<std::array<unsigned char, 10'000>>);
  STATIC_REQUIRE(sendable<holds_long_array>);
  STATIC_REQUIRE_FALSE(sendable<holds_pointer_behind_array>);
}

TEST_CASE("down: it can be sent on") {
  run([] {
    const pid gone = spawn_monitor([] { exit(exit_reason{7}); }).first;
    send(self(), receive<down>());
    const down d = receive<down>();
    CHECK(d.from == gone);
    CHECK(d.reason == exit_reason{7});
  });
}
