// tests/compile_fail/spawn_text_by_pointer.cpp — the text would be read when the parent may have destroyed it.
// Expect: spawn (or hibernate) got text by pointer
#include <string>

#include <shoal/shoal.hpp>

void greet(std::string name);

void program(const std::string& name) { shoal::spawn(greet, name.c_str()); }
