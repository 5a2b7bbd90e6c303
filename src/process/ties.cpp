// Links and monitors being made and undone. Their rules are in detail/ties.hpp.
#include <shoal/process/detail/ties.hpp>

#include <mutex>
#include <new>
#include <utility>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/hold_both.hpp>

namespace shoal::detail {
namespace {

struct nothing_yet {};

}  // namespace

// --- One tie ---------------------------------------------------------------------------------------------------------

tie::tie(std::uint8_t block_class, kind k, pid a, pid b) noexcept
    : mail{.type = &type_of<nothing_yet>, .block_class = block_class}, told(nullptr), who{a, b}, what(k) {
  ends[1].side = 1;
}

tie::tie(std::uint8_t block_class, pid a, pid b, monitor_ref ref) noexcept
    : mail{.type = &type_of<down>, .block_class = block_class},
      notice{.ref = ref, .from = b, .name = {}, .reason = exit_reason::normal},
      who{a, b},
      what(kind::monitor) {
  ends[1].side = 1;
}

envelope& tie::end_as_mail(pid from, const exit_reason& reason) noexcept {
  const exit_reason& why = is_late ? exit_reason::noproc : reason;
  static_assert(offsetof(tie, signal) == type_of<exit_signal>.value_offset &&
                offsetof(tie, notice) == type_of<down>.value_offset);
  if (what == kind::monitor) {
    notice.reason = why;
    if (!is_tagged) return mail;
    tagged_mail& instead = static_cast<tagged_tie&>(*this).instead;
    instead.fill(instead.mail->value(), std::move(notice));
    return *std::exchange(instead.mail, nullptr);
  }
  ::new (&signal) exit_signal{from, why};
  mail.type = &type_of<exit_signal>;
  return mail;
}

tie& core::make_tie(tie::kind what, pid a, pid b) {
  std::uint8_t block_class = 0;
  void* block = allocate(sizeof(tie), block_class);
  return *::new (block) tie(block_class, what, a, b);
}

tie& core::make_monitor(pid by, pid of_whom, monitor_ref ref, const tagged_mail* instead) {
  std::uint8_t block_class = 0;
  if (instead != nullptr) {
    void* block = allocate(sizeof(tagged_tie), block_class);
    return *::new (block) tagged_tie(block_class, by, of_whom, ref, *instead);
  }
  void* block = allocate(sizeof(tie), block_class);
  return *::new (block) tie(block_class, by, of_whom, ref);
}

void core::let_go_of(tie& t, bool mine_alone) noexcept {
  if (!mine_alone && !t.let_go.exchange(true, sync::acq_rel)) return;  // A
  if (t.is_tagged) discard(*static_cast<tagged_tie&>(t).instead.mail);
  if (t.what == tie::kind::suspension && t.told != nullptr) discard(*t.told);  // Both have ended.
  discard(t.mail);
}

// --- Links -----------------------------------------------------------------------------------------------------------

// The child's ends are attached before it is born: nobody looks at them before. It cannot run yet.
void core::tie_parent(tie& made) noexcept {
  process& parent = *processes_.find(pid_access::index(made.who[0]));
  const std::lock_guard hold(parent.lock());
  parent.attach(made.ends[0]);
}

void core::link(process& self, pid other) {
  const pid me = self.address();
  if (other == me) return;
  refuse_stranger(other);
  if (process* const peer = find(other)) {
    tie& made = make_tie(tie::kind::link, me, other);
    bool alive = false;
    bool used = false;
    SHOAL_DELAY_POINT("ties: made, not tied");
    {
      const hold_both locks(self, *peer);
      alive = peer->lives(pid_access::generation(other));
      made.is_late = !alive && self.traps_exits() && peer->is_ending(pid_access::generation(other));
      alive |= made.is_late;
      used = alive && self.find_link(other) == nullptr;
      if (used) {
        self.attach(made.ends[0]);
        peer->attach(made.ends[1]);
      }
    }
    if (!used) discard(made.mail);
    if (alive) return;
  }
  if (!self.traps_exits()) throw exited{exit_reason::noproc};
  send(me, make_envelope<exit_signal>(blocks(), exit_signal{other, exit_reason::noproc}));
}

void core::unlink(process& self, pid other) {
  refuse_stranger(other);
  process* const peer = processes_.find(pid_access::index(other));  // Perhaps another one by now. Its lock is the right one.
  if (peer == nullptr || peer == &self) return;
  tie* undone = nullptr;
  bool mine_alone = false;
  {
    const hold_both locks(self, *peer);
    undone = self.find_link(other);
    if (undone == nullptr) return;
    tie_end& mine = undone->ends[undone->who[0] == other ? 1 : 0];
    tie_end& theirs = undone->ends[1 - mine.side];
    self.detach(mine);
    mine_alone = theirs.attached;
    if (mine_alone) peer->detach(theirs);
  }
  let_go_of(*undone, mine_alone);
}

// --- Monitors --------------------------------------------------------------------------------------------------------

monitor_ref core::monitor(process& self, pid target, const watching& how) try {
  refuse_stranger(target);
  std::string kept(how.name);
  const pid me = self.address();
  const monitor_ref ref{how.number != 0 ? how.number : new_reference()};
  tie& made = make_monitor(me, target, ref, how.instead);
  made.notice.name = std::move(kept);
  made.alias = how.alias.value_or(alias_mode::until_unalias);
  made.is_alias = how.alias.has_value();
  const auto attach_to = [&](process& peer) {
    self.attach(made.ends[tie::monitoring]);
    peer.attach(made.ends[tie::monitored]);
  };
  if (process* const peer = find(target); peer == &self) {  // It will not be there to be told, but may demonitor.
    const std::lock_guard hold(self.lock());
    attach_to(self);
    return ref;
  } else if (peer != nullptr) {
    const hold_both locks(self, *peer);
    made.is_late = peer->is_ending(pid_access::generation(target));
    if (made.is_late || peer->lives(pid_access::generation(target))) {
      attach_to(*peer);
      return ref;
    }
  }
  envelope& told = made.end_as_mail(target, exit_reason::noproc);
  if (&told != &made.mail) discard(made.mail);
  send(me, &told);
  return ref;
} catch (...) {
  if (how.instead != nullptr) discard(*how.instead->mail);
  throw;
}

bool core::demonitor(process& self, monitor_ref ref) {
  tie* undone = nullptr;
  {
    const std::lock_guard hold(self.lock());
    undone = self.find_monitor(ref);
    if (undone == nullptr) return false;
    self.detach(undone->ends[tie::monitoring]);
  }
  unwatch(*undone);
  return true;
}

void core::unwatch(tie& taken_off) noexcept {
  process& target = *processes_.find(pid_access::index(taken_off.who[tie::monitored]));
  bool mine_alone = false;
  SHOAL_DELAY_POINT("ties: own end off, other not looked at");
  {
    const std::lock_guard hold(target.lock());
    tie_end& theirs = taken_off.ends[tie::monitored];
    mine_alone = theirs.attached;
    if (mine_alone) target.detach(theirs);
  }
  let_go_of(taken_off, mine_alone);
}

}  // namespace shoal::detail

