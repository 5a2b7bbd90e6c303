// include/shoal/process/detail/ties.hpp — links, monitors and suspensions: one block for both processes, and the message it ends as.
//
//   process A: ties_ → end ⇄ end ⇄ ...          process B: ties_ → end ⇄ ...
//                       └── tie { mail, value, ends[0], ends[1] } ──┘
//
// Two other things hang in the same list, so that the end of their process finds them: its aliases, and the timers that would send to
// it (send_timer.hpp).
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
#include <optional>
#include <unordered_map>

#include <shoal/base.hpp>

#include <shoal/process/alias_mode.hpp>
#include <shoal/process/detail/envelope.hpp>
#include <shoal/process/link.hpp>
#include <shoal/process/monitor.hpp>
#include <shoal/process/monitor_tagged.hpp>

namespace shoal::detail {

/// What a process takes off when it ends.
struct tie_end {
  static constexpr std::uint8_t is_timer = 2;  // Instead of a side.
  static constexpr std::uint8_t is_alias = 3;

  tie_end* next = nullptr;
  tie_end* previous = nullptr;
  std::uint8_t side = 0;
  bool attached = false;
};

/// A monitor: side 0 monitors side 1. A suspension: side 0 holds up side 1. A link has no sides.
struct tie {
  enum class kind : std::uint8_t { link, monitor, suspension };
  static constexpr std::uint8_t monitoring = 0;
  static constexpr std::uint8_t monitored = 1;

  envelope mail;  // It has no value until it is sent, but for a monitor's.
  union {
    exit_signal signal;
    down notice;
    envelope* told;  // A suspension's: what is sent to the one when the other stands still, until then.
  };
  std::array<tie_end, 2> ends;
  std::array<pid, 2> who;
  const kind what;
  alias_mode alias;  // Of a monitor that `is_alias`.
  bool is_alias = false;
  bool is_tagged = false;  // It is a tagged_tie.
  bool is_late = false;  // One of the two was doomed when it was made: the other hears `noproc`, but when it has ended.
  sync::atomic<bool> let_go{false};  // One of two who found the other's end taken off is done with it (R2).

  /// A link or a suspension.
  tie(std::uint8_t block_class, kind k, pid a, pid b) noexcept;
  /// A monitor.
  tie(std::uint8_t block_class, pid by, pid of_whom, monitor_ref ref) noexcept;
  [[nodiscard]] static tie& of(tie_end& end) noexcept;
  /// What one side gets when the other has ended: its own mail, or another one, which is the caller's then, as is the tie.
  [[nodiscard]] envelope& end_as_mail(pid from, const exit_reason& why) noexcept;

 protected:
  ~tie() {}  // NOLINT: never called: its mail is discarded.
};
static_assert(sizeof(tie) <= 192, "a hundred thousand of them on one process");

inline tie& tie::of(tie_end& end) noexcept {
  auto* const first = reinterpret_cast<std::byte*>(&end - end.side);
  return *reinterpret_cast<tie*>(first - offsetof(tie, ends));
}

/// A monitor that ends as another message than a `down`.
struct tagged_tie final : tie {
  tagged_tie(std::uint8_t block_class, pid by, pid of_whom, monitor_ref ref, const tagged_mail& mail_instead) noexcept
      : tie(block_class, by, of_whom, ref), instead(mail_instead) {
    is_tagged = true;
  }
  tagged_mail instead;
};

/// An alias that is no monitor, or outlives the one it was made with.
struct alias_end final : tie_end {
  alias_end(std::uint64_t its_number, alias_mode its_mode, std::uint8_t its_class) noexcept
      : number(its_number), mode(its_mode), block_class(its_class) {
    side = is_alias;
  }
  const std::uint64_t number;
  const alias_mode mode;
  const std::uint8_t block_class;
};

/// What hangs on one process. Under its lock.
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

 private:
  tie_end* first_ = nullptr;
};

/// What one looks for among the ties of a process.
struct tie_key {
  enum class kind : std::uint8_t { link, monitor, suspension, alias };
  kind what;
  std::uint64_t number = 0;  // Of a monitor or an alias.
  pid other = {};  // Else.

  bool operator==(const tie_key&) const = default;
  [[nodiscard]] std::uint64_t hash() const noexcept;
  /// Nothing: nobody looks for such an end.
  [[nodiscard]] static std::optional<tie_key> of(tie_end& end) noexcept;
};

/// Beside a long list, so that finding one thing in it costs the same however long it is. Under the lock of its process.
class tie_index {
 public:
  /// Throws std::bad_alloc.
  explicit tie_index(const tie_list& all);
  void add(tie_end& end);
  void remove(tie_end& end) noexcept;
  /// Null: there is none.
  [[nodiscard]] tie_end* find(const tie_key& wanted) const noexcept;

 private:
  std::unordered_multimap<std::uint64_t, tie_end*> ends_;
};

}  // namespace shoal::detail

#endif
