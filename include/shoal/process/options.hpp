// include/shoal/process/options.hpp — what can be chosen about a runtime and about a process. Every field has a default.
#ifndef SHOAL_PROCESS_OPTIONS_HPP
#define SHOAL_PROCESS_OPTIONS_HPP

#include <cstddef>
#include <functional>
#include <source_location>
#include <string>

#include <shoal/process/report.hpp>

namespace shoal {

/// A runtime's options. Nonsense is refused with `misuse` when the runtime is made.
struct options {
  unsigned workers = 0;  ///< Scheduler threads; 0: one per core this program may use (affinity, cgroup quota).
  std::size_t stack_bytes = 64 * 1024;  ///< A process's stack: address space, used memory only where touched. 16 KiB to 16 MiB.
  int reductions = 2000;  ///< Work per turn; a send costs 8, a spawn 100.
  std::size_t process_limit = 0;  ///< Processes alive at once; 0: 134,217,728. At least so many can live, and only a few more.
  std::string name = "shoal";  ///< Shown in thread names and reports.
  std::function<void(const report&)> log = {};  ///< Where reports go; unset: a line each on stderr. Called from any worker.
};

/// A process's options.
struct spawn_options {
  std::string label = {};  ///< Shown in reports.
  shoal::priority priority = shoal::priority::normal;  ///< Who goes first.
  std::size_t stack_bytes = 0;  ///< 0: the runtime's. Rounded up to 16, 64 or 256 KiB, 1, 4 or 16 MiB.
  /// Where it was spawned; reports show it. Leave it alone: the default is the place that writes `spawn_options{...}`.
  std::source_location where = std::source_location::current();
};

}  // namespace shoal

#endif
