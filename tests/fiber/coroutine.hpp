// tests/fiber/coroutine.hpp — a fiber to write tests with: runs a function, can be suspended and run again.
#ifndef SHOAL_TESTS_FIBER_COROUTINE_HPP
#define SHOAL_TESTS_FIBER_COROUTINE_HPP

#include <functional>
#include <utility>

#include <shoal/fiber.hpp>

namespace shoal::test {

/// A carrier that has adopted the thread that makes it.
class thread_carrier : public detail::carrier {
 public:
  thread_carrier() noexcept { adopt_thread(); }
};

class coroutine final : public detail::fiber {
 public:
  using code = std::function<void(coroutine&)>;

  coroutine(detail::stack_pool& stacks, code runs) : stacks_(stacks), code_(std::move(runs)) {
    stacks_.take(detail::stack_class(64 * 1024), &on_, 1);
    start(on_);
  }
  ~coroutine() {
    reset();
    stacks_.give(&on_, 1);
  }

  /// Called by its own code: goes back to whoever ran it.
  void pause() { here_ = &suspend(*here_); }
  void pause_for(coroutine& next) { here_ = &suspend_to(*here_, next); }

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] bool unwound() const { return unwound_; }
  [[nodiscard]] const detail::stack& on() const { return on_; }

 private:
  void main(detail::carrier& here) noexcept override {
    here_ = &here;
    try {
      code_(*this);
    } catch (...) {  // Nothing but a forced unwind comes here: tests catch their own exceptions.
      unwound_ = detail::forced_unwind_done();
    }
    finished_ = true;
    end(*here_);
  }

  detail::stack_pool& stacks_;
  detail::stack on_;
  code code_;
  detail::carrier* here_ = nullptr;
  bool finished_ = false;
  bool unwound_ = false;
};

}  // namespace shoal::test

#endif
