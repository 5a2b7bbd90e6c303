// tests/compile_fail/spawn_number.cpp — a number cannot be run.
// Expect: no matching function for call to 'spawn
#include <shoal/shoal.hpp>

void program() { shoal::spawn(5); }
