// The shared object: makes a process in the runtime of whoever calls it.
#include "messages.hpp"

#define PLUGIN_API extern "C" [[gnu::visibility("default")]]

static void echo() {
  int answered = 0;
  for (;;)
    shoal::receive(
        [&](question q) {
          ++answered;
          shoal::send(q.from, answer{std::make_unique<std::string>("you said " + q.text)});
        },
        [&](const many<int>& m) { answered += static_cast<int>(m.all.size()); },
        [&](goodbye) { shoal::exit(shoal::exit_reason{tired{answered}}); });
}

PLUGIN_API void plugin_start(shoal::pid* who, shoal::monitor_ref* ref) {
  const auto [p, r] = shoal::spawn_monitor(echo);
  *who = p;
  *ref = r;
}

// An exception the library throws, caught on this side.
PLUGIN_API bool plugin_catches_exited() {
  try {
    shoal::exit(shoal::exit_reason::shutdown);
  } catch (const shoal::exited& x) {
    return x.reason == shoal::exit_reason::shutdown;
  }
}

// One it throws, for the other side to catch.
PLUGIN_API void plugin_throws_exited() { shoal::exit(shoal::exit_reason{tired{7}}); }
