// tests/compile_fail/receive_behind_same_type.cpp — the first handler takes them all.
// Expect: two handlers of this receive take the same type, and the first takes every message of it
#include <chrono>

#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](const int& n) { static_cast<void>(n); }, [](char) {},
                 shoal::when([](int n) { return n > 0; }, [](int n) { static_cast<void>(n); }),
                 shoal::after(std::chrono::seconds(1), [] {}));
}
