#include <shoal/sched/timer_wheel.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <mutex>
#include <utility>

namespace shoal::detail {
namespace {

constexpr std::int64_t no_tick = std::numeric_limits<std::int64_t>::max();

std::int64_t tick_before(instant at, int shift) noexcept { return at.time_since_epoch().count() >> shift; }

std::int64_t tick_not_before(instant at, int shift) noexcept {
  const std::int64_t tick = tick_before(at, shift);
  return (tick << shift) == at.time_since_epoch().count() ? tick : tick + 1;
}

}  // namespace

timer_wheel::timer_wheel(instant now) noexcept
    : next_due_(never.time_since_epoch().count()), now_tick_(tick_before(now, tick_shift)) {}

void timer_wheel::arm(timer& t, instant due) noexcept {
  const std::lock_guard hold(lock_);
  t.due_tick_ = std::max(tick_not_before(due, tick_shift), now_tick_ + 1);
  insert(t);
  t.armed_in_.store(this, sync::release);
  const std::int64_t due_ns = t.due_tick_ << tick_shift;
  if (due_ns < next_due_.load(sync::relaxed)) next_due_.store(due_ns, sync::release);
}

std::size_t timer_wheel::fire_expired(instant now, fifo<runnable>& woken) noexcept {
  if (next_due() > now) return 0;
  const std::lock_guard hold(lock_);
  const std::int64_t end = tick_before(now, tick_shift);
  std::size_t fired = 0;
  for (std::int64_t tick = next_tick(); tick <= end; tick = next_tick()) enter_tick(tick, woken, fired);
  now_tick_ = std::max(now_tick_, end);
  publish_next();
  return fired;
}

// The highest base-64 digit in which the two ticks differ gives the level, that digit of the later one the slot.
void timer_wheel::place_of(std::int64_t due_tick, int& level, int& slot) const noexcept {
  const auto difference = static_cast<std::uint64_t>(due_tick ^ now_tick_);
  const int highest_bit = 63 - std::countl_zero(difference | 1);
  level = std::min(highest_bit / slot_bits, levels - 1);
  slot = static_cast<int>(due_tick >> (level * slot_bits)) & (slots - 1);
}

void timer_wheel::insert(timer& t) noexcept {
  int at_level = 0;
  int at_slot = 0;
  place_of(t.due_tick_, at_level, at_slot);
  wheel_level& l = levels_[static_cast<std::size_t>(at_level)];
  timer*& first = l.first[static_cast<std::size_t>(at_slot)];
  t.previous_ = nullptr;
  t.next_ = first;
  if (first != nullptr) first->previous_ = &t;
  first = &t;
  l.used |= std::uint64_t{1} << at_slot;
}

void timer_wheel::remove(timer& t) noexcept {
  if (t.next_ != nullptr) t.next_->previous_ = t.previous_;
  if (t.previous_ != nullptr) {
    t.previous_->next_ = t.next_;
    return;
  }
  int at_level = 0;
  int at_slot = 0;
  place_of(t.due_tick_, at_level, at_slot);
  wheel_level& l = levels_[static_cast<std::size_t>(at_level)];
  l.first[static_cast<std::size_t>(at_slot)] = t.next_;
  if (t.next_ == nullptr) l.used &= ~(std::uint64_t{1} << at_slot);
}

// The next tick at which a slot of any level must be looked at.
std::int64_t timer_wheel::next_tick() const noexcept {
  std::int64_t next = no_tick;
  for (int i = 0; i < levels; ++i) {
    const wheel_level& l = levels_[static_cast<std::size_t>(i)];
    if (l.used == 0) continue;
    const int shift = i * slot_bits;
    const std::int64_t here = now_tick_ >> shift;
    const int digit = static_cast<int>(here & (slots - 1));
    // Slots behind the current digit; on the last level they wrap round, for dates beyond its span.
    const std::uint64_t later = digit == slots - 1 ? 0 : l.used & (~std::uint64_t{0} << (digit + 1));
    const std::int64_t round = here - digit;
    const std::int64_t slot = later != 0 ? round + std::countr_zero(later) : round + slots + std::countr_zero(l.used);
    next = std::min(next, slot << shift);
  }
  return next;
}

// Time reaches `tick`: what lies in its slots, from the top level down, fires or moves to a lower level.
void timer_wheel::enter_tick(std::int64_t tick, fifo<runnable>& woken, std::size_t& fired) noexcept {
  now_tick_ = tick;
  for (int i = levels - 1; i >= 0; --i) {
    const int shift = i * slot_bits;
    if ((tick & ((std::int64_t{1} << shift) - 1)) != 0) continue;  // This level's slot begins at another tick.
    wheel_level& l = levels_[static_cast<std::size_t>(i)];
    const auto slot = static_cast<std::size_t>((tick >> shift) & (slots - 1));
    timer* chain = std::exchange(l.first[slot], nullptr);
    l.used &= ~(std::uint64_t{1} << slot);
    while (chain != nullptr) {
      timer& t = *std::exchange(chain, chain->next_);
      if (t.due_tick_ > tick) {
        insert(t);
        continue;
      }
      ++fired;
      t.fired_(t, woken);
      t.armed_in_.store(nullptr, sync::release);  // Last: from here on its owner may reuse it.
    }
  }
}

void timer_wheel::publish_next() noexcept {
  const std::int64_t tick = next_tick();
  next_due_.store(tick == no_tick ? never.time_since_epoch().count() : tick << tick_shift, sync::release);
}

}  // namespace shoal::detail
