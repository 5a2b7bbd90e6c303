// include/shoal/sched/runnable.hpp — what the scheduler schedules: a fiber with a place in a queue. It does not know processes.
#ifndef SHOAL_SCHED_RUNNABLE_HPP
#define SHOAL_SCHED_RUNNABLE_HPP

#include <cstddef>
#include <cstdint>

#include <shoal/base.hpp>
#include <shoal/fiber.hpp>

namespace shoal::detail {

class runnable : public fiber {
 public:
  runnable* next = nullptr;  ///< The links of whichever queue holds it; a runnable is in one queue at most.
  runnable* previous = nullptr;  ///< Only of a queue with two ends.

  /// Why it does not run. Written by its own fiber, or by whoever holds it; read by observers at any time.
  void set_waits_for(wait_reason why) noexcept { waits_for_.store(why, sync::relaxed); }
  [[nodiscard]] wait_reason waits_for() const noexcept { return waits_for_.load(sync::relaxed); }

  /// Reductions of all finished turns.
  [[nodiscard]] std::uint64_t reductions() const noexcept { return reductions_.read(); }

  [[nodiscard]] priority rank() const noexcept { return rank_; }
  [[nodiscard]] std::size_t stack_bytes() const noexcept { return stack_sizes[stack_class_]; }
  /// How deep its stack reached when it was last suspended; 0: it has none. For observers: a guess while it runs.
  [[nodiscard]] std::size_t stack_depth() const noexcept {
    const std::byte* const top = stack_top_.load(sync::relaxed);
    const auto* const deepest = static_cast<const std::byte*>(stack_pointer());
    return top != nullptr && deepest != nullptr && deepest < top ? static_cast<std::size_t>(top - deepest) : 0;
  }

  /// How much of its stack is left below `here`, which lies on it.
  [[nodiscard]] std::size_t room_below(const void* here) const noexcept {
    return stack_bytes() - static_cast<std::size_t>(stack_top_.load(sync::relaxed) - static_cast<const std::byte*>(here));
  }

 protected:
  ~runnable() = default;

  /// Before it is scheduled for the first time.
  void configure(priority rank, std::uint8_t size_class) noexcept {
    rank_ = rank;
    stack_class_ = size_class;
    reductions_.reset();
  }

 private:
  friend class worker;
  friend class scheduler;  // Its monitor asks who is overdue.

  void main(carrier& here) noexcept final;

  /// What it does. Ends with worker::end().
  virtual void body() noexcept = 0;
  /// It has called end(); its stack is gone; nobody runs it. By what runs next on the worker.
  virtual void ended() noexcept = 0;
  /// No stack could be had for its first turn; it never ran. On the worker that tried.
  virtual void could_not_start(const char* why) noexcept = 0;
  /// Whether it should have ended long since. By the monitor's thread, while it has been in one turn for milliseconds.
  [[nodiscard]] virtual bool overdue() const noexcept { return false; }
  /// It still is. The monitor's thread does what can be done about that.
  virtual void write_off() noexcept {}

  sync::atomic<std::byte*> stack_top_{nullptr};
  counter reductions_;
  std::uint8_t stack_class_ = 0;
  priority rank_ = priority::normal;
  sync::atomic<wait_reason> waits_for_{wait_reason::none};
};

}  // namespace shoal::detail

#endif
