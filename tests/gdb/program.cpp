// A program for gdb to look at: one process waits deep inside named functions, another one stops in stop_here().
#include <cstdio>

#include <shoal/shoal.hpp>

struct never {};

unsigned waiting_index = 0;  // Of the process that waits: what shoal-bt wants to know.

[[gnu::noinline]] void innermost_function() {
  shoal::receive<never>();
  asm volatile("");  // No tail call.
}
[[gnu::noinline]] void middle_function() {
  innermost_function();
  asm volatile("");
}

extern "C" [[gnu::noinline]] void stop_here() {
  std::puts("ready");
  std::fflush(stdout);
  asm volatile("");
}

int main(int arguments, char**) {
  const bool live = arguments > 1;  // Not under gdb: somebody will attach.
  shoal::run(shoal::options{.workers = 1}, [live] {
    const shoal::pid waiting = shoal::spawn(shoal::spawn_options{.label = "waiting"}, middle_function);
    while (shoal::process_info(waiting)->status != shoal::process_status::waiting) shoal::yield();
    waiting_index = shoal::detail::pid_access::index(waiting);
    stop_here();
    for (volatile bool goes_on = live; goes_on;) {
    }
  });
}
