// include/shoal/process/detail/report_limit.hpp — how many crash reports a second are worth reading.
#ifndef SHOAL_PROCESS_DETAIL_REPORT_LIMIT_HPP
#define SHOAL_PROCESS_DETAIL_REPORT_LIMIT_HPP

#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include <shoal/base.hpp>

namespace shoal::detail {

/// Any thread.
class report_limit {
 public:
  static constexpr std::size_t reports_a_second = 100;

  /// Whether to write a report, and if so how many have been left out since the last one.
  [[nodiscard]] std::optional<std::size_t> admit(instant now) noexcept {
    constexpr std::chrono::nanoseconds period = std::chrono::seconds{1};
    const std::lock_guard hold(lock_);
    if (now - period_began_ >= period) {
      period_began_ = now;
      written_ = 0;
    }
    if (written_ == reports_a_second) {
      ++left_out_;
      return std::nullopt;
    }
    ++written_;
    return std::exchange(left_out_, 0);
  }
  /// How many have been left out since the last report.
  [[nodiscard]] std::size_t take_left_out() noexcept {
    const std::lock_guard hold(lock_);
    return std::exchange(left_out_, 0);
  }

 private:
  sync::spin_lock lock_;
  instant period_began_{};
  std::size_t written_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace shoal::detail

#endif
