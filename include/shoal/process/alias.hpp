// include/shoal/process/alias.hpp — addresses of a process that can be switched off.
#ifndef SHOAL_PROCESS_ALIAS_HPP
#define SHOAL_PROCESS_ALIAS_HPP

#include <compare>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include <shoal/process/alias_mode.hpp>
#include <shoal/process/monitor.hpp>
#include <shoal/process/pid.hpp>
#include <shoal/process/send.hpp>

namespace shoal {

namespace detail {
struct alias_access;
}

/// Another address of one process, which that process can switch off: what is sent to it afterwards is dropped. So a late answer to a
/// question that nobody waits for any more never comes. A small value, like a pid; `alias_ref{}` is nobody's.
/// Threads: like an int.
class alias_ref {
 public:
  constexpr alias_ref() noexcept = default;
  [[nodiscard]] explicit constexpr operator bool() const noexcept { return number_ != 0; }
  friend constexpr auto operator<=>(const alias_ref&, const alias_ref&) noexcept = default;

 private:
  friend struct detail::alias_access;
  constexpr alias_ref(pid owner, std::uint64_t number) noexcept : owner_(owner), number_(number) {}

  pid owner_;
  std::uint64_t number_ = 0;
};

/// Makes an alias of the calling process. `once`: it lets one message in. (`until_down` says nothing more than `until_unalias` here.)
/// (Conformance 24.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
/// Errors: system_limit or std::bad_alloc for want of memory.   Cost: one allocation from a pool, one lock.
/// Example: `alias_ref reply_to = alias(alias_mode::once); send(server, ask{reply_to});`
[[nodiscard]] SHOAL_API alias_ref alias(alias_mode mode = alias_mode::until_unalias);

/// Switches an alias of the caller's off. True: it was on, and from now on no message comes through it; what came before stays in the
/// mailbox. False: it was off already, or is another process's. A monitor it was made with stays.
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
SHOAL_API bool unalias(alias_ref a);

/// monitor() and alias() in one: `target` can be given an address that is switched off when it ends (`until_down`), with its one answer
/// (`once`, which ends the monitor, too), or not by that at all (`until_unalias`). demonitor() switches off all but the last.
/// (Conformance 68, 69.)
/// Call from, Suspends, Errors, If the other side is dead: as monitor().   Cost: as monitor(); `until_unalias` as alias() besides.
/// Example: `auto [ref, reply_to] = monitor_alias(server, alias_mode::once); send(server, ask{reply_to});`
[[nodiscard]] SHOAL_API std::pair<monitor_ref, alias_ref> monitor_alias(pid target,
                                                                        alias_mode mode = alias_mode::until_unalias);
[[nodiscard]] SHOAL_API std::pair<monitor_ref, alias_ref> monitor_alias(std::string_view name,
                                                                        alias_mode mode = alias_mode::until_unalias);

namespace detail {
/// Takes `mail` over, whatever happens.
SHOAL_API void post(const alias_ref& to, envelope* mail);

struct alias_access {
  [[nodiscard]] static constexpr alias_ref make(pid owner, std::uint64_t number) noexcept { return {owner, number}; }
  [[nodiscard]] static constexpr pid owner(const alias_ref& a) noexcept { return a.owner_; }
  [[nodiscard]] static constexpr std::uint64_t number(const alias_ref& a) noexcept { return a.number_; }
};
}  // namespace detail

/// send() through an alias: if it is switched off, or its process is dead, nothing happens.
/// Call from, Suspends, Errors: as send() to a pid.   Cost: that, and one lock.
template <class M>
void send(alias_ref to, M&& value) {
  detail::post(to, detail::envelope_for(detail::blocks_of_caller, std::forward<M>(value)));
}
/// Sends on what `m` holds.
SHOAL_API void send(alias_ref to, message&& m);

}  // namespace shoal

template <>
struct std::hash<shoal::alias_ref> {
  [[nodiscard]] std::size_t operator()(const shoal::alias_ref& a) const noexcept {
    return static_cast<std::size_t>(shoal::detail::alias_access::number(a) * 0x9e3779b97f4a7c15u);
  }
};

#endif
