#include <shoal/sched/detail/sysmon.hpp>

#include <sys/timerfd.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <utility>

namespace shoal::detail {
namespace {

constexpr long period_ns = 4'000'000;

void set_timer(int timer, long after_ns) noexcept {
  const itimerspec once{{0, 0}, {0, after_ns}};
  ::timerfd_settime(timer, 0, &once, nullptr);
}

}  // namespace

sysmon::sysmon(std::function<bool()> look) : look_(std::move(look)), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
  if (timer_ < 0)
    throw system_limit(std::string("shoal: the system refused a timer (") + std::strerror(errno) +
                       "). Look at the limit on open files: ulimit -n.");
}

sysmon::~sysmon() { ::close(timer_); }

void sysmon::arm() noexcept { set_timer(timer_, period_ns); }

void sysmon::run() noexcept {
  while (!stopping_.load(sync::acquire)) {
    std::uint64_t expirations = 0;
    if (::read(timer_, &expirations, sizeof expirations) < 0) continue;
    armed_.store(false, sync::seq_cst);
    sync::store_load_fence(meeting_);  // A
    if (look_()) note_awake();         // R1
  }
}

void sysmon::stop() noexcept {
  stopping_.store(true, sync::release);
  set_timer(timer_, 1);
}

}  // namespace shoal::detail
