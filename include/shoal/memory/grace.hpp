// include/shoal/memory/grace.hpp — readers that nobody waits for, of structures that writers take apart.
//
// A writer unlinks, under a lock of its own, and retires what it has unlinked. That is freed when every reader who could have seen it
// has left. (Fraser, "Practical lock-freedom", 2004: epoch-based reclamation.)
//
// Who       enter, leave: a reader, at its own slot, one reading at a time, and nothing that suspends between. retire: writers, one at
//           a time.
// Rules     R1 A slot holds 0 while its owner does not read, else an epoch that was current before it began.
//           R2 What was retired in epoch e is freed when every slot is 0 or greater than e.
// Pairings  A  reader: slot set; fence; structure read  |  writer: unlinked; fence; slots read. So a reader whom the writer does not see
//              does not see what was unlinked.
//           B  slot cleared (release) → slots read (acquire): the reader has done with what it saw.
#ifndef SHOAL_MEMORY_GRACE_HPP
#define SHOAL_MEMORY_GRACE_HPP

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <shoal/base.hpp>

namespace shoal::detail {

/// What can be retired.
class retirable {
 public:
  retirable() = default;
  retirable(const retirable&) = delete;
  retirable& operator=(const retirable&) = delete;
  virtual ~retirable() = default;

 private:
  friend class grace;
  retirable* retired_after_ = nullptr;
  std::uint64_t epoch_ = 0;
};

class grace {
 public:
  explicit grace(unsigned readers) : slots_(readers) {}
  grace(const grace&) = delete;
  grace& operator=(const grace&) = delete;
  /// When nobody reads any more.
  ~grace() { free_before(~std::uint64_t{0}); }

  class reading {
   public:
    reading(grace& of, unsigned slot) noexcept : of_(of), slot_(of.slots_[slot].epoch) {
      slot_.store(of.epoch_.load(sync::relaxed), sync::relaxed);  // R1
      SHOAL_DELAY_POINT("grace: entered, not read");
      sync::store_load_fence(of_.meeting_);  // A
    }
    reading(const reading&) = delete;
    reading& operator=(const reading&) = delete;
    ~reading() { slot_.store(0, sync::release); }  // B

   private:
    grace& of_;
    sync::atomic<std::uint64_t>& slot_;
  };

  /// Takes over what has been unlinked, and frees what may be.
  void retire(std::unique_ptr<retirable> gone) noexcept {
    sync::store_load_fence(meeting_);  // A
    retirable* const last = gone.release();
    last->epoch_ = epoch_.load(sync::relaxed);
    *(last_ == nullptr ? &first_ : &last_->retired_after_) = last;
    last_ = last;
    epoch_.store(last->epoch_ + 1, sync::relaxed);
    free_before(oldest_reading());
  }

 private:
  struct alignas(cache_line) slot {
    sync::atomic<std::uint64_t> epoch{0};
  };
  [[nodiscard]] std::uint64_t oldest_reading() const noexcept {
    std::uint64_t oldest = ~std::uint64_t{0};
    for (const slot& s : slots_)
      if (const std::uint64_t seen = s.epoch.load(sync::acquire); seen != 0 && seen < oldest) oldest = seen;  // B
    return oldest;
  }
  void free_before(std::uint64_t epoch) noexcept {
    while (first_ != nullptr && first_->epoch_ < epoch) delete std::exchange(first_, first_->retired_after_);  // R2
    if (first_ == nullptr) last_ = nullptr;
  }

  std::vector<slot> slots_;
  sync::atomic<std::uint64_t> epoch_{1};
  sync::atomic<int> meeting_{0};
  // Writers only: what waits, in the order of its epochs.
  retirable* first_ = nullptr;
  retirable* last_ = nullptr;
};

}  // namespace shoal::detail

#endif
