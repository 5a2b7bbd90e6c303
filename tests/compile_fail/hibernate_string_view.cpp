// tests/compile_fail/hibernate_string_view.cpp — a view of what the stack held that is given up.
// Expect: spawn (or hibernate) got a view
#include <string>
#include <string_view>

#include <shoal/shoal.hpp>

void greet(std::string_view name);

void program(const std::string& name) { shoal::hibernate(greet, std::string_view(name)); }
