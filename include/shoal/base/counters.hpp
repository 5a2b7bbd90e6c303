// include/shoal/base/counters.hpp — what each worker counts. Written by its worker alone, read by anybody at any time.
#ifndef SHOAL_BASE_COUNTERS_HPP
#define SHOAL_BASE_COUNTERS_HPP

#include <cstdint>

#include <shoal/base/sync.hpp>

namespace shoal::detail {

/// A count with one writer: a plain add there, a whole value for every reader. Who reads a count sees what was done before it.
class counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.store(value_.load(sync::relaxed) + n, sync::release); }
  void reset() noexcept { value_.store(0, sync::relaxed); }
  [[nodiscard]] std::uint64_t read() const noexcept { return value_.load(sync::acquire); }

 private:
  sync::atomic<std::uint64_t> value_{0};
};

struct worker_counters {
  counter dispatches;      // Turns given to processes.
  counter turns_used_up;   // Turns that ended because the reductions were spent.
  counter steals;          // Times something was taken from another worker.
  counter stolen;          // Processes taken so.
  counter injected;        // Processes taken from the inject queue.
  counter parks;           // Times this worker went to sleep.
  counter wakes;           // Sleeping workers this one woke.
  counter polls;           // Rounds of looking for work.
  counter timers_fired;    // Timers that ran out.
  counter busy_ns;         // Time from waking to going to sleep.
  counter idle_ns;         // Time asleep.
};

}  // namespace shoal::detail

#endif
