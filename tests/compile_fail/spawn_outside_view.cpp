// tests/compile_fail/spawn_outside_view.cpp — from another thread it is the same mistake.
// Expect: spawn (or hibernate) got a view
#include <span>

#include <shoal/shoal.hpp>

int sum(std::span<const int> all);

void program(shoal::runtime& rt, std::span<const int> all) { rt.spawn(sum, all); }
