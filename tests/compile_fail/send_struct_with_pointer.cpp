// tests/compile_fail/send_struct_with_pointer.cpp — a pointer hidden in an aggregate.
// Expect: this type cannot be a message
#include <shoal/shoal.hpp>

struct order {
  int number;
  char* note;
};

void program(shoal::pid p) { shoal::send(p, order{1, nullptr}); }
