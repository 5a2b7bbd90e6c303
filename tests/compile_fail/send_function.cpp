// tests/compile_fail/send_function.cpp — nobody knows what a std::function has captured.
// Expect: this type cannot be a message
#include <functional>

#include <shoal/shoal.hpp>

void program(shoal::pid p, std::function<void()> f) { shoal::send(p, f); }