// --- The face --------------------------------------------------------------------------------------------------------

namespace shoal {
namespace {

constexpr int tie_cost = 8;  // In reductions.

}  // namespace

void link(pid other) {
  detail::process& caller = detail::begin_call_by_process("link", tie_cost);
  caller.home().link(caller, other);
}

void unlink(pid other) {
  detail::process& caller = detail::begin_call_by_process("unlink", tie_cost);
  caller.home().unlink(caller, other);
}

monitor_ref monitor(pid target) {
  detail::process& caller = detail::begin_call_by_process("monitor", tie_cost);
  return caller.home().monitor(caller, target, {});
}

monitor_ref detail::monitor_with(pid target, const tagged_mail& instead) {
  process& caller = calling_process("monitor_tagged");
  current_worker()->charge(tie_cost);
  return caller.home().monitor(caller, target, {.instead = &instead});
}

bool demonitor(monitor_ref ref) {
  detail::process& caller = detail::begin_call_by_process("demonitor", tie_cost);
  return caller.home().demonitor(caller, ref);
}

bool demonitor(monitor_ref ref, flush_t) {
  detail::calling_process("demonitor").refuse_in_guard("demonitor with flush");
  const bool was_active = demonitor(ref);
  if (!was_active) detail::calling_process("demonitor").drop_down(ref);
  return was_active;
}

}  // namespace shoal
