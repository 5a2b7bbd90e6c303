// include/shoal/fiber/fiber.hpp — a flow of control with a stack of its own, and the thread that carries it.
//
//   carrier (a thread's own stack)  --run(f)-->  fiber f  --suspend()-->  back in run(), which returns
//
// Who       start, run: the carrier's thread. suspend: code on the fiber. A fiber may be run by another carrier each time.
// Rules     R1 Nothing that belongs to a thread is kept across suspend(): it may return on another one.
//           R2 A suspended fiber is not run again before the run() that ran it last has returned (its registers are saved only
//              then). Whoever publishes "it may run again" does so from the carrier's stack: see worker.hpp, two-phase park.
//           R3 A fiber that ends never returns: it calls end(), and its stack may be reused.
//
// run() and suspend() are inline because the processor guesses where a `ret` goes from the calls it has seen, and after a switch it
// guesses wrong: every call level between the jump and the code that goes on costs a misprediction.
#ifndef SHOAL_FIBER_FIBER_HPP
#define SHOAL_FIBER_FIBER_HPP

#include <boost/context/detail/fcontext.hpp>

#include <shoal/base.hpp>

#include <shoal/fiber/exception_state.hpp>
#include <shoal/fiber/sanitizer.hpp>
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
  void suspend() noexcept {
    notes_.leave_fiber();
    other_side_ = boost::context::detail::jump_fcontext(other_side_, nullptr).fctx;
    notes_.enter_fiber();
  }

  /// The last suspend(): nothing of this stack is needed any more.
  [[noreturn]] void end() noexcept;

  /// Makes it a fiber that was never started, once it has ended or if it never ran.
  void reset() noexcept;

 protected:
  ~fiber() = default;

 private:
  friend class carrier;

  /// What it runs. Must never return (R3) and never let an exception out.
  virtual void main() noexcept = 0;

  [[noreturn]] static void enter(boost::context::detail::transfer_t from) noexcept;

  // While it runs: the carrier's saved registers. While it is suspended: its own.
  void* other_side_ = nullptr;
  exception_state exceptions_;  // While it is suspended.
  [[no_unique_address]] switch_notes notes_;
};

/// A thread that runs fibers. Construct it on that thread.
class carrier {
 public:
  carrier() noexcept : exceptions_(thread_exception_state()) {}
  carrier(const carrier&) = delete;
  carrier& operator=(const carrier&) = delete;

  /// Runs `f` until it suspends.
  void run(fiber& f) noexcept {
    *exceptions_ = f.exceptions_;
    f.notes_.leave_carrier();
    f.other_side_ = boost::context::detail::jump_fcontext(f.other_side_, &f).fctx;  // The first jump reads &f.
    f.notes_.enter_carrier();
    f.exceptions_ = *exceptions_;
    *exceptions_ = {};
  }

 private:
  exception_state* const exceptions_;
};

}  // namespace shoal::detail

#endif
