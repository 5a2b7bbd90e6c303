// include/shoal/process/send.hpp — sending a message.
#ifndef SHOAL_PROCESS_SEND_HPP
#define SHOAL_PROCESS_SEND_HPP

#include <type_traits>
#include <utility>

#include <shoal/process/detail/envelope.hpp>
#include <shoal/process/message.hpp>
#include <shoal/process/pid.hpp>

namespace shoal {

namespace detail {
/// Takes `mail` over, whatever happens.
SHOAL_API void post(pid to, envelope* mail);

template <class M>
[[nodiscard]] envelope* envelope_for(const block_source& blocks, M&& value) {
  using T = std::decay_t<M>;
  static_assert(!std::is_same_v<T, message>, "shoal: a shoal::message is sent on by moving it: send(p, std::move(m)).");
  require_sendable<T>();
  return make_envelope<T>(blocks, std::forward<M>(value));
}
}  // namespace detail

/// Sends `value` to `to`: it is moved or copied into a message that arrives after all this process has sent there before.
/// Call from: a process; elsewhere it throws misuse (use runtime::send).   Suspends: never for the receiver; may end the turn.
/// If the other side is dead: nothing happens. The same for `pid{}`.
/// Errors: a type that may not be sent does not compile; misuse for a pid of another runtime; system_limit or std::bad_alloc
/// for want of memory; what T's constructor throws.   Cost: one allocation from a pool, one compare-and-swap.
template <class M>
void send(pid to, M&& value) {
  detail::post(to, detail::envelope_for(detail::blocks_of_caller, std::forward<M>(value)));
}
/// Sends on what `m` holds. Errors: also misuse if it is empty, or was received in another runtime.
SHOAL_API void send(pid to, message&& m);

}  // namespace shoal

#endif
