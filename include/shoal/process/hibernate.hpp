// include/shoal/process/hibernate.hpp — waiting without a stack.
#ifndef SHOAL_PROCESS_HIBERNATE_HPP
#define SHOAL_PROCESS_HIBERNATE_HPP

#include <utility>

#include <shoal/process/detail/entry.hpp>
#include <shoal/process/spawn.hpp>

namespace shoal {

namespace detail {
/// Takes `code` over, whatever happens.
[[noreturn]] SHOAL_API void hibernate_packed(entry* code);
}  // namespace detail

/// Leaves everything the caller is in the middle of: its stack is unwound (destructors run, handlers are left; only one that throws an exception of its own stops it) and
/// given back. When there is a message, one that was there already included, `f(args...)` runs on a fresh stack, and the process ends
/// when that returns. Its arguments are as in spawn(). Mailbox, links, names, process_locals stay. For processes that wait long and
/// are many. (Conformance 203.)
/// Call from: a process; elsewhere it throws misuse.   Suspends: for good.
/// Errors: misuse while an exception is on its way; as spawn() for want of memory. In a noexcept function the frames around it are
/// dropped without their destructors, and the log says so.
/// Example: `void idle() { shoal::hibernate([] { handle(shoal::receive<job>()); idle(); }); }`
template <class... Args>
[[noreturn]] void hibernate(detail::entry_for<Args...> f, Args&&... args) {
  detail::hibernate_packed(f.pack(detail::blocks_of_caller, std::forward<Args>(args)...));
}

}  // namespace shoal

#endif
