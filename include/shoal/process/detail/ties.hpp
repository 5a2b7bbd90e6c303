// include/shoal/process/detail/ties.hpp — links and monitors: one block for both processes, and the message it ends as.
//
//   process A: ties_ → end ⇄ end ⇄ ...          process B: ties_ → end ⇄ ...
//                       └── tie { mail, value, ends[0], ends[1] } ──┘
//
// Who       each end: whoever holds the lock of its process. The rest: set when it is made; then whoever takes both ends off.
// Rules     R1 An end is in its process's list exactly if it is `attached`.
//           R2 A process that ends takes its ends off one by one, and then looks at the other end under the other's lock: if it is
//              attached, takes it off, and the tie is its alone: to send, still under that lock, or to free. If not, the other is
//              doing the same: the second of the two to let go frees it.
//           R3 Who takes off both ends under both locks (unlink), or his own first and then the other's (demonitor), follows R2.
//           R4 Two locks at once: the one at the lower address first.
// Pairings  A  let_go exchanged (acq_rel) → the other's exchange: whoever comes second sees all the first did with the tie, and frees it.
#ifndef SHOAL_PROCESS_DETAIL_TIES_HPP
#define SHOAL_PROCESS_DETAIL_TIES_HPP

#include <array>
#include <cstddef>
#include <cstdint>

#include <shoal/base.hpp>

#include <shoal/process/detail/envelope.hpp>
#include <shoal/process/link.hpp>
#include <shoal/process/monitor.hpp>

namespace shoal::detail {

/// What a process takes off when it ends: an end of a tie, or a timer that would have sent to it (send_timer.hpp).
struct tie_end {
  static constexpr std::uint8_t is_timer = 2;  // Instead of a side.

  tie_end* next = nullptr;
  tie_end* previous = nullptr;
  std::uint8_t side = 0;
  bool attached = false;
};

/// A monitor: side 0 watches side 1. A link has no sides.
struct tie {
  enum class kind : std::uint8_t { link, monitor };
  static constexpr std::uint8_t watcher = 0;
  static constexpr std::uint8_t watched = 1;

  envelope mail;  // A link's has no value until it is sent.
  union {
    exit_signal signal;
    down notice;
  };
  std::array<tie_end, 2> ends;
  std::array<pid, 2> who;
  kind what;
  sync::atomic<bool> let_go{false};  // One of two who found the other's end taken off is done with it (R2).

  /// A link.
  tie(std::uint8_t block_class, pid a, pid b) noexcept;
  /// A monitor.
  tie(std::uint8_t block_class, pid watcher, pid watched, monitor_ref ref) noexcept;
  ~tie() = delete;  // Its mail is discarded.

  [[nodiscard]] static tie& of(tie_end& end) noexcept;
  /// Makes the mail what one side gets when the other has ended.
  void end_as_mail(pid from, const exit_reason& why) noexcept;
};

inline tie& tie::of(tie_end& end) noexcept {
  auto* const first = reinterpret_cast<std::byte*>(&end - end.side);
  return *reinterpret_cast<tie*>(first - offsetof(tie, ends));
}

/// The ties of one process. Under its lock.
class tie_list {
 public:
  [[nodiscard]] tie_end* first() const noexcept { return first_; }
  void attach(tie_end& end) noexcept {
    end.attached = true;
    end.previous = nullptr;
    end.next = first_;
    if (first_ != nullptr) first_->previous = &end;
    first_ = &end;
  }
  void detach(tie_end& end) noexcept {
    end.attached = false;
    if (end.next != nullptr) end.next->previous = end.previous;
    *(end.previous != nullptr ? &end.previous->next : &first_) = end.next;
  }
  /// Null: there is none.
  [[nodiscard]] tie* find_link(pid other) const noexcept;
  [[nodiscard]] tie* find_monitor(monitor_ref ref) const noexcept;

 private:
  tie_end* first_ = nullptr;
};

}  // namespace shoal::detail

#endif
