// Links and monitors being made, undone and ended; exit signals being sent. Their rules are in detail/ties.hpp.
#include <shoal/process/detail/ties.hpp>

#include <functional>
#include <mutex>
#include <new>
#include <utility>

#include <shoal/process/detail/core.hpp>

namespace shoal::detail {
namespace {

struct nothing_yet {};

// The locks of two processes (R4).
class hold_both {
 public:
  hold_both(process& a, process& b) noexcept : low_(std::less<>{}(&a, &b) ? a : b), high_(&low_ == &a ? b : a) {
    low_.lock().lock();
    high_.lock().lock();
  }
  hold_both(const hold_both&) = delete;
  hold_both& operator=(const hold_both&) = delete;
  ~hold_both() {
    high_.lock().unlock();
    low_.lock().unlock();
  }

 private:
  process& low_;
  process& high_;
};

// What an exit signal does to a living process.
enum class effect : std::uint8_t { none, message, fate };
effect effect_of(const exit_reason& why, bool traps, bool from_itself) noexcept {
  if (traps) return effect::message;
  return why == exit_reason::normal && !from_itself ? effect::none : effect::fate;
}

// True: the other has let go before (R2).
bool let_go(tie& t) noexcept { return t.let_go.exchange(true, sync::acq_rel); }

}  // namespace

tie::tie(std::uint8_t block_class, pid a, pid b) noexcept
    : mail{.type = &type_of<nothing_yet>, .block_class = block_class}, who{a, b}, what(kind::link) {
  ends[1].side = 1;
}

tie::tie(std::uint8_t block_class, pid a, pid b, monitor_ref ref) noexcept
    : mail{.type = &type_of<down>, .block_class = block_class},
      notice{.ref = ref, .from = b, .name = {}, .reason = exit_reason::normal},
      who{a, b},
      what(kind::monitor) {
  ends[1].side = 1;
}

void tie::end_as_mail(pid from, const exit_reason& why) noexcept {
  static_assert(offsetof(tie, signal) == type_of<exit_signal>.value_offset &&
                offsetof(tie, notice) == type_of<down>.value_offset);
  if (what == kind::monitor) {
    notice.reason = why;
    return;
  }
  ::new (&signal) exit_signal{from, why};
  mail.type = &type_of<exit_signal>;
}

tie* tie_list::find_link(pid other) const noexcept {
  for (tie_end* end = first_; end != nullptr; end = end->next) {
    if (end->side == tie_end::is_timer) continue;
    tie& t = tie::of(*end);
    if (t.what == tie::kind::link && t.who[1 - end->side] == other) return &t;
  }
  return nullptr;
}

tie* tie_list::find_monitor(monitor_ref ref) const noexcept {
  for (tie_end* end = first_; end != nullptr; end = end->next) {
    if (end->side == tie_end::is_timer) continue;
    tie& t = tie::of(*end);
    if (t.what == tie::kind::monitor && end->side == tie::watcher && t.notice.ref == ref) return &t;
  }
  return nullptr;
}

// --- Making and undoing ----------------------------------------------------------------------------------------------

tie& core::make_link(pid a, pid b) {
  std::uint8_t block_class = 0;
  void* block = allocate(sizeof(tie), block_class);
  return *::new (block) tie(block_class, a, b);
}

tie& core::make_monitor(pid watcher, pid watched, monitor_ref ref) {
  std::uint8_t block_class = 0;
  void* block = allocate(sizeof(tie), block_class);
  return *::new (block) tie(block_class, watcher, watched, ref);
}

// Before the child can run, or anybody else can address it.
void core::tie_child(tie& made, process& child) noexcept {
  process& parent = *processes_.find(pid_access::index(made.who[0]));
  const hold_both locks(parent, child);
  parent.ties().attach(made.ends[0]);
  child.ties().attach(made.ends[1]);
}

void core::link(process& self, pid other) {
  const pid me = self.address();
  if (other == me) return;
  refuse_stranger(other);
  if (process* const peer = find(other)) {
    tie& made = make_link(me, other);
    bool alive = false;
    bool used = false;
    {
      const hold_both locks(self, *peer);
      alive = peer->lives(pid_access::generation(other));
      used = alive && self.ties().find_link(other) == nullptr;
      if (used) {
        self.ties().attach(made.ends[0]);
        peer->ties().attach(made.ends[1]);
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
    undone = self.ties().find_link(other);
    if (undone == nullptr) return;
    tie_end& mine = undone->ends[undone->who[0] == other ? 1 : 0];
    tie_end& theirs = undone->ends[1 - mine.side];
    self.ties().detach(mine);
    mine_alone = theirs.attached;
    if (mine_alone) peer->ties().detach(theirs);
  }
  if (mine_alone || let_go(*undone)) discard(undone->mail);
}

monitor_ref core::monitor(process& self, pid target, std::string_view name) {
  refuse_stranger(target);
  std::string kept(name);
  const pid me = self.address();
  const monitor_ref ref = next_ref(local_here());
  tie& made = make_monitor(me, target, ref);
  made.notice.name = std::move(kept);
  const auto attach_to = [&](process& peer) {
    self.ties().attach(made.ends[tie::watcher]);
    peer.ties().attach(made.ends[tie::watched]);
  };
  if (process* const peer = find(target); peer == &self) {  // It will not be there to be told, but may demonitor.
    const std::lock_guard hold(self.lock());
    attach_to(self);
    return ref;
  } else if (peer != nullptr) {
    const hold_both locks(self, *peer);
    if (peer->lives(pid_access::generation(target))) {
      attach_to(*peer);
      return ref;
    }
  }
  made.notice.reason = exit_reason::noproc;
  send(me, &made.mail);
  return ref;
}

bool core::demonitor(process& self, monitor_ref ref) {
  tie* undone = nullptr;
  {
    const std::lock_guard hold(self.lock());
    undone = self.ties().find_monitor(ref);
    if (undone == nullptr) return false;
    self.ties().detach(undone->ends[tie::watcher]);
  }
  process& target = *processes_.find(pid_access::index(undone->who[tie::watched]));
  bool mine_alone = false;
  {
    const std::lock_guard hold(target.lock());
    tie_end& theirs = undone->ends[tie::watched];
    mine_alone = theirs.attached;
    if (mine_alone) target.ties().detach(theirs);
  }
  if (mine_alone || let_go(*undone)) discard(undone->mail);
  return true;
}

// --- Signals ---------------------------------------------------------------------------------------------------------

void core::signal(pid to, pid from, const exit_reason& why) {
  refuse_stranger(to);
  process* const target = find(to);
  if (target == nullptr) return;
  const std::uint64_t generation = pid_access::generation(to);
  if (why == exit_reason::kill) return target->kill(generation);
  envelope* const mail = make_envelope<exit_signal>(blocks(), exit_signal{from, why});
  effect what = effect::none;
  {
    const std::lock_guard hold(target->lock());
    if (target->lives(generation)) what = effect_of(why, target->traps_exits(), to == from);
    if (what == effect::fate) target->doom(mail);
  }
  switch (what) {
    case effect::none: return discard(*mail);
    case effect::message: return static_cast<void>(send(to, mail));
    case effect::fate: return target->come_and_see();
  }
}

void core::untie(tie_end& mine, const exit_reason& why) {
  tie& t = tie::of(mine);
  tie_end& theirs = t.ends[1 - mine.side];
  const pid other = t.who[theirs.side];
  process& peer = *processes_.find(pid_access::index(other));
  effect what = effect::none;
  pushed done = pushed::refused;
  bool mine_alone = false;
  {
    const std::lock_guard hold(peer.lock());
    mine_alone = theirs.attached;
    if (mine_alone) {
      peer.ties().detach(theirs);
      if (t.what == tie::kind::monitor) what = theirs.side == tie::watcher ? effect::message : effect::none;
      else if (peer.lives(pid_access::generation(other))) what = effect_of(why, peer.traps_exits(), false);
    }
    if (what != effect::none) t.end_as_mail(t.who[mine.side], why);
    if (what == effect::fate) peer.doom(&t.mail);
    if (what == effect::message) {
      // Under the lock: who finds the tie gone finds what it has become in his mailbox.
      std::uint32_t unread = 0;
      t.mail.to_generation = pid_access::generation(other);
      done = peer.deliver(t.mail, unread);
    }
  }
  switch (what) {
    case effect::none:
      if (mine_alone || let_go(t)) discard(t.mail);
      return;
    case effect::message:
      if (done == pushed::woke) scheduler_.wake(peer);  // R3 of arrivals.
      if (done == pushed::refused) discard(t.mail);
      return;
    case effect::fate: return peer.come_and_see();
  }
}

}  // namespace shoal::detail

// --- The face --------------------------------------------------------------------------------------------------------

namespace shoal {
namespace {

// In reductions.
constexpr int tie_cost = 8;
constexpr int signal_cost = 8;

}  // namespace

void exit(pid to, exit_reason why) {
  detail::process& caller = detail::begin_call_by_process("exit", signal_cost);
  caller.home().signal(to, caller.address(), why);
  caller.meet_fate();
}

bool trap_exit(bool on) { return detail::begin_call_by_process("trap_exit", 1).trap_exits(on); }

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
  return caller.home().monitor(caller, target);
}

bool demonitor(monitor_ref ref) {
  detail::process& caller = detail::begin_call_by_process("demonitor", tie_cost);
  return caller.home().demonitor(caller, ref);
}

bool demonitor(monitor_ref ref, flush_t) {
  const bool was_active = demonitor(ref);
  if (!was_active) detail::calling_process("demonitor").drop_down(ref);
  return was_active;
}

}  // namespace shoal
