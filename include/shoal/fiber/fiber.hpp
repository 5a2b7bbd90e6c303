// include/shoal/fiber/fiber.hpp — a flow of control with a stack of its own, and the thread that carries it.
//
//   carrier (a thread's own stack)  --run(f)-->  f  --suspend_to(g)-->  g  --suspend()-->  back in run(), which returns
//
// Who       start, run: the carrier's thread. suspend, suspend_to, end: code on the fiber. Another carrier may run it each time.
// Rules     R1 Nothing that belongs to a thread is kept across a suspension: it may end on another one. The carrier it ends on is
//              what suspend() returns.
//           R2 A suspended fiber is not run again before the code that runs next on the carrier has begun: only then are its registers
//              saved. Whoever publishes "it may run again" does so from there, for carrier::departed(): see worker.hpp, two-phase
//              park.
//           R3 A fiber that ends never returns: it calls end() or end_to(), and its stack may be reused.
//
// All of it is inline because the processor guesses where a `ret` goes from the calls it has seen, and after a switch it guesses
// wrong: every call level between the jump and the code that goes on costs a misprediction.
#ifndef SHOAL_FIBER_FIBER_HPP
#define SHOAL_FIBER_FIBER_HPP

#include <shoal/base.hpp>

#include <shoal/fiber/exception_state.hpp>
#include <shoal/fiber/jump.hpp>
#include <shoal/fiber/sanitizer.hpp>
#include <shoal/fiber/stack.hpp>

namespace shoal::detail {

class carrier;

class fiber {
 public:
  fiber() noexcept = default;
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  /// Lays the first frame on `on`. Runs nothing yet.
  void start(const stack& on, const control_words& control = control_words::current()) noexcept;
  [[nodiscard]] bool started() const noexcept { return stack_pointer() != nullptr; }

  /// While it is suspended: how deep its stack reaches.
  [[nodiscard]] const void* stack_pointer() const noexcept { return context_.load(sync::relaxed); }

  /// A hint to the processor: this fiber's control block, or what it will touch of its stack when it is run, is needed soon.
  /// Harmless if that is not so. Any thread.
  void prefetch() const noexcept {
    for (int line = 0; line < 3; ++line) __builtin_prefetch(reinterpret_cast<const char*>(this) + line * 64);
  }
  void prefetch_stack() const noexcept {
    const auto* top = static_cast<const char*>(stack_pointer());
    if (top == nullptr) return;
    for (int line = 0; line < 5; ++line) __builtin_prefetch(top + line * 64);
  }

  /// Gives control back to the carrier's own stack. Returns, on whichever carrier runs this fiber again. Called on the fiber.
  carrier& suspend(carrier& here) noexcept;
  /// The same, but gives control straight to `next`, which must be started.
  carrier& suspend_to(carrier& here, fiber& next) noexcept;

  /// The last suspension: nothing of this stack is needed any more.
  [[noreturn]] void end(carrier& here) noexcept;
  [[noreturn]] void end_to(carrier& here, fiber& next) noexcept;

  /// Makes it a fiber that was never started, once it has ended or if it never ran.
  void reset() noexcept;

 protected:
  ~fiber() = default;

 private:
  friend class carrier;

  /// What it runs. Must never return (R3) and never let an exception out.
  virtual void main(carrier& here) noexcept = 0;

  static void enter(void* on) noexcept;
  static carrier& arrive(void* on) noexcept;

  saved_place context_{nullptr};  // While it is suspended: where its registers are saved. Atomic for prefetch_stack().
  exception_state exceptions_;  // While it is suspended.
  [[no_unique_address]] fiber_notes notes_;
};

/// A thread that runs fibers.
class carrier {
 public:
  carrier() noexcept = default;
  carrier(const carrier&) = delete;
  carrier& operator=(const carrier&) = delete;

  /// Before the first run(), on the thread.
  void adopt_thread() noexcept {
    exceptions_ = thread_exception_state();
    control_ = control_words::current();
  }
  /// The thread's own, whatever the fibers on it have changed.
  [[nodiscard]] const control_words& control() const noexcept { return control_; }

  /// Runs `f`, and whoever `f` and its successors give control to, until one of them suspends to here.
  void run(fiber& f) noexcept {
    departed_ = nullptr;
    running_ = &f;
    *exceptions_ = f.exceptions_;
    notes_.leave_for(f.notes_);
    jump(context_, f.context_.load(sync::relaxed), this);
    notes_.arrive();
  }

  /// Who was running on this thread before the code that asks; null if that was the carrier's own stack.
  [[nodiscard]] fiber* departed() const noexcept { return departed_; }

 private:
  friend class fiber;

  saved_place context_{nullptr};  // While a fiber runs: where this thread's own registers are saved.
  fiber* running_ = nullptr;
  fiber* departed_ = nullptr;
  exception_state* exceptions_ = nullptr;
  control_words control_{};
  [[no_unique_address]] carrier_notes notes_;
};

inline carrier& fiber::arrive(void* on) noexcept {
  carrier& here = *static_cast<carrier*>(on);
  here.running_->notes_.arrive(here.notes_, here.departed_ == nullptr);
  return here;
}

inline carrier& fiber::suspend(carrier& here) noexcept {
  here.departed_ = this;
  exceptions_ = *here.exceptions_;
  *here.exceptions_ = {};
  notes_.leave_for(here.notes_);
  return arrive(jump(context_, here.context_.load(sync::relaxed), nullptr));
}

inline carrier& fiber::suspend_to(carrier& here, fiber& next) noexcept {
  here.departed_ = this;
  here.running_ = &next;
  exceptions_ = *here.exceptions_;
  *here.exceptions_ = next.exceptions_;
  notes_.leave_for(next.notes_);
  return arrive(jump(context_, next.context_.load(sync::relaxed), &here));
}

}  // namespace shoal::detail

#endif
