// include/shoal/process/process_info.hpp — looking inside: what processes are there, and what they do.
#ifndef SHOAL_PROCESS_PROCESS_INFO_HPP
#define SHOAL_PROCESS_PROCESS_INFO_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include <shoal/base.hpp>

#include <shoal/process/pid.hpp>

namespace shoal {

enum class process_status : std::uint8_t {
  running,    ///< A worker runs it.
  runnable,   ///< It waits for a worker.
  waiting,    ///< It waits in a receive or a sleep.
  suspended,  ///< It is held up by suspend().
  exiting,    ///< It has been killed, and has not yet ended.
};

/// "running", "waiting", ...
[[nodiscard]] constexpr std::string_view to_string(process_status what) noexcept {
  switch (what) {
    case process_status::running: return "running";
    case process_status::runnable: return "runnable";
    case process_status::waiting: return "waiting";
    case process_status::suspended: return "suspended";
    case process_status::exiting: return "exiting";
  }
  return "?";
}

/// Whom a process monitors.
struct monitored_process {
  pid who;
  std::string name;  ///< If it is a monitor by name.

  bool operator==(const monitored_process&) const = default;
};

/// One process at one moment.
struct process_info {
  process_status status = process_status::waiting;
  std::size_t message_queue_len = 0;  ///< What it has not received. Of what it has not looked at, 65,535 at most are counted.
  std::uint64_t reductions = 0;  ///< Work done, in all its turns but the present one. Never goes back.
  std::vector<pid> links;
  std::vector<pid> monitored_by;
  std::vector<monitored_process> monitors;
  bool trap_exit = false;
  shoal::priority priority = shoal::priority::normal;
  std::string registered_name;  ///< Empty: it has none.
  std::string label;
  pid parent;  ///< Who spawned it; `pid{}`: a thread that is no process.
  std::size_t memory_bytes = 0;  ///< What it holds at least: control block, used stack, ties, 64 bytes for each message.
  std::size_t stack_bytes = 0;  ///< Of this, stack: as deep as it reached when it last stopped running, in pages.
  shoal::wait_reason wait_reason = shoal::wait_reason::none;
  std::source_location spawned_at;
};

/// What can be seen of `p`. Nothing: it has ended; one that was killed can be seen, as `exiting`, until it has. It goes on meanwhile; so what is told of it was true a moment ago.
/// (Conformance 194 to 199.)
/// Call from: a process; elsewhere it throws misuse (use runtime::process_info).   Suspends: never; may end the turn.
/// If the other side is dead: nothing is returned; always so once its `down` has come.
/// Errors: misuse for a pid of another runtime; std::bad_alloc.   Cost: one lock of `p`'s, held while its links and monitors are copied.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // One name for the question and the answer is meant.
[[nodiscard]] SHOAL_API std::optional<struct process_info> process_info(pid p);
#pragma GCC diagnostic pop

/// All live processes, in no order. (Conformance 201.)
/// Call from: a process; elsewhere it throws misuse (use runtime::processes).   Cost: a few ns for each process there ever was at once.
[[nodiscard]] SHOAL_API std::vector<pid> processes();

/// A runtime at one moment.
struct system_info {
  std::string name;
  unsigned workers = 0;
  unsigned workers_asleep = 0;
  std::size_t process_count = 0;  ///< Processes that have not ended, those that have been killed included.
  std::size_t process_limit = 0;
  // Since it was started, of all workers:
  std::uint64_t dispatches = 0;  ///< Turns given to processes.
  std::uint64_t turns_used_up = 0;  ///< Turns that ended because the reductions were spent.
  std::uint64_t steals = 0;  ///< Times a worker took processes from another.
  std::uint64_t timers_fired = 0;
  std::chrono::nanoseconds busy{};  ///< Time awake, up to the last time each worker fell asleep.
  std::chrono::nanoseconds idle{};  ///< Time asleep.
};

/// Call from: a process; elsewhere it throws misuse (use runtime::system_info).   Cost: some hundred ns.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
[[nodiscard]] SHOAL_API struct system_info system_info();
#pragma GCC diagnostic pop

}  // namespace shoal

#endif
