#include <shoal/base/time.hpp>

#include <pthread.h>
#include <time.h>
#include <unistd.h>

namespace shoal::detail {
namespace {

class real_clock final : public clock {
 public:
  instant now() noexcept override { return instant{std::chrono::steady_clock::now().time_since_epoch()}; }
};

}  // namespace

clock& steady_clock() noexcept {
  static real_clock only;
  return only;
}

void processor_time::follow_this_thread() noexcept {
#if defined(_POSIX_THREAD_CPUTIME) && _POSIX_THREAD_CPUTIME >= 0
  clockid_t mine{};
  if (::pthread_getcpuclockid(::pthread_self(), &mine) == 0) clock_.store(static_cast<int>(mine), sync::release);
#endif
}

std::chrono::nanoseconds processor_time::used() const noexcept {
  const int clock = clock_.load(sync::acquire);
  timespec used{};
  if (clock == none || ::clock_gettime(static_cast<clockid_t>(clock), &used) != 0) return std::chrono::nanoseconds::zero();
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

}  // namespace shoal::detail
