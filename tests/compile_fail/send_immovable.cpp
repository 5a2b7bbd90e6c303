// tests/compile_fail/send_immovable.cpp — a message is moved to its receiver.
// Expect: a message must be movable
#include <shoal/shoal.hpp>

struct fixed {
  fixed() = default;
  fixed(fixed&&) = delete;
};

void program(shoal::pid p, const fixed& f) { shoal::send(p, f); }
