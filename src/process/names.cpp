#include <shoal/process/names.hpp>

#include <fmt/format.h>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/misuse.hpp>
#include <shoal/process/monitor_tagged.hpp>

namespace shoal {
namespace {

constexpr std::size_t longest_name = 255;

// In reductions.
constexpr int look_up_cost = 2;
constexpr int register_cost = 20;

[[noreturn]] void refuse(std::string_view name, const std::string& why) {
  throw misuse(fmt::format("shoal: the name \"{}\" {}.", name.substr(0, longest_name), why));
}

}  // namespace

void detail::check_name(std::string_view name) {
  if (name.empty()) throw misuse("shoal: an empty text is no name for a process.");
  if (name.size() > longest_name)
    refuse(name, fmt::format("... is {} bytes long; at most {} are possible", name.size(), longest_name));
}

void register_name(std::string_view name, pid p) {
  detail::core& home = detail::begin_call_by_process("register_name", register_cost).home();
  detail::check_name(name);
  const auto take = [&home](pid holder) {
    detail::process* found = home.find(holder);
    return found != nullptr && found->take_name(detail::pid_access::generation(holder));
  };
  using adding = detail::name_table::adding;
  switch (home.names().add(name, p, [&home](pid holder) { return home.is_alive(holder); }, take)) {
    case adding::done: return;
    case adding::taken: refuse(name, fmt::format("is taken, by {}", home.names().find(name)));
    case adding::has_one: refuse(name, fmt::format("cannot be given to {}: it has a name, \"{}\"", p, home.names().name_of(p)));
    case adding::refused:
      refuse(name, fmt::format("cannot be given to {}: there is no such process in this runtime, or it is dead", p));
  }
}

void unregister_name(std::string_view name) {
  detail::core& home = detail::begin_call_by_process("unregister_name", register_cost).home();
  detail::check_name(name);
  const pid holder = home.names().remove(name);
  if (!home.is_alive(holder)) refuse(name, "is nobody's");  // Who must end has given it back.
}

std::optional<pid> whereis(std::string_view name) {
  detail::core& home = detail::begin_call_by_process("whereis", look_up_cost).home();
  const pid found = home.names().find(name, detail::current_worker()->index());
  return home.is_alive(found) ? std::optional(found) : std::nullopt;
}

std::vector<std::string> registered_names() {
  detail::core& home = detail::begin_call_by_process("registered_names", register_cost).home();
  std::vector<std::string> names;
  for (auto& [name, holder] : home.names().all())
    if (home.is_alive(holder)) names.push_back(std::move(name));
  return names;
}

monitor_ref monitor(std::string_view name) {
  detail::process& caller = detail::begin_call_by_process("monitor", register_cost);
  detail::check_name(name);
  return caller.home().monitor(caller, whereis(name).value_or(pid{}), {.name = name});
}

monitor_ref detail::monitor_with(std::string_view name, const tagged_mail& instead) {
  process& caller = calling_process("monitor_tagged");
  current_worker()->charge(register_cost);
  pid found;
  try {
    check_name(name);
    found = whereis(name).value_or(pid{});
  } catch (...) {
    discard(*instead.mail);
    throw;
  }
  return caller.home().monitor(caller, found, {.name = name, .instead = &instead});
}

pid detail::process_named(std::string_view name) {
  const std::optional<pid> found = whereis(name);
  if (!found) throw exited{exit_reason::noproc};
  return *found;
}

}  // namespace shoal
