// tests/sched/test_runnable.hpp — runnables that only wait in queues.
#ifndef SHOAL_TESTS_SCHED_TEST_RUNNABLE_HPP
#define SHOAL_TESTS_SCHED_TEST_RUNNABLE_HPP

#include <shoal/sched.hpp>

namespace shoal::test {

class waiting_runnable final : public detail::runnable {
 public:
  explicit waiting_runnable(int n = 0) : number(n) {}
  int number;

 private:
  void body() noexcept override {}
  void ended() noexcept override {}
  void could_not_start(const char*) noexcept override {}
};

/// The number of what was taken from a queue; 0: nothing.
[[nodiscard]] inline int number_of(const detail::runnable* r) {
  return r == nullptr ? 0 : static_cast<const waiting_runnable*>(r)->number;
}

}  // namespace shoal::test

#endif
