// tests/compile_fail/receive_after_with_argument.cpp — there is no message when the time is up.
// Expect: the function of after() takes no argument
#include <chrono>

#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](int) {}, shoal::after(std::chrono::seconds(1), [](int) {}));
}
