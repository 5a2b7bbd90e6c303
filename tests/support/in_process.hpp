// tests/support/in_process.hpp — what tests of processes that end are made of.
#ifndef SHOAL_TESTS_SUPPORT_IN_PROCESS_HPP
#define SHOAL_TESTS_SUPPORT_IN_PROCESS_HPP

#include <shoal/shoal.hpp>

#include "support/report_log.hpp"

namespace shoal::test {

struct stop {};
struct failed {
  int code;
  bool operator==(const failed&) const = default;
};
inline const exit_reason failure{failed{7}};

/// Runs `code()` as the first process of a runtime with two workers and no log; returns what it returns.
template <class Code>
auto in_process(Code code) {
  return run(options{.workers = 2, .log = silent}, code);
}

/// Ends with `why` when told to stop.
inline pid spawn_ending(const exit_reason& why = exit_reason::normal) {
  return spawn([why] {
    receive<stop>();
    exit(why);
  });
}

/// The reason in the `down` of that monitor.
inline exit_reason end_of(monitor_ref ref) {
  return receive_if<down>([ref](const down& d) { return d.ref == ref; }).reason;
}

/// One that has ended, for everybody.
inline pid spawn_dead() {
  const auto [p, ref] = spawn_monitor([] {});
  static_cast<void>(end_of(ref));
  return p;
}

/// Ends `p`, whatever it does, and returns when everything it caused by that has happened to the caller.
inline void kill_and_wait(pid p) {
  const monitor_ref ref = monitor(p);
  exit(p, exit_reason::kill);
  static_cast<void>(end_of(ref));
}

}  // namespace shoal::test

#endif
