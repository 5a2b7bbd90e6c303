// include/shoal/process/detail/hold_both.hpp — the locks of two processes at once.
#ifndef SHOAL_PROCESS_DETAIL_HOLD_BOTH_HPP
#define SHOAL_PROCESS_DETAIL_HOLD_BOTH_HPP

#include <functional>

#include <shoal/process/detail/process.hpp>

namespace shoal::detail {

/// The one at the lower address first (R4 of ties). The two differ.
class hold_both {
 public:
  hold_both(process& a, process& b) noexcept : low_(std::less<>{}(&a, &b) ? a : b), high_(&low_ == &a ? b : a) {
    low_.lock().lock();
    high_.lock().lock();
  }
  hold_both(const hold_both&) = delete;
  hold_both& operator=(const hold_both&) = delete;
  ~hold_both() {
    high_.lock().unlock();
    low_.lock().unlock();
  }

 private:
  process& low_;
  process& high_;
};

}  // namespace shoal::detail

#endif
