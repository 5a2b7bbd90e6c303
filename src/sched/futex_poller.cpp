#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include <shoal/sched/poller.hpp>

namespace shoal::detail {
namespace {

// word_: 0 → 1 by wake() → 0 by wait(); -1 while the worker sleeps in the kernel.
// Pairing: wake (release) → wait (acquire): what the waker did before is seen by the woken worker.
class futex_poller final : public poller {
 public:
  explicit futex_poller(clock& time) noexcept : time_(time) {}

  bool wait(instant until) noexcept override {
    int seen = 0;
    if (!word_.compare_exchange_strong(seen, asleep, sync::acq_rel, sync::acquire)) return take_token();
    while (word_.load(sync::acquire) == asleep) {
      if (until == never) {
        sleep(nullptr);
        continue;
      }
      const auto left = until - time_.now();
      if (left <= left.zero()) break;
      const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
      const timespec limit{static_cast<std::time_t>(whole.count()), static_cast<long>((left - whole).count())};
      sleep(&limit);
    }
    seen = asleep;
    if (word_.compare_exchange_strong(seen, 0, sync::acq_rel, sync::acquire)) return false;
    return take_token();
  }

  void wake() noexcept override {
    SHOAL_DELAY_POINT("poller: about to leave the token");
    if (word_.exchange(token, sync::acq_rel) == asleep)
      ::syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }

 private:
  static constexpr int asleep = -1;
  static constexpr int token = 1;

  bool take_token() noexcept {
    word_.store(0, sync::release);
    return true;
  }
  void sleep(const timespec* limit) noexcept { ::syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, asleep, limit, nullptr, 0); }

  clock& time_;
  sync::atomic<int> word_{0};
  static_assert(sizeof(sync::atomic<int>) == sizeof(int));
};

}  // namespace

std::unique_ptr<poller> make_futex_poller(clock& time) {
  // The kernel may lump a sleeper's wake-up together with others within 50 µs; timers want theirs on time.
  ::prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
  return std::make_unique<futex_poller>(time);
}

}  // namespace shoal::detail
