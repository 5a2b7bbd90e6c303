// tests/compile_fail/spawn_vector_of_views.cpp — many views of the parent's text, with options and monitored.
// Expect: spawn (or hibernate) got a view
#include <string_view>
#include <vector>

#include <shoal/shoal.hpp>

void greet(std::vector<std::string_view> names);

void program(std::vector<std::string_view> names) {
  shoal::spawn_monitor(shoal::spawn_options{.label = "greet"}, greet, names);
}
