// include/shoal/process/monitor_tagged.hpp — monitors whose end comes as a message of one's own choice.
#ifndef SHOAL_PROCESS_MONITOR_TAGGED_HPP
#define SHOAL_PROCESS_MONITOR_TAGGED_HPP

#include <string>
#include <string_view>
#include <utility>

#include <shoal/process/detail/envelope.hpp>
#include <shoal/process/monitor.hpp>
#include <shoal/process/send.hpp>

namespace shoal {

/// A `down` with something that monitor_tagged() was given to know it by.
template <class Tag>
struct tagged_down {
  monitor_ref ref;
  pid from;
  std::string name;
  exit_reason reason;
  Tag tag;
};
template <class Tag>
inline constexpr bool detail::is_down<tagged_down<Tag>> = true;

namespace detail {

/// What comes instead of a `down`.
struct tagged_mail {
  envelope* mail;
  void (*fill)(void* value, down&& notice) noexcept;
};

/// Take the mail over, whatever happens.
[[nodiscard]] SHOAL_API monitor_ref monitor_with(pid target, const tagged_mail& instead);
[[nodiscard]] SHOAL_API monitor_ref monitor_with(std::string_view name, const tagged_mail& instead);

template <class Tag>
[[nodiscard]] tagged_mail mail_for_tag(Tag&& tag) {
  using message = tagged_down<std::decay_t<Tag>>;
  require_sendable<std::decay_t<Tag>>();
  return {make_envelope<message>(blocks_of_caller, message{{}, {}, {}, exit_reason::normal, std::forward<Tag>(tag)}),
          [](void* value, down&& notice) noexcept {
            auto& into = *static_cast<message*>(value);
            into.ref = notice.ref;
            into.from = notice.from;
            into.name = std::move(notice.name);
            into.reason = std::move(notice.reason);
          }};
}

}  // namespace detail

/// monitor(), but a `tagged_down` comes in place of the `down`: who watches for several purposes tells them apart by type.
/// (Conformance 67.)
/// Call from, Suspends, Errors, If the other side is dead: as monitor().   Cost: two allocations from pools, two locks.
/// Example: `monitor_tagged(worker, job{7}); ... receive([](const tagged_down<job>& d) { retry(d.tag); });`
template <class Tag>
monitor_ref monitor_tagged(pid target, Tag&& tag) {
  return detail::monitor_with(target, detail::mail_for_tag(std::forward<Tag>(tag)));
}
template <class Tag>
monitor_ref monitor_tagged(std::string_view name, Tag&& tag) {
  return detail::monitor_with(name, detail::mail_for_tag(std::forward<Tag>(tag)));
}

}  // namespace shoal

#endif
