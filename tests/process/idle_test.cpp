// A runtime with nothing to do.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

// How often the threads of the runtime named `name` have gone to sleep so far: each such time something had woken them.
long times_slept(const std::string& name) {
  long slept = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream name_file(thread.path() / "comm");
    std::string thread_name;
    std::getline(name_file, thread_name);
    if (!thread_name.starts_with(name + "/")) continue;
    std::ifstream status(thread.path() / "status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("voluntary_ctxt_switches:")) slept += std::stol(line.substr(line.find(':') + 1));
  }
  return slept;
}

// Whether no thread of it wakes for `quiet`, once it has come to rest. What wakes by itself again and again never does.
bool comes_to_rest(const std::string& name, std::chrono::milliseconds quiet) {
  for (int attempt = 0; attempt < 50; ++attempt) {
    const long before = times_slept(name);
    std::this_thread::sleep_for(quiet);  // The interval that is measured.
    if (times_slept(name) == before) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("runtime: with nothing to do none of its threads wakes") {
  runtime rt{{.workers = 2, .name = "rests"}};
  rt.run([] {
    static_cast<void>(spawn_monitor([] { sleep(1ms); }));
    receive<down>();
  });
  REQUIRE(times_slept("rests") > 0);
  CHECK(comes_to_rest("rests", 200ms));
}

TEST_CASE("runtime: with processes that only wait none of its threads wakes") {
  runtime rt{{.workers = 2, .name = "waits"}};
  struct never_sent {};
  for (int i = 0; i < 100; ++i) rt.spawn([] { receive<never_sent>(); });
  CHECK(comes_to_rest("waits", 200ms));
}

TEST_CASE("runtime: a process that sleeps again and again keeps it from resting, so the measurement can fail") {
  runtime rt{{.workers = 2, .name = "ticks"}};
  rt.spawn([] {
    for (;;) sleep(1ms);
  });
  const long before = times_slept("ticks");
  std::this_thread::sleep_for(200ms);  // The interval that is measured.
  CHECK(times_slept("ticks") > before);
}
