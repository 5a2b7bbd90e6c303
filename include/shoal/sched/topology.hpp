// include/shoal/sched/topology.hpp — which cores this program may use, and which of them share a cache.
#ifndef SHOAL_SCHED_TOPOLOGY_HPP
#define SHOAL_SCHED_TOPOLOGY_HPP

#include <string>
#include <vector>

namespace shoal::detail {

/// Cores this process may run on: its affinity mask, and no more than its cgroup's CPU quota rounded up. At least 1.
[[nodiscard]] unsigned usable_cores();
/// How many cores' worth of time the cgroups of this process may use, by the tightest quota from its own up to the root;
/// infinite without one. Knows cgroup v1 and v2. `root` is put before /proc and /sys.
[[nodiscard]] double cpu_quota(const std::string& root = {});

/// For each CPU number of this machine: the group of CPUs it shares its last-level cache with. Empty if the system does not tell.
[[nodiscard]] std::vector<unsigned> cache_groups();

/// The CPU the calling thread runs on.
[[nodiscard]] unsigned current_cpu() noexcept;

}  // namespace shoal::detail

#endif
