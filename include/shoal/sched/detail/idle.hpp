// include/shoal/sched/detail/idle.hpp — who sleeps, who looks for work, and whom to wake: no wake-up lost, none to spare.
//
//   working --nothing left--> searching --nothing found--> asleep --token--> searching --found--> working
//
// Who       notify: whoever has just made something runnable, any thread. The rest: worker `me`, for itself.
// Rules     R1 A worker's bit is set while it sleeps or is about to. Whoever clears the bit of another owes it one token (the
//              poller's wake) and has counted it as searching already.
//           R2 While anybody searches, nobody is woken: a searcher that stops searching without work looks at every queue once
//              more; one that finds work and was the last wakes the next.
//           R3 A worker looks at every queue between setting its bit and going to sleep, unless somebody searches then: who searches
//              has yet to look, or to look once more (R2).
// Pairings  A  notify: work published; fence; searching_ and sleepers_ read  |  sleeper: bit set, searching_ lowered; fence;
//              queues read. Without both fences each side could miss the other's store: the work would wait for a sleeper.
//           B  notify's compare-and-swap on a word (acq_rel) → retract (acq_rel): exactly one of them clears a bit.
#ifndef SHOAL_SCHED_DETAIL_IDLE_HPP
#define SHOAL_SCHED_DETAIL_IDLE_HPP

#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include <shoal/base.hpp>

namespace shoal::detail {

inline constexpr unsigned workers_max = 256;

class idle_set {
 public:
  /// Something was made runnable. The worker to send a token to, if one should wake for it.
  [[nodiscard]] std::optional<unsigned> notify() noexcept {
    sync::store_load_fence(searching_);  // A
    if (searching_.load(sync::relaxed) != 0 || sleepers_.load(sync::relaxed) == 0) return std::nullopt;
    return pick();
  }

  /// The sleeper to send a token to whatever others do, if there is one.
  [[nodiscard]] std::optional<unsigned> pick() noexcept {
    for (unsigned word = 0; word < words_.size(); ++word) {
      std::uint64_t bits = words_[word].load(sync::relaxed);
      while (bits != 0) {
        const std::uint64_t without = bits & (bits - 1);
        SHOAL_DELAY_POINT("idle: sleeper chosen, bit not cleared");
        if (words_[word].compare_exchange_weak(bits, without, sync::acq_rel, sync::relaxed)) {  // R1, B
          searching_.fetch_add(1, sync::seq_cst);
          sleepers_.fetch_sub(1, sync::seq_cst);
          return word * 64 + static_cast<unsigned>(std::countr_zero(bits));
        }
      }
    }
    return std::nullopt;
  }

  /// May one more worker search? Too many would only get in each other's way.
  [[nodiscard]] bool try_start_search(unsigned workers) noexcept {
    if (2u * static_cast<unsigned>(searching_.load(sync::relaxed)) >= workers) return false;
    searching_.fetch_add(1, sync::seq_cst);
    return true;
  }

  /// `me` searches whatever others do: it has seen work.
  void start_search() noexcept { searching_.fetch_add(1, sync::seq_cst); }

  /// `me` searched and found work. True: it was the last searcher and owes the next one a wake-up if there is more (R2).
  [[nodiscard]] bool stop_search() noexcept {
    if (searching_.fetch_sub(1, sync::seq_cst) != 1) return false;
    sync::store_load_fence(searching_);  // A: before the caller looks at the queues.
    return true;
  }

  /// `me` found nothing and means to sleep. True: look at every queue (R3). Then retract() or sleep for the token.
  bool announce(unsigned me, bool was_searching) noexcept {
    words_[me / 64].fetch_or(bit(me), sync::seq_cst);
    sleepers_.fetch_add(1, sync::seq_cst);
    SHOAL_DELAY_POINT("idle: announced, still searching");
    if (was_searching) searching_.fetch_sub(1, sync::seq_cst);
    sync::store_load_fence(searching_);  // A
    return searching_.load(sync::relaxed) == 0;
  }

  /// `me` stays awake. False: somebody has cleared its bit, so a token is on its way and `me` counts as searching (R1).
  [[nodiscard]] bool retract(unsigned me) noexcept {
    const std::uint64_t before = words_[me / 64].fetch_and(~bit(me), sync::acq_rel);  // B
    if ((before & bit(me)) == 0) return false;
    sleepers_.fetch_sub(1, sync::seq_cst);
    return true;
  }

  [[nodiscard]] int searching() const noexcept { return searching_.load(sync::relaxed); }
  [[nodiscard]] int sleepers() const noexcept { return sleepers_.load(sync::relaxed); }

 private:
  static constexpr std::uint64_t bit(unsigned worker) noexcept { return std::uint64_t{1} << (worker % 64); }

  alignas(cache_line) sync::atomic<int> searching_{0};
  sync::atomic<int> sleepers_{0};  // Beside it: notify reads both, and both are rarely written under load.
  alignas(cache_line) std::array<sync::atomic<std::uint64_t>, workers_max / 64> words_{};
};

}  // namespace shoal::detail

#endif
