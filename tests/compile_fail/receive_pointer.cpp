// tests/compile_fail/receive_pointer.cpp — text by pointer is not sent; the text is.
// Expect: Take the type that is sent: std::string instead of const char*
#include <shoal/shoal.hpp>

void program() { shoal::receive<const char*>(); }
