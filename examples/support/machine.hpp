// examples/support/machine.hpp — what the demo asks of the machine it runs on: its name, its memory, this program's memory.
// Linux's files; where one is missing, the answer is "unknown" or "no limit".
#ifndef SHOAL_EXAMPLES_SUPPORT_MACHINE_HPP
#define SHOAL_EXAMPLES_SUPPORT_MACHINE_HPP

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

namespace machine {

inline constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

/// The number behind `key` in a file of "key number" lines ("MemAvailable:   123 kB"); without a key, the file's first number.
inline std::optional<std::uint64_t> number_in(const std::string& file, const std::string& key = {}) {
  std::ifstream in(file);
  std::uint64_t number = 0;
  if (key.empty()) return in >> number ? std::optional(number) : std::nullopt;
  for (std::string word; in >> word;)
    if (word == key) return in >> number ? std::optional(number) : std::nullopt;
  return std::nullopt;
}

inline std::uint64_t left(std::uint64_t limit, std::uint64_t used) { return limit > used ? limit - used : 0; }

/// What one cgroup still lets its members use. Files it can drop from memory do not count as used.
inline std::uint64_t left_in_cgroup(const std::string& folder) {
  const auto limit = number_in(folder + "/memory.max");  // "max" is no number: no limit.
  const auto used = number_in(folder + "/memory.current");
  if (!limit || !used) return no_limit;
  return left(*limit, left(*used, number_in(folder + "/memory.stat", "inactive_file").value_or(0)));
}

/// The least of what the system and every cgroup around this program have left, in bytes.
inline std::uint64_t memory_left() {
  std::uint64_t least = no_limit;
  if (const auto kilobytes = number_in("/proc/meminfo", "MemAvailable:")) least = *kilobytes * 1024;
  std::ifstream membership("/proc/self/cgroup");
  for (std::string line; std::getline(membership, line);) {
    if (!line.starts_with("0::")) continue;
    for (std::filesystem::path path = line.substr(3);; path = path.parent_path()) {
      least = std::min(least, left_in_cgroup("/sys/fs/cgroup" + path.string()));
      if (path == path.parent_path()) break;
    }
  }
  const auto limit = number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");  // The older kind of cgroup.
  const auto used = number_in("/sys/fs/cgroup/memory/memory.usage_in_bytes");
  return limit && used ? std::min(least, left(*limit, *used)) : least;
}

/// How many bytes of this program are mapped (all) or in memory (resident).
struct footprint {
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
};
inline footprint footprint_now() {
  footprint pages;
  std::ifstream("/proc/self/statm") >> pages.all >> pages.resident;
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return {pages.all * page_bytes, pages.resident * page_bytes};
}

/// How many more bytes all programs together may map where addresses count as memory: vm.overcommit_memory=2.
inline std::uint64_t commitment_left() {
  constexpr std::uint64_t strict = 2;
  if (number_in("/proc/sys/vm/overcommit_memory") != strict) return no_limit;
  const auto limit = number_in("/proc/meminfo", "CommitLimit:");
  const auto used = number_in("/proc/meminfo", "Committed_AS:");
  return limit && used ? left(*limit, *used) * 1024 : no_limit;
}

/// How many more bytes this program may map: what `ulimit -v` and the system leave.
inline std::uint64_t addresses_left() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return commitment_left();
  return std::min(left(limit.rlim_cur, footprint_now().all), commitment_left());
}

inline std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  return "unknown processor";
}

inline std::string kernel() {
  utsname names{};
  return ::uname(&names) == 0 ? std::string(names.sysname) + ' ' + names.release : "unknown kernel";
}

inline unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }

/// Threads of this program that are called `prefix` and a number, as a runtime's workers are.
inline unsigned threads_numbered(const std::string& prefix) {
  unsigned count = 0;
  std::error_code gone;  // Threads may end meanwhile.
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", gone)) {
    std::string name;
    std::getline(std::ifstream(thread.path() / "comm"), name);
    if (name.starts_with(prefix) && name.find_first_not_of("0123456789", prefix.size()) == std::string::npos) ++count;
  }
  return count;
}

}  // namespace machine

#endif
