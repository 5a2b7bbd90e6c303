#include <shoal/sched/detail/inject_queue.hpp>

#include <concurrentqueue.h>

#include <mutex>
#include <new>
#include <type_traits>

namespace shoal::detail {

namespace {

struct no_lock {
  void lock() noexcept {}
  void unlock() noexcept {}
};

}  // namespace

struct inject_queue::queue {
  moodycamel::ConcurrentQueue<runnable*> runnables;
  // ThreadSanitizer does not know the fences the queue reuses its blocks with; there a lock stands in.
  [[no_unique_address]] std::conditional_t<under_tsan, sync::spin_lock, no_lock> lock;
};

inject_queue::inject_queue() : queue_(std::make_unique<queue>()) {}
inject_queue::~inject_queue() = default;

void inject_queue::push(runnable& r) {
  const std::lock_guard hold(queue_->lock);
  if (!queue_->runnables.enqueue(&r)) throw std::bad_alloc{};
}

runnable* inject_queue::pop() noexcept {
  const std::lock_guard hold(queue_->lock);
  runnable* taken = nullptr;
  return queue_->runnables.try_dequeue(taken) ? taken : nullptr;
}

bool inject_queue::empty() const noexcept { return queue_->runnables.size_approx() == 0; }

}  // namespace shoal::detail
