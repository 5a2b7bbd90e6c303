// tests/support/report_log.hpp — keeps what a runtime reports, so that a test can look at it when the runtime is gone.
#ifndef SHOAL_TESTS_SUPPORT_REPORT_LOG_HPP
#define SHOAL_TESTS_SUPPORT_REPORT_LOG_HPP

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <shoal/shoal.hpp>

namespace shoal::test {

/// Copies share what they keep, so one can be given to `options.log`.
class report_log {
 public:
  void operator()(const report& r) const {
    const std::lock_guard hold(kept_->lock);
    kept_->reports.push_back(r);
  }
  [[nodiscard]] std::vector<report> all() const {
    const std::lock_guard hold(kept_->lock);
    return kept_->reports;
  }

 private:
  struct kept {
    std::mutex lock;
    std::vector<report> reports;
  };
  std::shared_ptr<kept> kept_ = std::make_shared<kept>();
};

/// For tests in which processes crash on purpose: nothing on stderr.
inline const std::function<void(const report&)> silent = [](const report&) {};

}  // namespace shoal::test

#endif
