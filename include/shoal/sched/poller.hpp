// include/shoal/sched/poller.hpp — what a worker does when it has nothing to do. Sockets and the simulator bring their own.
#ifndef SHOAL_SCHED_POLLER_HPP
#define SHOAL_SCHED_POLLER_HPP

#include <memory>

#include <shoal/base.hpp>

namespace shoal::detail {

/// One for each worker.
class poller {
 public:
  virtual ~poller() = default;

  /// Sleeps until a token comes, or until `until` (`never`: no limit), or now and then for no reason.
  /// True: a token was there and is used up. On the worker's thread.
  [[nodiscard]] virtual bool wait(instant until) noexcept = 0;

  /// Leaves a token; one is enough, more make no difference. Any thread.
  virtual void wake() noexcept = 0;
};

/// Sleeps in the kernel on one word; no system call to wake a worker that has not gone to sleep yet.
[[nodiscard]] std::unique_ptr<poller> make_futex_poller(clock& time);

}  // namespace shoal::detail

#endif
