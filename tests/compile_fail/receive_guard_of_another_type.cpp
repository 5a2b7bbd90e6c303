// tests/compile_fail/receive_guard_of_another_type.cpp — a guard is asked about its handler's message.
// Expect: the guard of when() takes the message its handler takes
#include <string>

#include <shoal/shoal.hpp>

void program() {
  shoal::receive(shoal::when([](const std::string& s) { return s.empty(); }, [](int) {}));
}
