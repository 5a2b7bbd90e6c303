// tests/compile_fail/send_overaligned.cpp — the pool's blocks are aligned to 64 bytes.
// Expect: a message may be aligned to 64 bytes at most
#include <shoal/shoal.hpp>

struct alignas(128) wide {
  int number;
};

void program(shoal::pid p) { shoal::send(p, wide{1}); }
