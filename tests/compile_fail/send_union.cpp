// tests/compile_fail/send_union.cpp — nobody can see what a union holds.
// Expect: a union cannot be a message
#include <shoal/shoal.hpp>

union number_or_text {
  int number;
  const char* text;
};

void program(shoal::pid p) { shoal::send(p, number_or_text{1}); }
