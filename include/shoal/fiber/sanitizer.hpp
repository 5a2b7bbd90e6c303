// include/shoal/fiber/sanitizer.hpp — what AddressSanitizer and ThreadSanitizer must be told about a switch. Else empty.
//
// One function for each end of a jump: leave_for() just before it on the side that jumps, arrive() just after it on the other.
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

class carrier_notes;

class fiber_notes {
 public:
  void begin(const stack& on) noexcept {
    low_ = on.low();
    bytes_ = on.bytes();
    fake_stack_ = nullptr;
    __asan_unpoison_memory_region(on.low(), on.bytes());  // What an earlier owner left behind.
  }
  inline void arrive(carrier_notes& on, bool from_carrier) noexcept;
  template <class Notes>
  void leave_for(const Notes& next) noexcept {
    __sanitizer_start_switch_fiber(&fake_stack_, next.low_, next.bytes_);
  }
  template <class Notes>
  void leave_for_ever(const Notes& next) noexcept {
    __sanitizer_start_switch_fiber(nullptr, next.low_, next.bytes_);
  }
  void forget() noexcept {}

 private:
  friend class carrier_notes;
  const void* low_ = nullptr;
  std::size_t bytes_ = 0;
  void* fake_stack_ = nullptr;
};

class carrier_notes {
 public:
  void leave_for(const fiber_notes& next) noexcept { __sanitizer_start_switch_fiber(&fake_stack_, next.low_, next.bytes_); }
  void arrive() noexcept { __sanitizer_finish_switch_fiber(fake_stack_, nullptr, nullptr); }

 private:
  friend class fiber_notes;
  const void* low_ = nullptr;  // Known once a fiber has been entered from here.
  std::size_t bytes_ = 0;
  void* fake_stack_ = nullptr;
};

inline void fiber_notes::arrive(carrier_notes& on, bool from_carrier) noexcept {
  const void* low = nullptr;
  std::size_t bytes = 0;
  __sanitizer_finish_switch_fiber(fake_stack_, &low, &bytes);
  if (!from_carrier) return;
  on.low_ = low;
  on.bytes_ = bytes;
}

#elif SHOAL_TSAN

class carrier_notes;

class fiber_notes {
 public:
  void begin(const stack&) noexcept { fiber_ = __tsan_create_fiber(0); }
  void arrive(carrier_notes&, bool) noexcept {}
  template <class Notes>
  void leave_for(const Notes& next) noexcept {
    __tsan_switch_to_fiber(next.fiber_, 0);
  }
  template <class Notes>
  void leave_for_ever(const Notes& next) noexcept {
    leave_for(next);
  }
  void forget() noexcept {
    if (fiber_ != nullptr) __tsan_destroy_fiber(fiber_);
    fiber_ = nullptr;
  }

 private:
  friend class carrier_notes;
  friend class fiber_notes;
  void* fiber_ = nullptr;
};

class carrier_notes {
 public:
  void leave_for(const fiber_notes& next) noexcept {
    fiber_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(next.fiber_, 0);
  }
  void arrive() noexcept {}

 private:
  friend class fiber_notes;
  void* fiber_ = nullptr;
};

#else

class carrier_notes;

class fiber_notes {
 public:
  void begin(const stack&) noexcept {}
  void arrive(carrier_notes&, bool) noexcept {}
  template <class Notes>
  void leave_for(const Notes&) noexcept {}
  template <class Notes>
  void leave_for_ever(const Notes&) noexcept {}
  void forget() noexcept {}
};

class carrier_notes {
 public:
  void leave_for(const fiber_notes&) noexcept {}
  void arrive() noexcept {}
};

#endif

}  // namespace shoal::detail

#endif
