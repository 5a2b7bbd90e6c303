// tests/compile_fail/send_struct_with_reference.cpp — a reference hidden in an aggregate.
// Expect: this type cannot be a message
#include <shoal/shoal.hpp>

struct order {
  int number;
  int& stock;
};

void program(shoal::pid p, int& stock) { shoal::send(p, order{1, stock}); }
