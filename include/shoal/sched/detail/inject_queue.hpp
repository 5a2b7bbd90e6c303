// include/shoal/sched/detail/inject_queue.hpp — runnables from threads that are no workers. Over moodycamel's ConcurrentQueue.
#ifndef SHOAL_SCHED_DETAIL_INJECT_QUEUE_HPP
#define SHOAL_SCHED_DETAIL_INJECT_QUEUE_HPP

#include <memory>

#include <shoal/sched/runnable.hpp>

namespace shoal::detail {

class inject_queue {
 public:
  inject_queue();
  inject_queue(const inject_queue&) = delete;
  inject_queue& operator=(const inject_queue&) = delete;
  ~inject_queue();

  /// Any thread. Throws std::bad_alloc; `r` is not in the queue then.
  void push(runnable& r);
  /// Any thread. One of the oldest, or null.
  [[nodiscard]] runnable* pop() noexcept;
  /// False as soon as a push that happened before has not been popped.
  [[nodiscard]] bool empty() const noexcept;

 private:
  struct queue;
  std::unique_ptr<queue> queue_;
};

}  // namespace shoal::detail

#endif
