#include <shoal/process/alias.hpp>

#include <mutex>
#include <new>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/misuse.hpp>
#include <shoal/process/names.hpp>

namespace shoal {
namespace detail {

alias_ref core::make_alias(process& self, std::uint64_t number, alias_mode mode) {
  std::uint8_t block_class = 0;
  void* block = allocate(sizeof(alias_end), block_class);
  auto* made = ::new (block) alias_end(number, mode, block_class);
  const std::lock_guard hold(self.lock());
  self.attach(*made);
  return alias_access::make(self.address(), number);
}

alias_ref core::new_alias(process& self, alias_mode mode) { return make_alias(self, new_reference(), mode); }

void core::drop_alias(tie_end& taken_off) noexcept { free(&taken_off, static_cast<alias_end&>(taken_off).block_class); }

bool core::unalias(process& self, const alias_ref& a) noexcept {
  if (alias_access::owner(a) != self.address()) return false;
  const std::uint64_t number = alias_access::number(a);
  alias_end* plain = nullptr;
  {
    const std::lock_guard hold(self.lock());
    plain = self.find_alias(number);
    if (plain == nullptr) {
      tie* const of_monitor = self.find_monitor(monitor_ref{number});
      return of_monitor != nullptr && std::exchange(of_monitor->is_alias, false);
    }
    self.detach(*plain);
  }
  drop_alias(*plain);
  return true;
}

std::pair<monitor_ref, alias_ref> core::monitor_alias(process& self, pid target, std::string_view name, alias_mode mode) {
  const std::uint64_t number = new_reference();
  // It outlives the monitor, so it is a thing of its own.
  if (mode == alias_mode::until_unalias) static_cast<void>(make_alias(self, number, mode));
  const alias_ref made = alias_access::make(self.address(), number);
  try {
    const bool in_one = mode != alias_mode::until_unalias;
    return {monitor(self, target, {.name = name, .alias = in_one ? std::optional(mode) : std::nullopt, .number = number}),
            made};
  } catch (...) {
    static_cast<void>(unalias(self, made));
    throw;
  }
}

// Whoever has switched the alias off, under the lock, knows that nothing comes through it any more: so it is delivered under the lock.
std::uint32_t core::send(const alias_ref& to, envelope* mail) {
  const pid owner = alias_access::owner(to);
  process* const found = find(owner);
  pushed done = pushed::refused;
  std::uint32_t unread = 0;
  tie* ended = nullptr;
  alias_end* used_up = nullptr;
  if (found != nullptr) {
    mail->to_generation = pid_access::generation(owner);
    const std::lock_guard hold(found->lock());
    if (found->lives(mail->to_generation) && found->let_in(alias_access::number(to), used_up, ended))
      done = found->deliver(*mail, unread);
  }
  if (done == pushed::woke) scheduler_.wake(*found);  // R3 of arrivals.
  if (used_up != nullptr) drop_alias(*used_up);
  if (ended != nullptr) unwatch(*ended);
  if (done != pushed::refused) return unread;
  discard(*mail);
  refuse_stranger(owner);
  return 0;
}

bool process::let_in(std::uint64_t number, alias_end*& used_up, tie*& ended) noexcept {
  if (alias_end* const plain = find_alias(number)) {
    if (plain->mode == alias_mode::once) {
      detach(*plain);
      used_up = plain;
    }
    return true;
  }
  tie* const of_monitor = find_monitor(monitor_ref{number});
  if (of_monitor == nullptr || !of_monitor->is_alias) return false;
  if (of_monitor->alias == alias_mode::once) {
    detach(of_monitor->ends[tie::monitoring]);
    ended = of_monitor;
  }
  return true;
}

}  // namespace detail

// --- The face --------------------------------------------------------------------------------------------------------

namespace {

constexpr int alias_cost = 8;  // In reductions.

void check(alias_mode mode) {
  if (mode > alias_mode::once) throw misuse("shoal: alias and monitor_alias take a mode of shoal::alias_mode; this is none.");
}

}  // namespace

alias_ref alias(alias_mode mode) {
  detail::process& caller = detail::begin_call_by_process("alias", alias_cost);
  check(mode);
  return caller.home().new_alias(caller, mode);
}

bool unalias(alias_ref a) {
  detail::process& caller = detail::begin_call_by_process("unalias", alias_cost);
  return caller.home().unalias(caller, a);
}

std::pair<monitor_ref, alias_ref> monitor_alias(pid target, alias_mode mode) {
  detail::process& caller = detail::begin_call_by_process("monitor_alias", 2 * alias_cost);
  check(mode);
  return caller.home().monitor_alias(caller, target, {}, mode);
}

std::pair<monitor_ref, alias_ref> monitor_alias(std::string_view name, alias_mode mode) {
  detail::process& caller = detail::begin_call_by_process("monitor_alias", 2 * alias_cost);
  check(mode);
  detail::check_name(name);
  return caller.home().monitor_alias(caller, whereis(name).value_or(pid{}), name, mode);
}

}  // namespace shoal
