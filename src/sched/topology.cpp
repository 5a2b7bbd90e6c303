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

// Quota and period in µs. A quota of "max" (v2) or -1 (v1) is none.
double ratio(const std::string& quota_text, double period) {
  try {
    const double quota = std::stod(quota_text);
    return quota > 0 && period > 0 ? quota / period : no_quota;
  } catch (const std::exception&) {
    return no_quota;
  }
}

// cgroup v2: "max 100000" or "150000 100000" in one file; v1: a file each.
double quota_in(const std::string& cgroup) {
  std::string quota;
  double period = 0;
  if (std::ifstream both(cgroup + "/cpu.max"); both >> quota >> period) return ratio(quota, period);
  std::ifstream quota_file(cgroup + "/cpu.cfs_quota_us");
  std::ifstream period_file(cgroup + "/cpu.cfs_period_us");
  return quota_file >> quota && period_file >> period ? ratio(quota, period) : no_quota;
}

double tightest_upwards(const std::string& hierarchy, std::string path) {
  double least = no_quota;
  for (;;) {
    least = std::min(least, quota_in(hierarchy + path));
    const std::size_t slash = path.find_last_of('/');
    if (slash == std::string::npos) return least;
    path.resize(slash);
  }
}

// Where a line of /proc/self/cgroup ("5:cpu,cpuacct:/some/path", v2: "0::/some/path") says that CPU time is counted out.
bool counts_cpu(const std::string& controllers) {
  return controllers.empty() || ("," + controllers + ",").find(",cpu,") != std::string::npos;
}

}  // namespace

double cpu_quota(const std::string& root) {
  double least = no_quota;
  std::ifstream membership(root + "/proc/self/cgroup");
  for (std::string line; std::getline(membership, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (!counts_cpu(controllers)) continue;
    const std::string hierarchy = root + "/sys/fs/cgroup" + (controllers.empty() ? "" : "/" + controllers);
    least = std::min(least, tightest_upwards(hierarchy, line.substr(second + 1)));
  }
  return least;
}

unsigned usable_cores() {
  const unsigned cores = std::max(1u, cores_by_affinity());
  const double quota = cpu_quota();
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
