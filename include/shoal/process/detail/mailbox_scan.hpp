// include/shoal/process/detail/mailbox_scan.hpp — one receive's walk through the mailbox: the part that knows no types.
#ifndef SHOAL_PROCESS_DETAIL_MAILBOX_SCAN_HPP
#define SHOAL_PROCESS_DETAIL_MAILBOX_SCAN_HPP

#include <cstdint>

#include <shoal/base.hpp>

#include <shoal/process/detail/mailbox.hpp>

namespace shoal::detail {

class process;

class mailbox_scan {
 public:
  static constexpr std::uint32_t no_mark = 0;

  /// From the oldest message on, or from the numbered mark. Throws misuse outside a process and inside a guard.
  SHOAL_API explicit mailbox_scan(std::chrono::nanoseconds limit = infinity, std::uint32_t mark = no_mark);
  mailbox_scan(const mailbox_scan&) = delete;
  mailbox_scan& operator=(const mailbox_scan&) = delete;

  /// The candidate, or null when all that has arrived was looked at.
  [[nodiscard]] envelope* candidate() {
    if (*at_ == nullptr) [[unlikely]] {
      if (!collect()) return nullptr;
    }
    return *at_;
  }
  /// Leaves the candidate where it is.
  void skip() noexcept { at_ = &(*at_)->next; }
  /// Takes the candidate out. The scan is over.
  [[nodiscard]] envelope_owner take() noexcept { return envelope_owner(&box_->take(at_)); }

  /// While it lives, a guard looks at the candidate: what would take mail out of the mailbox throws misuse.
  class look {
   public:
    explicit look(mailbox_scan& scan) noexcept : box_(*scan.box_) { box_.set_guarding(true); }
    look(const look&) = delete;
    look& operator=(const look&) = delete;
    ~look() { box_.set_guarding(false); }

   private:
    mailbox& box_;
  };

  /// Suspends until there may be more. False: the time is up.
  [[nodiscard]] SHOAL_API bool wait();

 private:
  [[nodiscard]] SHOAL_API bool collect();
  [[nodiscard]] bool wait_in_time();

  process* self_;
  mailbox* box_;
  mailbox::cursor at_;
  std::chrono::nanoseconds limit_;
  instant until_{};  // Once it has waited.
};

}  // namespace shoal::detail

#endif
