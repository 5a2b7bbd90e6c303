#include <shoal/sched/topology.hpp>

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>

namespace shoal::detail {
namespace {

unsigned cores_by_affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<unsigned>(CPU_COUNT(&set));
  return static_cast<unsigned>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

constexpr double no_quota = std::numeric_limits<double>::infinity();

// cgroup v2: "max 100000" or "150000 100000" (quota and period in µs).
double quota_in(const std::string& cpu_max_file) {
  std::ifstream file(cpu_max_file);
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return no_quota;
  try {
    return std::stod(quota) / period;
  } catch (const std::exception&) {
    return no_quota;
  }
}

double quota_v1() {
  std::ifstream quota_file("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
  std::ifstream period_file("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0) return no_quota;
  return quota / period;
}

// The tightest quota from this process's cgroup up to the root.
double cores_by_quota() {
  double least = quota_v1();
  std::ifstream membership("/proc/self/cgroup");
  for (std::string line; std::getline(membership, line);) {
    if (!line.starts_with("0::")) continue;
    std::string path = line.substr(3);
    for (;;) {
      least = std::min(least, quota_in("/sys/fs/cgroup" + path + "/cpu.max"));
      const std::size_t slash = path.find_last_of('/');
      if (path.empty() || slash == std::string::npos) break;
      path.resize(slash);
    }
  }
  return least;
}

}  // namespace

unsigned usable_cores() {
  const unsigned cores = std::max(1u, cores_by_affinity());
  const double quota = cores_by_quota();
  return quota >= cores ? cores : std::max(1u, static_cast<unsigned>(std::ceil(quota)));
}

std::vector<unsigned> cache_groups() {
  std::vector<unsigned> groups;
  std::vector<std::string> known;  // The text of shared_cpu_list names a group.
  const long cpus = ::sysconf(_SC_NPROCESSORS_CONF);
  for (long cpu = 0; cpu < cpus; ++cpu) {
    std::string shared_with;
    for (const char* index : {"3", "2"}) {
      std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cache/index" + index + "/shared_cpu_list");
      if (std::getline(file, shared_with)) break;
    }
    const auto found = std::find(known.begin(), known.end(), shared_with);
    groups.push_back(static_cast<unsigned>(found - known.begin()));
    if (found == known.end()) known.push_back(shared_with);
  }
  return groups;
}

unsigned current_cpu() noexcept {
  const int cpu = ::sched_getcpu();
  return cpu < 0 ? 0 : static_cast<unsigned>(cpu);
}

}  // namespace shoal::detail
