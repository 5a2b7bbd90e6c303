// include/shoal/base/sync.hpp — atomics, fences and the one spin lock. Nobody else names std::atomic.
//
// The protocols written on top (arrivals, run_ring, lifo_slot, idle) compile against this header alone, so a test can put
// another memory under them: SHOAL_SYNC_MODEL names a header that defines the same words over a model checker's atomics, and
// SHOAL_DELAY_POINTS makes every marked point a place where a stress test may hold a thread up.
#ifndef SHOAL_BASE_SYNC_HPP
#define SHOAL_BASE_SYNC_HPP

#include <shoal/base/config.hpp>

#if defined(SHOAL_SYNC_MODEL)
#include SHOAL_SYNC_MODEL
#else

#include <atomic>
#include <mutex>

namespace shoal::sync {

template <class T>
using atomic = std::atomic<T>;

inline constexpr std::memory_order relaxed = std::memory_order_relaxed;
inline constexpr std::memory_order acquire = std::memory_order_acquire;
inline constexpr std::memory_order release = std::memory_order_release;
inline constexpr std::memory_order acq_rel = std::memory_order_acq_rel;
inline constexpr std::memory_order seq_cst = std::memory_order_seq_cst;

/// One half of a "publish mine, then look at theirs" pair: of two threads that both do so, at least one sees the other's store.
/// ThreadSanitizer does not know fences; there a read-modify-write of one shared word stands in (`meeting`, the same for both).
inline void store_load_fence(atomic<int>& meeting) noexcept {
  if constexpr (detail::under_tsan) {
    meeting.fetch_add(0, seq_cst);
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

/// Tells the core that this is a waiting loop.
inline void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

}  // namespace shoal::sync

#endif  // SHOAL_SYNC_MODEL

#if defined(SHOAL_DELAY_POINTS)
namespace shoal::sync {
void delay_point(const char* name) noexcept;  // The stress test defines it.
}
#define SHOAL_DELAY_POINT(name) ::shoal::sync::delay_point(name)
#else
#define SHOAL_DELAY_POINT(name) static_cast<void>(0)
#endif

namespace shoal::sync {

/// A lock for a few instructions, never held across anything that can block or switch. Works with std::lock_guard.
class spin_lock {
 public:
  void lock() noexcept {
    while (taken_.exchange(true, acquire))
      while (taken_.load(relaxed)) pause();
  }
  [[nodiscard]] bool try_lock() noexcept { return !taken_.load(relaxed) && !taken_.exchange(true, acquire); }
  void unlock() noexcept { taken_.store(false, release); }

 private:
  atomic<bool> taken_{false};
};

}  // namespace shoal::sync

#endif
