// Exit signals, and what the end of one process does to those who are tied to it.
#include <mutex>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/link.hpp>

namespace shoal {
namespace detail {
namespace {

// What an exit signal does to a living process.
enum class effect : std::uint8_t { none, message, fate };
effect effect_of(const exit_reason& why, bool traps, bool from_itself) noexcept {
  if (traps) return effect::message;
  return why == exit_reason::normal && !from_itself ? effect::none : effect::fate;
}

// What the end of a tie does to the one at its other end, who is still there.
effect effect_of(const tie& t, const tie_end& theirs, const process& peer, const exit_reason& why) noexcept {
  switch (t.what) {
    case tie::kind::monitor: return theirs.side == tie::monitoring ? effect::message : effect::none;
    case tie::kind::suspension: return effect::none;
    case tie::kind::link: break;
  }
  return peer.lives(pid_access::generation(t.who[theirs.side])) ? effect_of(why, peer.traps_exits(), false) : effect::none;
}

}  // namespace

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
  process& peer = *processes_.find(pid_access::index(t.who[theirs.side]));
  effect what = effect::none;
  pushed done = pushed::refused;
  bool mine_alone = false;
  bool goes_on = false;
  bool tagged = false;
  envelope* told = nullptr;
  SHOAL_DELAY_POINT("ties: own end off, other not looked at");
  {
    const std::lock_guard hold(peer.lock());
    mine_alone = theirs.attached;
    if (mine_alone) {
      peer.detach(theirs);
      what = effect_of(t, theirs, peer, why);
      if (t.what == tie::kind::suspension && theirs.side == tie::monitored) goes_on = peer.release_one_hold();
    }
    if (what != effect::none) told = &t.end_as_mail(t.who[mine.side], why);
    if (what == effect::fate) peer.doom(told);
    if (what == effect::message) {
      // Under the lock: who finds the tie gone finds what it has become in his mailbox.
      std::uint32_t unread = 0;
      tagged = t.is_tagged;
      told->to_generation = pid_access::generation(t.who[theirs.side]);
      done = peer.deliver(*told, unread);
    }
  }
  SHOAL_DELAY_POINT("ties: doomed or sent, not woken");
  if (goes_on) scheduler_.wake(peer);
  switch (what) {
    case effect::none:
      if (t.what == tie::kind::suspension) end_suspension(t, mine, mine_alone);
      else let_go_of(t, mine_alone);
      return;
    case effect::message:
      if (done == pushed::woke) scheduler_.wake(peer);  // R3 of arrivals.
      if (tagged) discard(t.mail);
      if (done == pushed::refused) discard(*told);
      return;
    case effect::fate: return peer.come_and_see();
  }
}

}  // namespace detail

// --- The face --------------------------------------------------------------------------------------------------------

namespace {

constexpr int signal_cost = 8;  // In reductions.

}  // namespace

void exit(pid to, exit_reason why) {
  detail::process& caller = detail::begin_call_by_process("exit", signal_cost);
  caller.home().signal(to, caller.address(), why);
  caller.obey();
}

bool trap_exit(bool on) { return detail::begin_call_by_process("trap_exit", 1).trap_exits(on); }

}  // namespace shoal
