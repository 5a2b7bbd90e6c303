// include/shoal/sched/topology.hpp — which cores this program may use, and which of them share a cache.
#ifndef SHOAL_SCHED_TOPOLOGY_HPP
#define SHOAL_SCHED_TOPOLOGY_HPP

#include <vector>

namespace shoal::detail {

/// Cores this process may run on: its affinity mask, and no more than its cgroup's CPU quota rounded up. At least 1.
[[nodiscard]] unsigned usable_cores();

/// For each CPU number of this machine: the group of CPUs it shares its last-level cache with. Empty if the system does not tell.
[[nodiscard]] std::vector<unsigned> cache_groups();

/// The CPU the calling thread runs on.
[[nodiscard]] unsigned current_cpu() noexcept;

}  // namespace shoal::detail

#endif
