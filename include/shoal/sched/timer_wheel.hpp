// include/shoal/sched/timer_wheel.hpp — a worker's timers: arm and cancel in O(1), no thread and no tick of its own.
//
//   level 0: 64 slots of 1 tick   level 1: 64 slots of 64 ticks   ...   level 6: 64 slots of 64^6 ticks (a tick is 8.192 µs)
//
// A timer lies on the level of the highest digit (base 64) in which its tick differs from the current one. When time reaches
// its slot on a higher level it moves down; on level 0 it fires. A bit per slot finds the next one without walking.
// (Varghese, Lauck, "Hashed and hierarchical timing wheels", SOSP 1987, scheme 6.)
//
// Who       arm: the worker's own process. cancel, due_if, fire_expired: any thread.
// Rules     R1 Everything happens under the wheel's lock, the timer's `fired` included. So once cancel() has returned, `fired`
//              either has run to its end or never will.
//           R2 A timer never fires early: its tick is rounded up.
#ifndef SHOAL_SCHED_TIMER_WHEEL_HPP
#define SHOAL_SCHED_TIMER_WHEEL_HPP

#include <array>
#include <cstdint>
#include <mutex>

#include <shoal/base.hpp>

#include <shoal/sched/runnable.hpp>

namespace shoal::detail {

class timer_wheel;

/// One timer. It lies in what it wakes and must be cancelled before that goes.
class timer {
 public:
  /// Called once, under the wheel's lock: must be short. Appends whom it woke to `woken`.
  using fired_function = void (*)(timer& self, fifo<runnable>& woken) noexcept;

  explicit timer(fired_function fired) noexcept : fired_(fired) {}
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;

 private:
  friend class timer_wheel;

  timer* next_ = nullptr;
  timer* previous_ = nullptr;  // Null for the first of its slot.
  std::int64_t due_tick_ = 0;
  sync::atomic<timer_wheel*> armed_in_{nullptr};
  fired_function fired_;
};

class timer_wheel {
 public:
  explicit timer_wheel(instant now) noexcept;
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;

  /// `t` must not be armed.
  void arm(timer& t, instant due) noexcept;

  /// True: it was armed and will not fire. Whichever wheel it is in.
  static bool cancel(timer& t) noexcept {
    return cancel_if(t, [] { return true; }) != never;
  }
  /// The same if `is_meant()`, which is asked under the lock: for who cannot know whether `t` is still the timer it was. Returns
  /// when it would have fired, or `never`.
  template <class Predicate>
  static instant cancel_if(timer& t, Predicate is_meant) noexcept {
    return with(t, is_meant, [&t](timer_wheel& wheel) {
      wheel.remove(t);
      t.armed_in_.store(nullptr, sync::release);  // next_due_ may now be too early, which costs one look.
    });
  }
  /// When `t` will fire, if it is armed and `is_meant()`; else `never`.
  template <class Predicate>
  [[nodiscard]] static instant due_if(timer& t, Predicate is_meant) noexcept {
    return with(t, is_meant, [](timer_wheel&) {});
  }

  /// Fires all that is due. Returns how many fired; `woken` gets the runnables.
  std::size_t fire_expired(instant now, fifo<runnable>& woken) noexcept;

  /// When something may have to be done: not later than the first timer is due, `never` if none is armed.
  [[nodiscard]] instant next_due() const noexcept { return instant{instant::duration{next_due_.load(sync::acquire)}}; }

 private:
  static constexpr int slot_bits = 6;
  static constexpr int slots = 1 << slot_bits;
  static constexpr int levels = 7;
  static constexpr int tick_shift = 13;

  struct wheel_level {
    std::uint64_t used = 0;  // Bit i: slot i is not empty.
    std::array<timer*, slots> first{};
  };

  // Does `what` with the wheel `t` is armed in, under its lock.
  template <class Predicate, class What>
  static instant with(timer& t, Predicate is_meant, What what) noexcept {
    while (timer_wheel* wheel = t.armed_in_.load(sync::seq_cst)) {  // C of send_timer.
      const std::lock_guard hold(wheel->lock_);
      if (t.armed_in_.load(sync::relaxed) != wheel) continue;  // It fired while we came here (R1), or is another timer by now.
      if (!is_meant()) return never;
      const instant due{instant::duration{t.due_tick_ << tick_shift}};
      what(*wheel);
      return due;
    }
    return never;
  }
  void insert(timer& t) noexcept;
  void remove(timer& t) noexcept;
  void place_of(std::int64_t due_tick, int& level, int& slot) const noexcept;
  [[nodiscard]] std::int64_t next_tick() const noexcept;
  void enter_tick(std::int64_t tick, fifo<runnable>& woken, std::size_t& fired) noexcept;
  void publish_next() noexcept;

  sync::spin_lock lock_;
  sync::atomic<std::int64_t> next_due_;
  std::int64_t now_tick_;  // All ticks up to and including this one have been worked off.
  std::array<wheel_level, levels> levels_{};
};

}  // namespace shoal::detail

#endif
