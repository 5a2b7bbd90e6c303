#include <array>
#include <chrono>
#include <complex>
#include <deque>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include "support/test.hpp"

using namespace shoal;

namespace {

enum class colour { red, green };
struct empty {};
struct plain {
  int a;
  double b;
  std::string c;
};
struct with_arrays {
  char text[16];
  std::string names[3];
  int after;
};
struct with_defaults {
  int a = 1;
  std::string b = "two";
};
struct with_bits {
  unsigned low : 3;
  unsigned high : 5;
  std::string rest;
};
struct derived : plain {
  std::vector<int> more;
};
struct nested {
  plain p;
  std::vector<plain> many;
};
struct tree {
  std::string name;
  std::vector<tree> children;
};
struct chain {
  int value;
  std::unique_ptr<chain> next;
};
struct knot_b;
struct knot_a {
  std::vector<knot_b> others;
};
struct knot_b {
  std::vector<knot_a> others;
  std::string name;
};
class keeps_its_secrets {
 public:
  explicit keeps_its_secrets(int v) : value_(v) {}
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};
struct holds_a_class {
  keeps_its_secrets inner;
};
struct holds_owners {
  std::unique_ptr<plain> own;
  std::shared_ptr<const plain> shared;
};
struct holds_choices {
  std::variant<int, std::string> either;
  std::tuple<int, std::string> both;
  std::pair<int, std::string> pair;
};

struct has_pointer {
  int a;
  int* b;
};
struct has_reference {
  int& r;
};
struct has_const_reference {
  int a;
  const std::string& r;
};
struct has_view {
  std::string_view text;
  int a;
};
struct has_view_deep_inside {
  int a;
  std::vector<has_view> many;
};
struct has_pointers_in_array {
  int count;
  char* texts[3];
};
struct has_span {
  std::span<int> s;
};
struct has_shared {
  std::shared_ptr<int> s;
};
struct derived_from_bad : has_pointer {
  int more;
};
struct bad_tree {
  std::string_view name;
  std::vector<bad_tree> children;
};
struct bad_knot_b;
struct bad_knot_a {
  std::vector<bad_knot_b> others;
};
struct bad_knot_b {
  std::vector<bad_knot_a> others;
  std::string_view name;
};
struct has_function {
  std::function<void()> f;
};
struct vouched_for {
  std::function<int()> f;
};
class hides_a_pointer {
 public:
  explicit hides_a_pointer(int* p) : p_(p) {}
  [[nodiscard]] int* pointer() const { return p_; }

 private:
  int* p_;
};
struct immovable {
  immovable() = default;
  immovable(immovable&&) = delete;
};

}  // namespace

template <>
inline constexpr bool shoal::is_sendable<vouched_for> = true;
template <>
inline constexpr bool shoal::is_sendable<hides_a_pointer> = false;

TEST_CASE("sendable: values are") {
  STATIC_REQUIRE(sendable<int>);
  STATIC_REQUIRE(sendable<bool>);
  STATIC_REQUIRE(sendable<double>);
  STATIC_REQUIRE(sendable<colour>);
  STATIC_REQUIRE(sendable<std::byte>);
  STATIC_REQUIRE(sendable<std::chrono::milliseconds>);
  STATIC_REQUIRE(sendable<std::complex<double>>);
  STATIC_REQUIRE(sendable<std::string>);
  STATIC_REQUIRE(sendable<std::filesystem::path>);
  STATIC_REQUIRE(sendable<empty>);
}

TEST_CASE("sendable: containers of values are") {
  STATIC_REQUIRE(sendable<std::vector<int>>);
  STATIC_REQUIRE(sendable<std::vector<bool>>);
  STATIC_REQUIRE(sendable<std::array<std::string, 3>>);
  STATIC_REQUIRE(sendable<std::deque<std::list<int>>>);
  STATIC_REQUIRE(sendable<std::map<std::string, std::vector<int>>>);
  STATIC_REQUIRE(sendable<std::unordered_map<int, std::set<std::string>>>);
  STATIC_REQUIRE(sendable<std::optional<std::string>>);
  STATIC_REQUIRE(sendable<std::variant<int, std::string, std::monostate>>);
  STATIC_REQUIRE(sendable<std::tuple<int, std::string>>);
  STATIC_REQUIRE(sendable<std::pair<int, std::string>>);
}

TEST_CASE("sendable: owning pointers and shared constants are") {
  STATIC_REQUIRE(sendable<std::unique_ptr<int>>);
  STATIC_REQUIRE(sendable<std::unique_ptr<int[]>>);
  STATIC_REQUIRE(sendable<std::vector<std::unique_ptr<std::string>>>);
  STATIC_REQUIRE(sendable<std::shared_ptr<const std::string>>);
  STATIC_REQUIRE(sendable<holds_owners>);
}

