#include <sched.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

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

// A file system of /proc and /sys alone.
class fake_root {
 public:
  fake_root() {
    std::string name = std::filesystem::temp_directory_path() / "shoal-topology-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~fake_root() { std::filesystem::remove_all(path_); }
  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path at = path_ + file;
    std::filesystem::create_directories(at.parent_path());
    std::ofstream(at) << text << '\n';
  }
  [[nodiscard]] double quota() const { return cpu_quota(path_); }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("cpu_quota: none where no cgroup limits the time") {
  const fake_root system;
  CHECK(std::isinf(system.quota()));
  system.write("/proc/self/cgroup", "0::/");
  CHECK(std::isinf(system.quota()));
  system.write("/sys/fs/cgroup/cpu.max", "max 100000");
  CHECK(std::isinf(system.quota()));
}

TEST_CASE("cpu_quota: the tightest of a process's cgroups, v2") {
  const fake_root system;
  system.write("/proc/self/cgroup", "0::/pods/one/box");
  system.write("/sys/fs/cgroup/pods/cpu.max", "400000 100000");
  system.write("/sys/fs/cgroup/pods/one/cpu.max", "150000 100000");
  system.write("/sys/fs/cgroup/pods/one/box/cpu.max", "max 100000");
  system.write("/sys/fs/cgroup/pods/other/cpu.max", "1000 100000");
  CHECK(system.quota() == 1.5);
}

TEST_CASE("cpu_quota: a container that sees only its own cgroup, v2") {
  const fake_root system;
  system.write("/proc/self/cgroup", "0::/");
  system.write("/sys/fs/cgroup/cpu.max", "50000 100000");
  CHECK(system.quota() == 0.5);
}

TEST_CASE("cpu_quota: the tightest of a process's cgroups, v1") {
  const fake_root system;
  system.write("/proc/self/cgroup", "5:memory:/pods\n3:cpu,cpuacct:/pods/one\n2:cpuset:/small\n1:name=systemd:/");
  system.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1");
  system.write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
  system.write("/sys/fs/cgroup/cpu,cpuacct/pods/one/cpu.cfs_quota_us", "250000");
  system.write("/sys/fs/cgroup/cpu,cpuacct/pods/one/cpu.cfs_period_us", "100000");
  system.write("/sys/fs/cgroup/cpuset/small/cpu.cfs_quota_us", "1000");
  system.write("/sys/fs/cgroup/cpuset/small/cpu.cfs_period_us", "100000");
  CHECK(system.quota() == 2.5);
}

TEST_CASE("cpu_quota: what makes no sense is no limit") {
  const fake_root system;
  system.write("/proc/self/cgroup", "nonsense\n0::/");
  for (const char* text : {"", "plenty 100000", "100000", "100000 0", "-5 100000", "0 100000"}) {
    system.write("/sys/fs/cgroup/cpu.max", text);
    CAPTURE(text);
    CHECK(std::isinf(system.quota()));
  }
}

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
