// tests/compile_fail/send_struct_with_union.cpp — nor what one holds inside a struct.
// Expect: this type cannot be a message
#include <shoal/shoal.hpp>

struct order {
  int kind;
  union {
    int number;
    const char* text;
  };
};

void program(shoal::pid p) { shoal::send(p, order{1, {2}}); }
