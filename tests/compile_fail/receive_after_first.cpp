// tests/compile_fail/receive_after_first.cpp — the order of handlers is the order they are asked in.
// Expect: after() is the last argument of a receive
#include <chrono>

#include <shoal/shoal.hpp>

void program() {
  shoal::receive(shoal::after(std::chrono::seconds(1), [] {}), [](int) {});
}
