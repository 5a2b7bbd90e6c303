// tests/compile_fail/send_string_view.cpp — a view of text is not the text.
// Expect: this type cannot be a message
#include <string_view>

#include <shoal/shoal.hpp>

void program(shoal::pid p, std::string_view text) { shoal::send(p, text); }
