// tests/compile_fail/good_twin.cpp — what the other programs here do wrong, done right.
// Compiles
#include <shoal/shoal.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct order {
  int number;
  std::string note;
};
struct words {
  std::vector<std::string> all;
};
struct callback {
  std::function<void()> f;
};
template <>
inline constexpr bool shoal::is_sendable<callback> = true;
union number_or_fraction {
  int number;
  float fraction;
};
template <>
inline constexpr bool shoal::is_sendable<number_or_fraction> = true;
struct alignas(64) wide {
  int number;
};

void greet(std::string name);
void greet_in_view(std::string_view name);
int sum(const std::vector<int>& all);

void program(shoal::pid p) {
  shoal::send(p, std::string("hello"));
  shoal::send(p, order{1, "soon"});
  shoal::send(p, words{});
  shoal::send(p, std::make_shared<const int>(1));
  shoal::send(p, std::make_unique<order>());
  shoal::send(p, callback{[] {}});
  shoal::send(p, wide{1});
  shoal::send(p, number_or_fraction{1});
  shoal::send(p, std::queue<std::string>());
  shoal::receive([p](shoal::message m) { shoal::send(p, std::move(m)); });
  const long value = shoal::receive([](int n) { return n; }, [](long n) { return n; },
                                    shoal::when([](const order& o) { return o.number > 0; }, [](order o) { return o.number; }),
                                    shoal::after(std::chrono::seconds(1), [] { return 0; }));
  static_cast<void>(value);
  shoal::receive(
      shoal::when([](int n) { return n > 9; }, [](int n) { static_cast<void>(n); }), [](const int& n) { static_cast<void>(n); },
      [](std::string& text) { text.clear(); }, [](shoal::message) {}, shoal::after(std::chrono::seconds(1), [] {}));
  shoal::spawn(greet, std::string("Ann"));
  shoal::spawn([] { return 5; });
  shoal::spawn(greet, "Ann");
  shoal::spawn(greet_in_view, "Ann");
  shoal::spawn(sum, std::vector<int>{1, 2, 3});
  static int all[3] = {1, 2, 3};
  shoal::spawn([seen = std::span<const int>(all)] { static_cast<void>(seen); });
  shoal::spawn([](const int* first) { static_cast<void>(first); }, &all[0]);
}
