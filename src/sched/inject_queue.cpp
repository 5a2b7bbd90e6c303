#include <shoal/sched/detail/inject_queue.hpp>

#include <concurrentqueue.h>

#include <new>

namespace shoal::detail {

struct inject_queue::queue {
  moodycamel::ConcurrentQueue<runnable*> runnables;
};

inject_queue::inject_queue() : queue_(std::make_unique<queue>()) {}
inject_queue::~inject_queue() = default;

void inject_queue::push(runnable& r) {
  if (!queue_->runnables.enqueue(&r)) throw std::bad_alloc{};
}

runnable* inject_queue::pop() noexcept {
  runnable* taken = nullptr;
  return queue_->runnables.try_dequeue(taken) ? taken : nullptr;
}

bool inject_queue::empty() const noexcept { return queue_->runnables.size_approx() == 0; }

}  // namespace shoal::detail
