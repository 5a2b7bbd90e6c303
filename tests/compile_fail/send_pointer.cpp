// tests/compile_fail/send_pointer.cpp — text by pointer belongs to the sender.
// Expect: a raw pointer cannot be a message
#include <shoal/shoal.hpp>

void program(shoal::pid p, const char* text) { shoal::send(p, text); }
