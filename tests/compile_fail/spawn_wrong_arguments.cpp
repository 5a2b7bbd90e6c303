// tests/compile_fail/spawn_wrong_arguments.cpp — the function does not take what it is given.
// Expect: no matching function for call to 'spawn
#include <string>

#include <shoal/shoal.hpp>

void greet(std::string name);

void program() { shoal::spawn(greet, 5); }
