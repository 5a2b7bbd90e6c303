// include/shoal/base/time.hpp — durations, instants and the clock. Nobody else reads a clock.
#ifndef SHOAL_BASE_TIME_HPP
#define SHOAL_BASE_TIME_HPP

#include <chrono>
#include <concepts>

#include <shoal/base/config.hpp>
#include <shoal/base/sync.hpp>

namespace shoal {

/// A wait that never ends: `receive<order>(infinity)`, `after(infinity, ...)`.
inline constexpr std::chrono::nanoseconds infinity = std::chrono::nanoseconds::max();

/// An instant of std::chrono's steady clock.
using steady_time = std::chrono::steady_clock::time_point;

namespace detail {

/// The runtime's time line. Real runs follow the steady clock; a simulated run has its own.
struct time_line {
  using rep = std::chrono::nanoseconds::rep;
  using period = std::chrono::nanoseconds::period;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<time_line, duration>;
  static constexpr bool is_steady = true;
};
using instant = time_line::time_point;

inline constexpr instant never = instant::max();

/// Where a runtime gets the time from.
class clock {
 public:
  virtual ~clock() = default;
  [[nodiscard]] virtual instant now() noexcept = 0;
};

/// The real clock. One for the program: it has no state.
SHOAL_API clock& steady_clock() noexcept;

/// How much processor time one thread has used: tells a long turn from a thread that the system does not let run.
class processor_time {
 public:
  /// The calling thread's.
  void follow_this_thread() noexcept;
  /// Any thread. Zero before follow_this_thread(), once the thread has ended, and where the system cannot tell.
  [[nodiscard]] std::chrono::nanoseconds used() const noexcept;

 private:
  static constexpr int none = -1;
  sync::atomic<int> clock_{none};
};

/// Any duration in nanoseconds; what is too long for them becomes `infinity`, what is negative becomes zero.
template <class Rep, class Period>
[[nodiscard]] constexpr std::chrono::nanoseconds saturated(std::chrono::duration<Rep, Period> d) noexcept {
  using seconds = std::chrono::duration<double>;
  if (!(d > d.zero())) return std::chrono::nanoseconds::zero();  // NaN, too, is over at once.
  if (std::chrono::duration_cast<seconds>(d) >= std::chrono::duration_cast<seconds>(infinity)) return infinity;
  const auto exact = std::chrono::duration_cast<std::chrono::nanoseconds>(d);
  return exact < d ? exact + std::chrono::nanoseconds{1} : exact;  // Never earlier than asked.
}

/// The instant `wait` from `start`; `never` if that is beyond the time line.
[[nodiscard]] constexpr instant deadline_after(instant start, std::chrono::nanoseconds wait) noexcept {
  return wait >= never - start ? never : start + wait;
}

}  // namespace detail
}  // namespace shoal

#endif
