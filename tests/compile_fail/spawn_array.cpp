// tests/compile_fail/spawn_array.cpp — an array becomes a pointer to the parent's stack.
// Expect: spawn (or hibernate) got an array
#include <string>

#include <shoal/shoal.hpp>

void greet(std::string name);

void program() {
  char name[16] = "Ann";
  shoal::spawn_link(greet, name);
}
