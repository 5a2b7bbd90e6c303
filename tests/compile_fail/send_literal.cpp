// tests/compile_fail/send_literal.cpp — a string literal decays to a pointer.
// Expect: a raw pointer cannot be a message
#include <shoal/shoal.hpp>

void program(shoal::pid p) { shoal::send(p, "hello"); }
