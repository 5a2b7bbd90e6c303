// tests/compile_fail/send_shared_mutable.cpp — two processes would change one object.
// Expect: this type cannot be a message
#include <memory>

#include <shoal/shoal.hpp>

void program(shoal::pid p) { shoal::send(p, std::make_shared<int>(1)); }
