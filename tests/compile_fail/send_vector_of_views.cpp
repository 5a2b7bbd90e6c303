// tests/compile_fail/send_vector_of_views.cpp — a view inside a container inside an aggregate.
// Expect: this type cannot be a message
#include <string_view>
#include <vector>

#include <shoal/shoal.hpp>

struct words {
  std::vector<std::string_view> all;
};

void program(shoal::pid p) { shoal::send(p, words{}); }
