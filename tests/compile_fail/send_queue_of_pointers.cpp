// tests/compile_fail/send_queue_of_pointers.cpp — a pointer inside a container adapter.
// Expect: this type cannot be a message
#include <queue>

#include <shoal/shoal.hpp>

void program(shoal::pid p) { shoal::send(p, std::queue<const char*>()); }
