// tests/compile_fail/receive_no_common_type.cpp — a receive has one value.
// Expect: the handlers of a receive return types that have no common type
#include <string>

#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](int n) { return n; }, [](char) { return std::string(); });
}
