// include/shoal/process/detail/throw_trace.hpp — where an exception that nobody catches was thrown.
//
// A throw has two phases: the C++ runtime first searches the stack for a handler, and unwinds only when it has found one. Before its
// catch (...) a process's outermost frame has a handler for trace_probe. Asked during the search whether it fits, the type_info of
// trace_probe, which is ours, says no; and remembers the stack, which is still whole. Exceptions caught further in cost nothing.
#ifndef SHOAL_PROCESS_DETAIL_THROW_TRACE_HPP
#define SHOAL_PROCESS_DETAIL_THROW_TRACE_HPP

#include <string>
#include <vector>

namespace shoal::detail {

/// Never thrown. Its key function is never defined, so that compilers leave its type_info to throw_trace.cpp.
struct [[gnu::visibility("hidden")]] trace_probe {
  virtual void key_function();
};

/// Before the first catch of a trace_probe: what is called during such a search.
void handle_uncaught_throws(void (*handler)() noexcept) noexcept;

/// The return addresses of the calls the calling thread is in, innermost first. Throws std::bad_alloc.
[[nodiscard]] std::vector<void*> calls_in_progress();

/// A line for each, as far as the dynamic linker knows the names. What the throw itself called is left out.
[[nodiscard]] std::string readable_trace(const std::vector<void*>& calls);

/// The readable name of a type or function.
[[nodiscard]] std::string readable(const char* mangled);

}  // namespace shoal::detail

#endif
