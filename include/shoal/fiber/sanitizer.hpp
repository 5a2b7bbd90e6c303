// include/shoal/fiber/sanitizer.hpp — what AddressSanitizer and ThreadSanitizer must be told about a switch. Else empty.
#ifndef SHOAL_FIBER_SANITIZER_HPP
#define SHOAL_FIBER_SANITIZER_HPP

#include <cstddef>

#include <shoal/base.hpp>

#include <shoal/fiber/stack.hpp>

#if SHOAL_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#elif SHOAL_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace shoal::detail {

#if SHOAL_ASAN

class switch_notes {
 public:
  void begin(const stack& on) noexcept {
    low_ = on.low();
    bytes_ = on.bytes();
    fiber_fake_ = nullptr;
    __asan_unpoison_memory_region(on.low(), on.bytes());  // What an earlier owner left behind.
  }
  void leave_carrier() noexcept { __sanitizer_start_switch_fiber(&carrier_fake_, low_, bytes_); }
  void enter_carrier() noexcept { __sanitizer_finish_switch_fiber(carrier_fake_, nullptr, nullptr); }
  void enter_fiber() noexcept { __sanitizer_finish_switch_fiber(fiber_fake_, &carrier_low_, &carrier_bytes_); }
  void leave_fiber() noexcept { __sanitizer_start_switch_fiber(&fiber_fake_, carrier_low_, carrier_bytes_); }
  void leave_for_ever() noexcept { __sanitizer_start_switch_fiber(nullptr, carrier_low_, carrier_bytes_); }
  void forget() noexcept {}

 private:
  const void* low_ = nullptr;
  std::size_t bytes_ = 0;
  void* fiber_fake_ = nullptr;
  void* carrier_fake_ = nullptr;
  const void* carrier_low_ = nullptr;  // While the fiber runs: the stack to go back to.
  std::size_t carrier_bytes_ = 0;
};

#elif SHOAL_TSAN

class switch_notes {
 public:
  void begin(const stack&) noexcept { fiber_ = __tsan_create_fiber(0); }
  void leave_carrier() noexcept {
    carrier_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber_, 0);
  }
  void enter_carrier() noexcept {}
  void enter_fiber() noexcept {}
  void leave_fiber() noexcept { __tsan_switch_to_fiber(carrier_, 0); }
  void leave_for_ever() noexcept { leave_fiber(); }
  void forget() noexcept {
    if (fiber_ != nullptr) __tsan_destroy_fiber(fiber_);
    fiber_ = nullptr;
  }

 private:
  void* fiber_ = nullptr;
  void* carrier_ = nullptr;
};

#else

class switch_notes {
 public:
  void begin(const stack&) noexcept {}
  void leave_carrier() noexcept {}
  void enter_carrier() noexcept {}
  void enter_fiber() noexcept {}
  void leave_fiber() noexcept {}
  void leave_for_ever() noexcept {}
  void forget() noexcept {}
};

#endif

}  // namespace shoal::detail

#endif
