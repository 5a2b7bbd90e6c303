#include <thread>

#include "support/test.hpp"

using shoal::detail::counter;

TEST_CASE("counter: it adds up, and begins again after a reset") {
  counter c;
  CHECK(c.read() == 0);
  c.add();
  c.add(41);
  CHECK(c.read() == 42);
  c.reset();
  CHECK(c.read() == 0);
}

TEST_CASE("counter: a reader beside the writer sees it grow and never shrink") {
  static constexpr std::uint64_t total = 200'000;
  counter c;
  std::thread writer([&c] {
    for (std::uint64_t i = 0; i < total; ++i) c.add();
  });
  std::uint64_t last = 0;
  int shrunk = 0;
  while (last != total) {
    const std::uint64_t now = c.read();
    shrunk += now < last;
    last = now;
  }
  writer.join();
  CHECK(shrunk == 0);
}

TEST_CASE("wait_reason: each has words of its own") {
  using shoal::to_string;
  using shoal::wait_reason;
  CHECK(to_string(wait_reason::none) == "running");
  CHECK(to_string(wait_reason::receive) == "receive");
  CHECK(to_string(wait_reason::receive) != to_string(wait_reason::receive_until));
  CHECK(to_string(static_cast<wait_reason>(255)) == "?");
}
