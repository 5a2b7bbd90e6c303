#include <shoal/fiber/fiber.hpp>

#include <boost/context/detail/fcontext.hpp>

#include <shoal/base.hpp>

#if SHOAL_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if SHOAL_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace shoal::detail {
namespace {

namespace context = boost::context::detail;

}  // namespace

// The sanitizers' view of a jump. Each function is called at its place in carrier::run, fiber::suspend and the entry.
struct fiber::landing {
  static void on_fiber([[maybe_unused]] fiber& f) noexcept {
#if SHOAL_ASAN
    __sanitizer_finish_switch_fiber(f.fake_stack_, &f.carrier_low_, &f.carrier_bytes_);
#endif
  }
  static void leave_fiber([[maybe_unused]] fiber& f, [[maybe_unused]] bool for_ever) noexcept {
#if SHOAL_ASAN
    __sanitizer_start_switch_fiber(for_ever ? nullptr : &f.fake_stack_, f.carrier_low_, f.carrier_bytes_);
#endif
#if SHOAL_TSAN
    __tsan_switch_to_fiber(f.tsan_carrier_, 0);
#endif
  }
  [[noreturn]] static void enter(context::transfer_t from) noexcept {
    fiber& self = *static_cast<fiber*>(from.data);
    self.other_side_ = from.fctx;
    on_fiber(self);
    self.main();
    assertion_failed("a fiber's main never returns", __FILE__, __LINE__);
  }
};

void fiber::start(const stack& on) noexcept {
#if SHOAL_ASAN
  low_ = on.low();
  bytes_ = on.bytes();
  fake_stack_ = nullptr;
  __asan_unpoison_memory_region(on.low(), on.bytes());  // What an earlier owner left behind.
#endif
#if SHOAL_TSAN
  tsan_fiber_ = __tsan_create_fiber(0);
#endif
  other_side_ = context::make_fcontext(on.top, on.bytes(), &landing::enter);
  exceptions_ = {};
}

void fiber::suspend() noexcept {
  landing::leave_fiber(*this, false);
  const context::transfer_t back = context::jump_fcontext(other_side_, nullptr);
  other_side_ = back.fctx;
  landing::on_fiber(*this);
}

void fiber::end() noexcept {
  landing::leave_fiber(*this, true);
  context::jump_fcontext(other_side_, nullptr);
  assertion_failed("an ended fiber is never run again", __FILE__, __LINE__);
}

void fiber::reset() noexcept {
  other_side_ = nullptr;
#if SHOAL_TSAN
  if (tsan_fiber_ != nullptr) __tsan_destroy_fiber(tsan_fiber_);
  tsan_fiber_ = nullptr;
#endif
}

void carrier::run(fiber& f) noexcept {
  *exceptions_ = f.exceptions_;
#if SHOAL_ASAN
  void* fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&fake_stack, f.low_, f.bytes_);
#endif
#if SHOAL_TSAN
  f.tsan_carrier_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(f.tsan_fiber_, 0);
#endif
  const context::transfer_t back = context::jump_fcontext(f.other_side_, &f);  // The first jump reads &f.
#if SHOAL_ASAN
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
  f.other_side_ = back.fctx;
  f.exceptions_ = *exceptions_;
  *exceptions_ = {};
}

}  // namespace shoal::detail
