// tests/support/child.hpp — runs code in a child of this program: for what would change or end the program itself.
//
// Only while no runtime is alive: a child has the calling thread and no other.
#ifndef SHOAL_TESTS_SUPPORT_CHILD_HPP
#define SHOAL_TESTS_SUPPORT_CHILD_HPP

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <ostream>

#include <shoal/base.hpp>

namespace shoal::test {

/// How a child ended.
struct child_end {
  int exit_status = -1;  ///< What its code returned; -1 if a signal ended it.
  int signal = 0;

  bool operator==(const child_end&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const child_end& end) {
    return end.signal != 0 ? out << "signal " << end.signal : out << "exit status " << end.exit_status;
  }
};

inline constexpr child_end went_well{.exit_status = 0};
inline constexpr int child_threw = 111;

/// A sanitizer turns a fault into an exit status of its own, so: whether a fault ended it, and not its code.
[[nodiscard]] inline bool faulted(const child_end& end) {
  if constexpr (detail::under_sanitizer) return end.signal != 0 || (end.exit_status != 0 && end.exit_status != child_threw);
  else return end.signal == SIGSEGV || end.signal == SIGBUS;
}

/// Runs `code()`, which returns an exit status, and waits for it. Faults have their usual effect and print nothing; a child that
/// does not come back is ended by SIGALRM after half a minute.
template <class Code>
[[nodiscard]] child_end in_child(Code code) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    for (const int fault : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTERM}) std::signal(fault, SIG_DFL);
    ::alarm(30);
    ::close(2);
    static_cast<void>(::open("/dev/null", O_WRONLY));
    int status = child_threw;
    try {
      status = code();
    } catch (...) {
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return {.exit_status = -1, .signal = WTERMSIG(status)};
  return {.exit_status = WEXITSTATUS(status)};
}

}  // namespace shoal::test

#endif
