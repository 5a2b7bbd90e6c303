// include/shoal/fiber/forced_unwind.hpp — ends the code on a fiber's stack from within: destructors run, nothing can stop it.
//
// A plain exception can be swallowed by `catch (...)`. A forced unwind of the C++ ABI cannot: it runs destructors and, on its
// way, `catch (...)` blocks; a block left without rethrowing drops the exception, and dropping it starts the unwind anew from
// there. It ends in a `catch (...)` of the fiber's outermost frame that calls forced_unwind_done(). What it cannot leave is a `noexcept` frame: there
// the C++ runtime calls std::terminate, and the stack has to be given up as it is. See docs/internals/fibers.md.
//
// For that one must know how the C++ runtime lays out an exception. Before the first unwind it is looked whether that is so. Where it is
// not, a plain exception does the work: one that can be swallowed, so who unwinds must ask again at the next opportunity.
#ifndef SHOAL_FIBER_FORCED_UNWIND_HPP
#define SHOAL_FIBER_FORCED_UNWIND_HPP

#include <cstdint>

#include <shoal/base.hpp>

namespace shoal::detail {

enum class unwind_scheme : std::uint8_t { forced, plain };

/// The one in use: forced, where this C++ runtime is one we know.
[[nodiscard]] unwind_scheme current_unwind_scheme() noexcept;
/// For tests, and while nobody unwinds.
void choose_unwind_scheme(unwind_scheme chosen) noexcept;
/// Looks whether exceptions of this C++ runtime are laid out, and behave, as a forced unwind needs.
[[nodiscard]] bool can_unwind_by_force() noexcept;

/// False while an exception is on its way: unwinding must not start now, ask again later.
[[nodiscard]] bool can_force_unwind() noexcept;

/// Unwinds the current fiber's stack. Requires can_force_unwind().
[[noreturn]] void force_unwind();

/// In the outermost frame's `catch (...)`. True: what was caught is a forced unwind, and leaving the block ends it instead of
/// starting it anew. False: it is an exception like any other, perhaps thrown by a handler on the unwind's way.
[[nodiscard]] bool forced_unwind_done() noexcept;

/// Drops the exceptions of a stack that is given up.
void forget_exceptions() noexcept;

/// Called in place of std::terminate. Does not return if the current fiber was being unwound; else returns and does nothing.
using unwind_refused = void (*)() noexcept;

/// Has `handler` called before the program's own terminate handler. One for the program; installing it again does nothing.
void handle_refused_unwinds(unwind_refused handler);

}  // namespace shoal::detail

#endif
