#include <sched.h>
#include <unistd.h>

#include <shoal/sched.hpp>

#include "support/child.hpp"
#include "support/test.hpp"

using namespace shoal::detail;

namespace {

// The first CPU this program may use.
int first_cpu() {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  ::sched_getaffinity(0, sizeof mine, &mine);
  int cpu = 0;
  while (CPU_ISSET(cpu, &mine) == 0) ++cpu;
  return cpu;
}

int confine_to(int cpu) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(cpu, &only);
  return ::sched_setaffinity(0, sizeof only, &only);
}

}  // namespace

TEST_CASE("usable_cores: at least one, and no more than there are") {
  CHECK(usable_cores() >= 1);
  CHECK(usable_cores() <= static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_CONF)));
}

TEST_CASE("usable_cores: a program confined to one CPU has one") {
  const auto end = shoal::test::in_child([] {
    if (confine_to(first_cpu()) != 0) return 1;
    return usable_cores() == 1 ? 0 : 2;
  });
  CHECK(end == shoal::test::went_well);
}

TEST_CASE("current_cpu: a program confined to one CPU is on it") {
  const auto end = shoal::test::in_child([] {
    const int cpu = first_cpu();
    if (confine_to(cpu) != 0) return 1;
    return current_cpu() == static_cast<unsigned>(cpu) ? 0 : 2;
  });
  CHECK(end == shoal::test::went_well);
}

TEST_CASE("a runtime without a number of workers runs where one CPU is all there is") {
  const auto end = shoal::test::in_child([] {
    if (confine_to(first_cpu()) != 0) return 1;
    return shoal::run([] {
      shoal::spawn([to = shoal::self()] { shoal::send(to, 7); });
      return shoal::receive<int>() == 7 ? 0 : 2;
    });
  });
  CHECK(end == shoal::test::went_well);
}

TEST_CASE("cache_groups: each CPU is in a group, and groups are numbered from 0") {
  const auto groups = cache_groups();
  if (groups.empty()) return;  // The system does not tell.
  CHECK(groups.size() == static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_CONF)));
  CHECK(groups.front() == 0);
  for (const unsigned g : groups) CHECK(g < groups.size());
}
