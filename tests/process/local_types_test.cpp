// Types of one name that are not one type.
#include <string>

#include "process/local_types.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace shoal::test {
namespace {

struct secret {
  int number;
};

void send_local_int() {
  struct local {
    int value;
  };
  send(self(), local{1});
}

std::string take_local_text() {
  struct local {
    std::string value;
  };
  return receive([](local l) { return l.value; }, after(0ms, [] { return std::string("nothing"); }));
}

template <class T>
bool send_and_take_local(T value) {
  struct local {
    T held;
  };
  send(self(), local{value});
  return receive([&](const local& l) { return l.held == value; }, after(0ms, [] { return false; }));
}

}  // namespace

TEST_CASE("message types: those of anonymous namespaces in two files differ, though of one name") {
  shoal::run([] {
    send_secret_of_elsewhere(self());
    send(self(), secret{1});
    CHECK(receive<secret>(0ms)->number == 1);
    CHECK_FALSE(receive<secret>(0ms).has_value());
    CHECK(received_secret_of_elsewhere());
  });
}

TEST_CASE("message types: a file's own type does not fit the other file's receive") {
  shoal::run([] {
    send(self(), secret{1});
    CHECK_FALSE(received_secret_of_elsewhere());
    CHECK(receive<secret>(0ms).has_value());
  });
}

TEST_CASE("message types: local classes of two functions differ, though of one name") {
  shoal::run([] {
    send_local_int();
    CHECK(take_local_text() == "nothing");
  });
}

TEST_CASE("message types: a local class of a template is one type for each of its instances") {
  shoal::run([] {
    CHECK(send_and_take_local(7));
    CHECK(send_and_take_local(std::string("seven")));
  });
}

TEST_CASE("message types: a type of a named namespace is one type in all files") {
  shoal::run([] {
    send_common(self(), 7);
    CHECK(receive<common>(0ms)->value == 7);
  });
}

TEST_CASE("exit_reason: values of local classes of one name differ") {
  const auto reason_a = [] {
    struct local {
      int value;
      bool operator==(const local&) const = default;
    };
    return exit_reason{local{1}};
  };
  const auto reason_b = [] {
    struct local {
      int value;
      bool operator==(const local&) const = default;
    };
    return exit_reason{local{1}};
  };
  CHECK(reason_a() == reason_a());
  CHECK(reason_a() != reason_b());
}

}  // namespace shoal::test
