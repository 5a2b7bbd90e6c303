// include/shoal/process/detail/mailbox.hpp — the inner half of a mailbox: what the owner has taken from `arrivals`, in order.
//
//   first_ → oldest → … → newest → null          a message leaves from wherever it is found
//
// A receive walks with a cursor, which is the address of a link, so that what it finds can be taken out in O(1).
// One place can be marked: a receive for an answer to a question asked after the mark starts there and does not look at what
// is older. Taking out the message that holds the marked link moves the mark to the link before it.
//
// While a guard looks at a message, nothing may be taken out: the receive that asks it holds a cursor. Appending is harmless.
#ifndef SHOAL_PROCESS_DETAIL_MAILBOX_HPP
#define SHOAL_PROCESS_DETAIL_MAILBOX_HPP

#include <cstddef>
#include <cstdint>
#include <utility>

#include <shoal/process/detail/envelope.hpp>

namespace shoal::detail {

/// Owner only, but for size().
class mailbox {
 public:
  using cursor = envelope**;

  mailbox() noexcept = default;
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;

  /// Appends a chain that is newest first; drops (through `drop`) what is for another generation.
  template <class Drop>
  void append_newest_first(envelope* chain, std::uint64_t generation, Drop drop) noexcept {
    envelope* oldest_first = nullptr;
    cursor new_end = end_;
    std::uint32_t added = 0;
    while (chain != nullptr) {
      envelope* mail = std::exchange(chain, chain->next);
      if (mail->to_generation != generation) [[unlikely]] {
        drop(*mail);
        continue;
      }
      if (oldest_first == nullptr) new_end = &mail->next;  // The newest becomes the last.
      mail->next = oldest_first;
      oldest_first = mail;
      ++added;
    }
    resize(added);
    *end_ = oldest_first;
    end_ = new_end;
  }

  [[nodiscard]] cursor begin() noexcept { return &first_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(sync::relaxed); }
  /// The type of what was taken last; null if nothing was.
  [[nodiscard]] const message_type* last_taken() const noexcept { return last_taken_; }

  /// Takes out what the cursor points at.
  [[nodiscard]] envelope& take(cursor at) noexcept {
    envelope& taken = **at;
    *at = taken.next;
    if (end_ == &taken.next) end_ = at;
    if (mark_ == &taken.next) mark_ = at;
    last_taken_ = taken.type;
    resize(std::uint32_t{0} - 1);
    return taken;
  }

  /// Takes out everything, oldest first.
  [[nodiscard]] envelope* take_all() noexcept {
    envelope* all = std::exchange(first_, nullptr);
    end_ = &first_;
    mark_ = nullptr;
    last_taken_ = nullptr;
    size_.store(0, sync::relaxed);
    return all;
  }

  /// Marks the end: what comes from now on. Returns the mark's number; an earlier mark is forgotten.
  [[nodiscard]] std::uint32_t mark_end() noexcept {
    mark_ = end_;
    mark_number_ = (mark_number_ + 1) & number_max;
    return mark_number_;
  }
  /// Where the numbered mark is; the beginning, if it has been forgotten.
  [[nodiscard]] cursor begin_at(std::uint32_t number) noexcept {
    return mark_ != nullptr && number == mark_number_ ? mark_ : &first_;
  }

  /// Whether a guard looks at a message now.
  [[nodiscard]] bool guarding() const noexcept { return guarding_; }
  void set_guarding(bool on) noexcept { guarding_ = on; }

 private:
  static constexpr std::uint32_t number_max = 0x7fff'ffff;

  void resize(std::uint32_t change) noexcept { size_.store(size_.load(sync::relaxed) + change, sync::relaxed); }

  envelope* first_ = nullptr;
  cursor end_ = &first_;
  cursor mark_ = nullptr;
  const message_type* last_taken_ = nullptr;
  sync::atomic<std::uint32_t> size_{0};  // Atomic for observers only.
  std::uint32_t mark_number_ : 31 = 0;
  std::uint32_t guarding_ : 1 = 0;
};

}  // namespace shoal::detail

#endif