TEST_CASE("sendable: aggregates of values are") {
  STATIC_REQUIRE(sendable<plain>);
  STATIC_REQUIRE(sendable<with_arrays>);
  STATIC_REQUIRE(sendable<with_defaults>);
  STATIC_REQUIRE(sendable<with_bits>);
  STATIC_REQUIRE(sendable<derived>);
  STATIC_REQUIRE(sendable<nested>);
  STATIC_REQUIRE(sendable<holds_choices>);
  STATIC_REQUIRE(sendable<holds_a_class>);
}

TEST_CASE("sendable: recursive types of values are") {
  STATIC_REQUIRE(sendable<tree>);
  STATIC_REQUIRE(sendable<chain>);
  STATIC_REQUIRE(sendable<knot_a>);
  STATIC_REQUIRE(sendable<knot_b>);
}

TEST_CASE("sendable: what is borrowed is not") {
  STATIC_REQUIRE_FALSE(sendable<int*>);
  STATIC_REQUIRE_FALSE(sendable<const char*>);
  STATIC_REQUIRE_FALSE(sendable<int&>);
  STATIC_REQUIRE_FALSE(sendable<std::string_view>);
  STATIC_REQUIRE_FALSE(sendable<std::span<int>>);
  STATIC_REQUIRE_FALSE(sendable<std::span<const int, 3>>);
  STATIC_REQUIRE_FALSE(sendable<std::reference_wrapper<int>>);
  STATIC_REQUIRE_FALSE(sendable<std::initializer_list<int>>);
  STATIC_REQUIRE_FALSE(sendable<std::shared_ptr<int>>);
  STATIC_REQUIRE_FALSE(sendable<std::weak_ptr<int>>);
  STATIC_REQUIRE_FALSE(sendable<std::function<void()>>);
}

TEST_CASE("sendable: a standard template that holds something borrowed is not") {
  STATIC_REQUIRE_FALSE(sendable<std::vector<int*>>);
  STATIC_REQUIRE_FALSE(sendable<std::array<const char*, 2>>);
  STATIC_REQUIRE_FALSE(sendable<std::map<std::string, std::string_view>>);
  STATIC_REQUIRE_FALSE(sendable<std::optional<std::string_view>>);
  STATIC_REQUIRE_FALSE(sendable<std::variant<int, char*>>);
  STATIC_REQUIRE_FALSE(sendable<std::tuple<int, std::span<int>>>);
  STATIC_REQUIRE_FALSE(sendable<std::pair<std::string, int*>>);
  STATIC_REQUIRE_FALSE(sendable<std::unique_ptr<int*>>);
  STATIC_REQUIRE_FALSE(sendable<std::shared_ptr<const has_view>>);
}

TEST_CASE("sendable: an aggregate that holds something borrowed is not, however deep inside") {
  STATIC_REQUIRE_FALSE(sendable<has_pointer>);
  STATIC_REQUIRE_FALSE(sendable<has_reference>);
  STATIC_REQUIRE_FALSE(sendable<has_const_reference>);
  STATIC_REQUIRE_FALSE(sendable<has_view>);
  STATIC_REQUIRE_FALSE(sendable<has_view_deep_inside>);
  STATIC_REQUIRE_FALSE(sendable<has_pointers_in_array>);
  STATIC_REQUIRE_FALSE(sendable<has_span>);
  STATIC_REQUIRE_FALSE(sendable<has_shared>);
  STATIC_REQUIRE_FALSE(sendable<has_function>);
  STATIC_REQUIRE_FALSE(sendable<derived_from_bad>);
}

TEST_CASE("sendable: a recursive type that holds something borrowed is not") {
  STATIC_REQUIRE_FALSE(sendable<bad_tree>);
  STATIC_REQUIRE_FALSE(sendable<bad_knot_a>);
  STATIC_REQUIRE_FALSE(sendable<bad_knot_b>);
}

TEST_CASE("sendable: what cannot be moved, or is no object, is not") {
  STATIC_REQUIRE_FALSE(sendable<immovable>);
  STATIC_REQUIRE_FALSE(sendable<std::mutex>);
  STATIC_REQUIRE_FALSE(sendable<void>);
  STATIC_REQUIRE_FALSE(sendable<int[3]>);
  STATIC_REQUIRE_FALSE(sendable<const int>);
}

TEST_CASE("sendable: what somebody declared is believed") {
  STATIC_REQUIRE(sendable<vouched_for>);
  STATIC_REQUIRE(sendable<std::vector<vouched_for>>);
  STATIC_REQUIRE_FALSE(sendable<hides_a_pointer>);
  STATIC_REQUIRE_FALSE(sendable<std::optional<hides_a_pointer>>);
}

TEST_CASE("sendable: a declared type travels") {
  run([] {
    send(self(), vouched_for{[] { return 7; }});
    CHECK(receive<vouched_for>().f() == 7);
  });
}
