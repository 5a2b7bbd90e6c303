// tests/stress/watchdog.hpp — ends the program with a text when a test makes no progress: a failure, not a hang.
#ifndef SHOAL_TESTS_STRESS_WATCHDOG_HPP
#define SHOAL_TESTS_STRESS_WATCHDOG_HPP

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace shoal::stress {

class watchdog {
 public:
  /// Barks unless pat() is called, or this ends, at least once in every `patience`. `state` tells what to print then.
  watchdog(std::string what, std::chrono::seconds patience, std::function<std::string()> state = {})
      : what_(std::move(what)), state_(std::move(state)), guard_([this, patience] { watch(patience); }) {}
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;
  ~watchdog() {
    {
      const std::lock_guard hold(lock_);
      over_ = true;
    }
    changed_.notify_all();
    guard_.join();
  }

  /// There is progress.
  void pat() {
    const std::lock_guard hold(lock_);
    ++pats_;
    changed_.notify_all();
  }

 private:
  void watch(std::chrono::seconds patience) {
    std::unique_lock hold(lock_);
    while (!over_) {
      const unsigned before = pats_;
      if (changed_.wait_for(hold, patience, [&] { return over_ || pats_ != before; })) continue;
      std::fprintf(stderr, "\nwatchdog: no progress for %lld s: %s\n%s\n", static_cast<long long>(patience.count()),
                   what_.c_str(), state_ ? state_().c_str() : "");
      std::fflush(nullptr);
      std::_Exit(EXIT_FAILURE);  // Not abort(): a test framework that catches its signal could hang in turn.
    }
  }

  const std::string what_;
  const std::function<std::string()> state_;
  std::mutex lock_;
  std::condition_variable changed_;
  unsigned pats_ = 0;
  bool over_ = false;
  std::thread guard_;  // Last: it uses the rest.
};

}  // namespace shoal::stress

#endif
