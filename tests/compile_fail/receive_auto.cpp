// tests/compile_fail/receive_auto.cpp — auto does not say which messages.
// Expect: a handler of receive takes exactly one argument whose type says which messages it is for
#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](auto m) { static_cast<void>(m); });
}
