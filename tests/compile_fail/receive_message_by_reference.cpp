// tests/compile_fail/receive_message_by_reference.cpp — a message has one owner: the handler.
// Expect: a handler for any message takes it by value
#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](shoal::message& m) { static_cast<void>(m); });
}
