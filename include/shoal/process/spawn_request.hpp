// include/shoal/process/spawn_request.hpp — spawning that never throws: the outcome comes as a message.
#ifndef SHOAL_PROCESS_SPAWN_REQUEST_HPP
#define SHOAL_PROCESS_SPAWN_REQUEST_HPP

#include <chrono>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <shoal/process/receive.hpp>
#include <shoal/process/self.hpp>
#include <shoal/process/send.hpp>
#include <shoal/process/spawn.hpp>

namespace shoal {

enum class spawn_ref : std::uint64_t {};  ///< Names one spawn_request() in this runtime; never reused.

/// Which outcomes of a spawn_request() are told.
enum class tell_outcome : std::uint8_t { always, success, error, never };

/// How spawn_request() spawns.
struct spawn_request_options {
  bool link = false;     ///< As spawn_link().
  bool monitor = false;  ///< As spawn_monitor().
  tell_outcome tell = tell_outcome::always;
  spawn_options spawn = {};
};

/// The outcome of a spawn_request().
struct spawn_reply {
  spawn_ref request;
  pid child;            ///< `pid{}`: it could not be spawned.
  monitor_ref monitor;  ///< If it is monitored.
  exit_reason error;    ///< Why it could not be; `normal` if it could.
};
/// The same with what the caller has given it to know it by.
template <class Tag>
struct tagged_spawn_reply {
  spawn_reply reply;
  Tag tag;
};

namespace detail {

[[nodiscard]] SHOAL_API spawn_ref new_spawn_ref();
/// Throws misuse for one that does not exist.
SHOAL_API void check_tell_outcome(tell_outcome tell);
/// The reason for the exception being handled.
[[nodiscard]] SHOAL_API exit_reason reason_for_caught() noexcept;

template <class... Args>
[[nodiscard]] spawn_reply try_to_spawn(const spawn_request_options& how, entry_for<Args...>& f, Args&&... args) {
  check_tell_outcome(how.tell);
  spawn_reply told{.request = new_spawn_ref(), .child = {}, .monitor = {}, .error = exit_reason::normal};
  try {
    entry* const code = f.pack(blocks_of_caller, std::forward<Args>(args)...);
    const auto where = how.spawn.where;
    if (how.link && how.monitor) std::tie(told.child, told.monitor) = spawn_packed_linked_monitored(code, &how.spawn, where);
    else if (how.monitor) std::tie(told.child, told.monitor) = spawn_packed_monitored(code, &how.spawn, where);
    else if (how.link) told.child = spawn_packed_linked(code, &how.spawn, where);
    else told.child = spawn_packed(code, &how.spawn, where);
  } catch (...) {
    told.error = reason_for_caught();
  }
  return told;
}

[[nodiscard]] inline bool is_told(const spawn_request_options& how, const spawn_reply& outcome) noexcept {
  switch (how.tell) {
    case tell_outcome::always: return true;
    case tell_outcome::success: return static_cast<bool>(outcome.child);
    case tell_outcome::error: return !outcome.child;
    case tell_outcome::never: return false;
  }
  return false;
}

}  // namespace detail

/// spawn() whose outcome comes as one `spawn_reply` with the returned reference, or not at all, as `how.tell` says. What spawn() would
/// throw comes as an error. (Conformance 12.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: never; may end the turn.
/// Errors: std::bad_alloc or system_limit if there is no memory even for the reply; misuse for a `tell` that does not exist.
template <class... Args>
spawn_ref spawn_request(const spawn_request_options& how, detail::entry_for<Args...> f, Args&&... args) {
  spawn_reply told = detail::try_to_spawn<Args...>(how, f, std::forward<Args>(args)...);
  const spawn_ref request = told.request;
  if (detail::is_told(how, told)) send(self(), std::move(told));
  return request;
}

/// The same; the outcome comes as a `tagged_spawn_reply` with `tag`.
template <class Tag, class... Args>
spawn_ref spawn_request_tagged(Tag tag, const spawn_request_options& how, detail::entry_for<Args...> f, Args&&... args) {
  spawn_reply told = detail::try_to_spawn<Args...>(how, f, std::forward<Args>(args)...);
  const spawn_ref request = told.request;
  if (detail::is_told(how, told)) send(self(), tagged_spawn_reply<Tag>{std::move(told), std::move(tag)});
  return request;
}

/// Makes sure that no reply to that request is ever received. True: none has been. The process lives on, if there is one.
/// Call from: the process that made the request.   Suspends: never.   Cost: grows with the mailbox.
inline bool abandon(spawn_ref request) {
  return receive_if<spawn_reply>([request](const spawn_reply& r) { return r.request == request; }, std::chrono::seconds{0})
      .has_value();
}
/// The same for a request made with a tag of that type.
template <class Tag>
bool abandon(spawn_ref request) {
  using reply = tagged_spawn_reply<Tag>;
  return receive_if<reply>([request](const reply& r) { return r.reply.request == request; }, std::chrono::seconds{0})
      .has_value();
}

}  // namespace shoal

#endif
