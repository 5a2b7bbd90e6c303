// The program: loads the shared object named by its argument and talks to the process that makes.
#include <dlfcn.h>
#include <fmt/core.h>

#include "messages.hpp"

template <class Function>
static Function* function_in(void* object, const char* name) {
  auto* found = reinterpret_cast<Function*>(::dlsym(object, name));
  if (found == nullptr) throw std::runtime_error(::dlerror());
  return found;
}

static void talk(void* object) {
  shoal::pid echo;
  shoal::monitor_ref ref{};
  function_in<void(shoal::pid*, shoal::monitor_ref*)>(object, "plugin_start")(&echo, &ref);
  shoal::send(echo, question{shoal::self(), "hello"});
  fmt::print("{}\n", *shoal::receive<answer>().text);
  shoal::send(echo, many<int>{{1, 2, 3}});
  shoal::send(echo, goodbye{});
  const auto down = shoal::receive<shoal::down>();
  const auto* reason = down.reason.get_if<tired>();
  fmt::print("down: {} {}\n", down.ref == ref, reason != nullptr ? reason->after : -1);

  fmt::print("caught there: {}\n", function_in<bool()>(object, "plugin_catches_exited")());
  try {
    function_in<void()>(object, "plugin_throws_exited")();
  } catch (const shoal::exited& x) {
    fmt::print("caught here: {}\n", x.reason == shoal::exit_reason{tired{7}});
  }
}

int main(int argc, char** argv) {
  void* object = argc == 2 ? ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (object == nullptr) {
    fmt::print("no shared object: {}\n", ::dlerror());
    return 1;
  }
  return shoal::run([=] {
    talk(object);
    return 0;
  });
}
