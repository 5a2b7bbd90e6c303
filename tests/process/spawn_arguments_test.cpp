// What may be handed to spawn beside the function. What may not does not compile: tests/compile_fail/spawn_*.cpp.
#include <array>
#include <functional>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/test.hpp"

using namespace shoal;

namespace {

struct gauge {
  int reading = 0;
  void set(pid done, int to) {
    reading = to;
    send(done, 0);
  }
};
void set_through_reference(gauge& g, pid done, int to) { g.set(done, to); }
void set_through_pointer(gauge* g, pid done, int to) { g->set(done, to); }

}  // namespace

TEST_CASE("spawn: a literal is an argument, for it is there as long as the program") {
  run([] {
    spawn([](pid to, std::string text) { send(to, std::move(text)); }, self(), "literal");
    CHECK(receive<std::string>() == "literal");
    spawn([](pid to, std::string_view text) { send(to, std::string(text)); }, self(), "viewed");
    CHECK(receive<std::string>() == "viewed");
  });
}

TEST_CASE("spawn: pointers and references that were written as such are arguments") {
  gauge outside;  // It outlives the runtime.
  run([&outside] {
    spawn(&gauge::set, &outside, self(), 1);
    receive<int>();
    CHECK(outside.reading == 1);
    spawn(set_through_pointer, &outside, self(), 2);
    receive<int>();
    CHECK(outside.reading == 2);
    spawn(set_through_reference, std::ref(outside), self(), 3);
    receive<int>();
    CHECK(outside.reading == 3);
  });
}

TEST_CASE("spawn: containers, owners and views that hold their values are arguments") {
  run([] {
    const auto sum = [](pid to, const auto& all) {
      int total = 0;
      for (const int i : all) total += i;
      send(to, total);
    };
    spawn(sum, self(), std::vector{1, 2, 3});
    CHECK(receive<int>() == 6);
    spawn(sum, self(), std::array{4, 5});
    CHECK(receive<int>() == 9);
    spawn(sum, self(), std::views::iota(1, 5));
    CHECK(receive<int>() == 10);
    spawn([](pid to, std::unique_ptr<int> own) { send(to, *own); }, self(), std::make_unique<int>(11));
    CHECK(receive<int>() == 11);
    spawn([](pid to, const std::shared_ptr<int>& shared) { send(to, *shared); }, self(), std::make_shared<int>(12));
    CHECK(receive<int>() == 12);
  });
}
