#include <cstdint>
#include <cstring>
#include <string>

#include <shoal/memory.hpp>

#include "support/child.hpp"
#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::detail;

namespace {

constexpr std::size_t page = 4096;

bool is_aligned(const void* at, std::size_t alignment) { return reinterpret_cast<std::uintptr_t>(at) % alignment == 0; }

}  // namespace

TEST_CASE("map_pages: what it maps is aligned, zeroed and writable to its end") {
  for (const std::size_t alignment : {page, std::size_t{64} << 10, std::size_t{2} << 20, std::size_t{16} << 20}) {
    constexpr std::size_t bytes = 64 * page;
    auto* const at = static_cast<unsigned char*>(map_pages(bytes, alignment, "a test"));
    CAPTURE(alignment);
    CHECK(is_aligned(at, alignment));
    CHECK(at[0] == 0);
    CHECK(at[bytes - 1] == 0);
    std::memset(at, 1, bytes);
    CHECK(at[bytes - 1] == 1);
    unmap_pages(at, bytes);
  }
}

TEST_CASE("map_pages: what the system refuses is a system_limit that says how much, for what, and where to look") {
  try {
    static_cast<void>(map_pages(std::size_t{1} << 60, page, "a very large test"));
    FAIL("mapped");
  } catch (const system_limit& refused) {
    using Catch::Matchers::Contains;
    CHECK_THAT(refused.what(), Contains("1152921504606846976") && Contains("a very large test") && Contains("ulimit"));
  }
}

TEST_CASE("page_slab: it counts what it has mapped, and keeps pieces apart") {
  page_slab slab("a test");
  CHECK(slab.bytes_mapped() == 0);
  auto* const first = static_cast<unsigned char*>(slab.map(page, page));
  auto* const second = static_cast<unsigned char*>(slab.map(2 * page, page));
  CHECK(slab.bytes_mapped() == 3 * page);
  std::memset(first, 1, page);
  std::memset(second, 2, 2 * page);
  CHECK(first[page - 1] == 1);
  CHECK(second[0] == 2);
}

TEST_CASE("page_slab: under a limit on address space it throws, loses nothing, and works again afterwards") {
  if (under_sanitizer) return;  // They need more address space than any limit leaves.
  const auto end = test::in_child([] {
    page_slab slab("a test");
    static_cast<void>(slab.map(page, page));
    const rlimit little{std::size_t{256} << 20, RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &little);
    try {
      static_cast<void>(slab.map(std::size_t{1} << 30, page));
      return 1;
    } catch (const system_limit& refused) {
      if (std::string(refused.what()).find("a test") == std::string::npos) return 2;
    }
    if (slab.bytes_mapped() != page) return 3;
    const rlimit enough{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &enough);
    static_cast<void>(slab.map(std::size_t{1} << 30, page));
    return 0;
  });
  CHECK(end == test::went_well);
}

// Which of the two it is depends on what is used up first: the spawn throws, or the child that gets no stack ends with that reason.
TEST_CASE("system_limit: a process for which there is no memory is the only one to suffer") {
  if (under_sanitizer) return;
  const auto end = test::in_child([] {
    return shoal::run(options{.workers = 1, .log = test::silent}, [] {
      const pid early = spawn([] { receive<pid>(); });
      const rlimit little{1, RLIM_INFINITY};
      ::setrlimit(RLIMIT_AS, &little);
      int refused = 0;
      try {
        for (int i = 0; i < 5000; ++i) spawn_monitor([] { sleep(infinity); });
      } catch (const system_limit&) {
        ++refused;
      }
      while (auto d = receive<down>(std::chrono::seconds(0)))
        refused += d->reason.is_error() && d->reason.type_name() == "shoal::system_limit" ? 1 : 1'000'000;
      if (!is_alive(early)) return 1;
      return refused > 0 && refused < 1'000'000 ? 0 : 2;
    });
  });
  CHECK(end == test::went_well);
}

TEST_CASE("next_piece: little at first, then as much as a large page holds") {
  STATIC_REQUIRE(next_piece(0) < huge_page_bytes);
  STATIC_REQUIRE(next_piece(std::size_t{1} << 30) == huge_page_bytes);
  STATIC_REQUIRE(next_piece(0) % page == 0);
}
