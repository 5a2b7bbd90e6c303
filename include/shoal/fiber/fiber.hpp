// include/shoal/fiber/fiber.hpp — a flow of control with a stack of its own, and the thread that carries it.
//
//   carrier (a thread's own stack)  --run(f)-->  fiber f  --suspend()-->  back in run(), which returns
//
// Who       start, run: the carrier's thread. suspend: code on the fiber. A fiber may be run by another carrier each time.
// Rules     R1 Nothing that belongs to a thread is kept across suspend(): it may return on another one.
//           R2 A suspended fiber is not run again before the run() that ran it last has returned (its registers are saved only
//              then). Whoever publishes "it may run again" does so from the carrier's stack: see scheduler.hpp, two-phase park.
//           R3 A fiber that ends never returns: it calls suspend() for the last time, and its stack may be reused.
#ifndef SHOAL_FIBER_FIBER_HPP
#define SHOAL_FIBER_FIBER_HPP

#include <shoal/base.hpp>
#include <shoal/fiber/exception_state.hpp>
#include <shoal/fiber/stack.hpp>

namespace shoal::detail {

class fiber {
 public:
  fiber() noexcept = default;
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  /// Lays the first frame on `on`. Runs nothing yet.
  void start(const stack& on) noexcept;
  [[nodiscard]] bool started() const noexcept { return other_side_ != nullptr; }

  /// Gives control back to the carrier; returns when some carrier runs this fiber again. Called on the fiber.
  void suspend() noexcept;

  /// The last suspend(): tells the sanitizers, too, that nothing of this stack is needed any more.
  [[noreturn]] void end() noexcept;

  /// Makes it a fiber that was never started, once it has ended or if it never ran.
  void reset() noexcept;

 protected:
  ~fiber() = default;

 private:
  friend class carrier;

  /// What it runs. Must never return (R3) and never let an exception out.
  virtual void main() noexcept = 0;

  // While it runs: the carrier's saved registers. While it is suspended: its own.
  void* other_side_ = nullptr;
  exception_state exceptions_;  // While it is suspended.
#if SHOAL_ASAN
  void* fake_stack_ = nullptr;
  const void* carrier_low_ = nullptr;  // While it runs: the stack to go back to.
  std::size_t carrier_bytes_ = 0;
  const void* low_ = nullptr;
  std::size_t bytes_ = 0;
#endif
#if SHOAL_TSAN
  void* tsan_fiber_ = nullptr;
  void* tsan_carrier_ = nullptr;
#endif
  struct landing;
};

/// A thread that runs fibers. Construct it on that thread.
class carrier {
 public:
  carrier() noexcept : exceptions_(thread_exception_state()) {}
  carrier(const carrier&) = delete;
  carrier& operator=(const carrier&) = delete;

  /// Runs `f` until it suspends.
  void run(fiber& f) noexcept;

 private:
  exception_state* const exceptions_;
};

}  // namespace shoal::detail

#endif
