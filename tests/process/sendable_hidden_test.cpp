// What hides in types that are hard to look into: members that take anything, container adapters, unions.
#include <optional>
#include <queue>
#include <stack>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "support/test.hpp"

using namespace shoal;

namespace {

// --- Members that take anything --------------------------------------------------------------------------------------

class takes_any_forwarded {
 public:
  takes_any_forwarded() = default;
  template <class V>
  takes_any_forwarded(V&&) {}  // NOLINT
};
class takes_any_constant {
 public:
  takes_any_constant() = default;
  template <class V>
  takes_any_constant(const V&) {}  // NOLINT
};
class takes_any_by_value {
 public:
  takes_any_by_value() = default;
  template <class V>
  takes_any_by_value(V) {}  // NOLINT
};
class must_take_something {
 public:
  template <class V>
  must_take_something(V&&) {}  // NOLINT
};
// As JSON libraries do it: a list of itself, and a constructor for what its conversion functions know.
class json_like {
 public:
  using value_type = json_like;
  json_like() = default;
  json_like(std::initializer_list<json_like> all) : many_(all) {}
  template <class V>
    requires requires(json_like& j, V&& v) { assign(j, std::forward<V>(v)); }
  json_like(V&& v) {  // NOLINT
    assign(*this, std::forward<V>(v));
  }
  [[nodiscard]] auto begin() const { return many_.begin(); }
  [[nodiscard]] auto end() const { return many_.end(); }
  [[nodiscard]] int number() const { return number_; }

 private:
  friend void assign(json_like& j, int n) { j.number_ = n; }
  [[maybe_unused]] friend void assign(json_like& j, const std::vector<bool>& bits) {
    j.number_ = static_cast<int>(bits.size());
  }
  template <class T>
  friend void assign(json_like& j, const std::vector<T>& all) {
    j.many_.assign(all.begin(), all.end());
  }

  int number_ = 0;
  std::vector<json_like> many_;
};

template <class Member>
struct before_value {
  Member member;
  std::string after;
};
template <class Member>
struct between_values {
  int before;
  Member member;
  std::vector<std::string> after;
};
template <class Member>
struct before_view {
  Member member;
  std::string_view after;
};
template <class Member>
struct behind_pointer {
  const char* before;
  Member member;
};
struct inner_with_late_pointer {
  int a;
  int b;
  const char* late;
};
template <class Member>
struct before_bad_aggregate {
  Member member;
  inner_with_late_pointer inner;
};
struct holds_bad_aggregate_alone {
  inner_with_late_pointer inner;
};
struct holds_bad_aggregate_in_array {
  inner_with_late_pointer inner[2];
};

template <class Member>
constexpr bool looked_at_like_others =
    sendable<before_value<Member>> && sendable<between_values<Member>> && sendable<std::vector<before_value<Member>>> &&
    !sendable<before_view<Member>> && !sendable<behind_pointer<Member>> && !sendable<before_bad_aggregate<Member>>;

// --- Unions ----------------------------------------------------------------------------------------------------------

union either {
  int number;
  const char* text;
};
union other_order {
  const char* text;
  int number;
};
union harmless {
  int number;
  float fraction;
};
struct holds_union {
  int kind;
  harmless value;
};
struct holds_unnamed_union {
  int kind;
  union {
    int number;
    const char* text;
  };
};
union declared {
  int number;
  float fraction;
};
struct holds_declared {
  int kind;
  declared value;
};
struct declared_around {
  int kind;
  union {
    int number;
    float fraction;
  };
};

}  // namespace

template <>
inline constexpr bool shoal::is_sendable<declared> = true;
template <>
inline constexpr bool shoal::is_sendable<declared_around> = true;

TEST_CASE("sendable: aggregates with a member that is made from anything are looked at like others") {
  STATIC_REQUIRE(looked_at_like_others<std::string>);
  STATIC_REQUIRE(looked_at_like_others<takes_any_forwarded>);
  STATIC_REQUIRE(looked_at_like_others<takes_any_constant>);
  STATIC_REQUIRE(looked_at_like_others<must_take_something>);
  STATIC_REQUIRE(looked_at_like_others<json_like>);
  STATIC_REQUIRE(looked_at_like_others<std::optional<json_like>>);
}

TEST_CASE("sendable: of an aggregate with a member made from anything by value, what comes before that is looked at") {
  STATIC_REQUIRE(sendable<before_value<takes_any_by_value>>);
  STATIC_REQUIRE(sendable<between_values<takes_any_by_value>>);
  STATIC_REQUIRE_FALSE(sendable<behind_pointer<takes_any_by_value>>);
}

TEST_CASE("sendable: a nested aggregate is refused as a whole, not for the first of its members that a probe meets") {
  STATIC_REQUIRE_FALSE(sendable<holds_bad_aggregate_alone>);
  STATIC_REQUIRE_FALSE(sendable<holds_bad_aggregate_in_array>);
}

TEST_CASE("sendable: a struct with a member that is made from anything travels") {
  run([] {
    send(self(), before_value<json_like>{json_like(7), "seven"});
    const auto m = receive<before_value<json_like>>();
    CHECK(m.member.number() == 7);
    CHECK(m.after == "seven");
  });
}

TEST_CASE("sendable: queues and stacks of values are, those of something borrowed are not") {
  STATIC_REQUIRE(sendable<std::queue<std::string>>);
  STATIC_REQUIRE(sendable<std::stack<int>>);
  STATIC_REQUIRE(sendable<std::priority_queue<int>>);
  STATIC_REQUIRE_FALSE(sendable<std::queue<const char*>>);
  STATIC_REQUIRE_FALSE(sendable<std::stack<std::string_view>>);
  STATIC_REQUIRE_FALSE(sendable<std::priority_queue<int*>>);
  STATIC_REQUIRE_FALSE(sendable<std::vector<std::queue<int*>>>);
  STATIC_REQUIRE_FALSE(sendable<before_value<std::stack<int*>>>);
}

TEST_CASE("sendable: a union is not, whatever its members, for nobody can see which of them it holds") {
  STATIC_REQUIRE_FALSE(sendable<either>);
  STATIC_REQUIRE_FALSE(sendable<other_order>);
  STATIC_REQUIRE_FALSE(sendable<harmless>);
  STATIC_REQUIRE_FALSE(sendable<holds_union>);
  STATIC_REQUIRE_FALSE(sendable<holds_unnamed_union>);
  STATIC_REQUIRE_FALSE(sendable<std::vector<harmless>>);
  STATIC_REQUIRE(sendable<std::variant<int, float>>);
}

TEST_CASE("sendable: a union somebody vouches for is, alone or inside") {
  STATIC_REQUIRE(sendable<declared>);
  STATIC_REQUIRE(sendable<holds_declared>);
  STATIC_REQUIRE(sendable<declared_around>);
}
