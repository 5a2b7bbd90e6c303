// tests/compile_fail/receive_behind_any.cpp — what takes any message leaves none.
// Expect: a handler of shoal::message takes every message, so the handlers behind it are never called
#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](char) {}, [](shoal::message) {}, [](int) {});
}
