// include/shoal/process/mailbox_mark.hpp — a place in a mailbox, from which a receive may start.
#ifndef SHOAL_PROCESS_MAILBOX_MARK_HPP
#define SHOAL_PROCESS_MAILBOX_MARK_HPP

#include <cstdint>

#include <shoal/base.hpp>

namespace shoal {

namespace detail {
struct mark_access;
}

/// A place in the calling process's mailbox: everything that arrives from now on. A receive from a mark does not look at what is
/// older, so waiting for the answer to a question asked after the mark costs the same however long the mailbox is. A process
/// remembers its latest mark; a receive from an earlier one looks at everything, and is right all the same.
/// Erlang does this by itself for references made just before a receive.
/// Example: `mailbox_mark here = mark_mailbox(); send(server, ask{self()}); receive(here, [](answer a) { ... });`
class mailbox_mark {
 private:
  friend struct detail::mark_access;
  explicit mailbox_mark(std::uint32_t number) noexcept : number_(number) {}
  std::uint32_t number_;
};

/// Call from: a process; elsewhere it throws misuse.   Suspends: no.
[[nodiscard]] SHOAL_API mailbox_mark mark_mailbox();

namespace detail {
struct mark_access {
  [[nodiscard]] static mailbox_mark make(std::uint32_t number) noexcept { return mailbox_mark(number); }
  [[nodiscard]] static std::uint32_t number(const mailbox_mark& mark) noexcept { return mark.number_; }
};
}  // namespace detail

}  // namespace shoal

#endif
