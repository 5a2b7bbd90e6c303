// tests/compile_fail/receive_two_arguments.cpp — one message at a time.
// Expect: a handler of receive takes exactly one argument
#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](int, int) {});
}
