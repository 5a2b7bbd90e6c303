// include/shoal/base/wait_reason.hpp — why a process is not running. Each place that suspends has its own.
#ifndef SHOAL_BASE_WAIT_REASON_HPP
#define SHOAL_BASE_WAIT_REASON_HPP

#include <cstdint>
#include <string_view>

namespace shoal {

enum class wait_reason : std::uint8_t {
  none,           ///< It runs, or could.
  not_started,    ///< Spawned; no worker has taken it yet.
  turn_used_up,   ///< Its reductions are spent; it waits for its next turn.
  yield,          ///< It called yield().
  receive,        ///< In a receive that has no time limit.
  receive_until,  ///< In a receive with a time limit.
  sleep,          ///< In sleep().
  suspended,      ///< Held up by suspend().
  hibernate,      ///< In hibernate(), without a stack.
};

/// The words a report shows: "receive", "sleep", ...
[[nodiscard]] constexpr std::string_view to_string(wait_reason why) noexcept {
  switch (why) {
    case wait_reason::none: return "running";
    case wait_reason::not_started: return "not started";
    case wait_reason::turn_used_up: return "turn used up";
    case wait_reason::yield: return "yield";
    case wait_reason::receive: return "receive";
    case wait_reason::receive_until: return "receive with a time limit";
    case wait_reason::sleep: return "sleep";
    case wait_reason::suspended: return "suspended";
    case wait_reason::hibernate: return "hibernate";
  }
  return "?";
}

}  // namespace shoal

#endif
