// tests/compile_fail/send_message_lvalue.cpp — a message has one owner.
// Expect: a shoal::message is sent on by moving it
#include <shoal/shoal.hpp>

void program(shoal::pid p) {
  shoal::receive([p](shoal::message m) { shoal::send(p, m); });
}
