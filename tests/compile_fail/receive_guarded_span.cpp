// tests/compile_fail/receive_guarded_span.cpp — a guard does not make a handler's type one that can be sent.
// Expect: this handler never gets a message: its type cannot be sent
#include <span>

#include <shoal/shoal.hpp>

void program() {
  shoal::receive(shoal::when([](std::span<int> all) { return all.empty(); }, [](std::span<int>) {}));
}
