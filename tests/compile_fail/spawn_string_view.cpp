// tests/compile_fail/spawn_string_view.cpp — a view of the parent's text.
// Expect: spawn (or hibernate) got a view
#include <string>
#include <string_view>

#include <shoal/shoal.hpp>

void greet(std::string_view name);

void program(const std::string& name) { shoal::spawn(greet, std::string_view(name)); }
