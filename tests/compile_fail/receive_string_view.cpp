// tests/compile_fail/receive_string_view.cpp — nobody can send a view, so nobody receives one.
// Expect: this handler never gets a message: its type cannot be sent
#include <string_view>

#include <shoal/shoal.hpp>

void program() {
  shoal::receive([](int) {}, [](std::string_view text) { static_cast<void>(text); });
}
