// Holding processes up, and letting them go on.
#include <mutex>
#include <utility>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/hold_both.hpp>
#include <shoal/process/misuse.hpp>
#include <shoal/process/receive.hpp>
#include <shoal/process/suspend.hpp>

namespace shoal {
namespace detail {
namespace {

// To the one who suspends: it stands still, or is no more.
struct held_up {
  std::uint64_t number;
  pid to;
};

}  // namespace

// --- By others -------------------------------------------------------------------------------------------------------

void core::suspend(process& self, pid target) {
  const pid me = self.address();
  if (target == me) throw misuse("shoal: a process that suspended itself could never be resumed. Use receive() or sleep().");
  refuse_stranger(target);
  process* const peer = find(target);
  if (peer == nullptr) throw exited{exit_reason::noproc};
  const auto number = new_reference();
  envelope* told = make_envelope<held_up>(blocks(), held_up{number, me});
  tie* made = nullptr;
  try {
    made = &make_tie(tie::kind::suspension, me, target);
    const std::lock_guard hold(peer->lock());
    static_cast<void>(peer->lives(pid_access::generation(target)) && (peer->has_rare(), true));
  } catch (...) {
    discard(*told);
    if (made != nullptr) discard(made->mail);
    throw;
  }
  bool alive = false;
  bool stands = false;
  {
    const hold_both locks(self, *peer);
    alive = peer->lives(pid_access::generation(target));
    if (alive) {
      self.attach(made->ends[tie::monitoring]);
      peer->attach(made->ends[tie::monitored]);
      peer->add_one_hold();
      stands = peer->stands_still();
      if (!stands) made->told = std::exchange(told, nullptr);
    }
  }
  if (!alive) discard(made->mail);
  if (told != nullptr) discard(*told);
  if (!alive) throw exited{exit_reason::noproc};
  if (!stands) static_cast<void>(receive_if<held_up>([number](const held_up& s) { return s.number == number; }));
}

bool core::resume(process& self, pid target) {
  refuse_stranger(target);
  process* const peer = processes_.find(pid_access::index(target));
  if (peer == nullptr || peer == &self) return false;
  tie* undone = nullptr;
  bool mine_alone = false;
  bool goes_on = false;
  {
    const hold_both locks(self, *peer);
    undone = self.find_suspension(target);
    if (undone == nullptr) return false;
    self.detach(undone->ends[tie::monitoring]);
    mine_alone = undone->ends[tie::monitored].attached;
    if (mine_alone) {
      peer->detach(undone->ends[tie::monitored]);
      goes_on = peer->release_one_hold();
    }
  }
  if (goes_on) scheduler_.wake(*peer);
  let_go_of(*undone, mine_alone);
  return true;
}

// One of the two has ended. `told` is his who has taken off both ends; who waits for it must get it.
void core::end_suspension(tie& t, const tie_end& mine, bool mine_alone) noexcept {
  if (mine_alone && mine.side == tie::monitored && t.told != nullptr)
    send(t.who[tie::monitoring], std::exchange(t.told, nullptr));
  let_go_of(t, mine_alone);
}

// --- By itself -------------------------------------------------------------------------------------------------------

void process::add_one_hold() noexcept {
  ++rare_->holds;
  flags_.fetch_or(suspended, sync::relaxed);
}

bool process::release_one_hold() noexcept {
  if (--rare_->holds != 0) return false;
  return (flags_.fetch_and(~(suspended | held), sync::relaxed) & held) != 0;
}

bool process::stands_still() noexcept {
  return (flags_.load(sync::relaxed) & held) != 0 ||
         inbox_.stays_parked();  // If it is woken, it is held before it does anything.
}

void process::hold_while_suspended() {
  while ((flags_.load(sync::relaxed) & (suspended | doomed)) == suspended) {
    set_waits_for(wait_reason::suspended);
    worker::suspend(*current_worker(), &stand_still);
  }
}

// By what runs next on the worker, when this fiber's registers are saved. Once `held` is set and the lock is free, it may go on at
// any time.
bool process::stand_still(worker&, runnable& r) noexcept {
  auto& self = static_cast<process&>(r);
  core& home = self.home_;
  envelope* notices = nullptr;
  {
    const std::lock_guard hold(self.lock_);
    if ((self.flags_.load(sync::relaxed) & (suspended | doomed)) != suspended) return false;
    self.flags_.fetch_or(held, sync::relaxed);
    for (tie_end* end = self.ties_.first(); end != nullptr; end = end->next) {
      if (end->side != tie::monitored) continue;
      tie& t = tie::of(*end);
      if (t.what != tie::kind::suspension || t.told == nullptr) continue;
      envelope* const mail = std::exchange(t.told, nullptr);
      mail->next = std::exchange(notices, mail);
    }
  }
  while (notices != nullptr) {
    envelope* const mail = std::exchange(notices, notices->next);
    home.send(static_cast<held_up*>(mail->value())->to, mail);
  }
  return true;
}

}  // namespace detail

// --- The face --------------------------------------------------------------------------------------------------------

namespace {

constexpr int suspend_cost = 20;  // In reductions.

}  // namespace

void suspend(pid p) {
  detail::process& caller = detail::begin_call_by_process("suspend", suspend_cost);
  caller.refuse_in_guard("suspend");  // It may have to receive.
  caller.home().suspend(caller, p);
}

bool resume(pid p) {
  detail::process& caller = detail::begin_call_by_process("resume", suspend_cost);
  return caller.home().resume(caller, p);
}

}  // namespace shoal
