// tests/stress/storms.hpp — loads for a whole runtime. Each checks what it did and crashes if it was wrong.
#ifndef SHOAL_TESTS_STRESS_STORMS_HPP
#define SHOAL_TESTS_STRESS_STORMS_HPP

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <shoal/shoal.hpp>

#include "stress/chance.hpp"

namespace shoal::stress {

/// Thrown when an invariant is broken; the process ends by it, and the round's log tells.
struct broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class... Args>
void require(bool holds, fmt::format_string<Args...> text, Args&&... args) {
  if (!holds) throw broken(fmt::format(text, std::forward<Args>(args)...));
}

/// Thrown by processes that are meant to crash.
struct planned_crash : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Counts those alive, so that a test can tell that everything was destroyed: messages, entries, objects on stacks.
class counted {
 public:
  counted() noexcept { ++alive_; }
  counted(const counted&) noexcept { ++alive_; }
  counted(counted&&) noexcept { ++alive_; }
  counted& operator=(const counted&) noexcept = default;
  counted& operator=(counted&&) noexcept = default;
  ~counted() { --alive_; }
  [[nodiscard]] static long alive() noexcept { return alive_.load(); }

 private:
  static inline sync::atomic<long> alive_{0};
};

/// Collects reports of crashes nobody planned. Any thread.
class crash_log {
 public:
  void operator()(const report& r) {
    if (r.what == report::kind::crash && r.reason.type_name().find("planned_crash") != std::string::npos) return;
    if (r.what == report::kind::left_out) return;  // Too many of these.
    const std::lock_guard hold(lock_);
    lines_.push_back(r.text);
  }
  [[nodiscard]] std::string text() {
    const std::lock_guard hold(lock_);
    std::string all;
    for (const std::string& line : lines_) all += line + '\n';
    return all;
  }

 private:
  std::mutex lock_;
  std::vector<std::string> lines_;
};

/// One load: `size` is about how many processes or messages it uses.
using storm = void (*)(std::uint64_t seed, int size);

void ring_storm(std::uint64_t seed, int size);       ///< Tokens round a ring: none lost, none doubled.
void fan_in_storm(std::uint64_t seed, int size);     ///< Many senders to one: all there, in order for each sender.
void tree_storm(std::uint64_t seed, int size);       ///< Processes that spawn processes: every leaf counted once.
void monitor_storm(std::uint64_t seed, int size);  ///< One down for each monitor, the right reason, after the last message.
void timeout_storm(std::uint64_t seed, int size);  ///< Timeouts race with messages: each message received exactly once.
void exception_storm(std::uint64_t seed, int size);  ///< Exceptions in flight across suspensions: each process finds its own.
void library_storm(std::uint64_t seed, int size);  ///< Standard library, iostreams, fmt, sort, across suspensions.
void fate_storm(std::uint64_t seed,
                int size);  ///< Links, monitors, signals, names, timers against each other: one down or none.
void selective_storm(std::uint64_t seed, int size);  ///< Selective receive, marks: order of what stays.

struct named_storm {
  const char* name;
  storm run;
};
inline constexpr named_storm all_storms[]{
    {"ring", ring_storm},       {"fan-in", fan_in_storm},       {"tree", tree_storm},
    {"monitor", monitor_storm}, {"timeout", timeout_storm},     {"exception", exception_storm},
    {"library", library_storm}, {"selective", selective_storm}, {"fate", fate_storm},
};

/// Suspends now and then: yields, or waits for a moment for a message that does not come.
void maybe_suspend(chance& dice);

/// How often a process has come out of maybe_suspend() on another worker than it went in on.
[[nodiscard]] long migrations() noexcept;

/// Runs `f` for each i as a monitored process and waits until all have ended well; else throws broken.
template <class F>
void run_all(int count, F f) {
  for (int i = 0; i < count; ++i) static_cast<void>(spawn_monitor([f, i] { f(i); }));
  for (int i = 0; i < count; ++i) {
    const down end = receive<down>();
    require(end.reason == exit_reason::normal, "{} ended by {}", end.from, end.reason.what());
  }
}

}  // namespace shoal::stress

#endif
