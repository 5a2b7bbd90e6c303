// The eleven things that processes do to each other, what each claims, and how it is checked.
#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>

#include <shoal/process/detail/core.hpp>

#include "stress/races.hpp"

namespace shoal::stress::race {

using namespace std::chrono_literals;

// --- Looking ---------------------------------------------------------------------------------------------------------

void mail::read() {
  const auto heard_the_end_of = [this](pid p) {
    for (const auto& [ref, of_it] : downs)
      for (const end& e : of_it)
        if (e.from == p && e.reason != exit_reason::noproc) return true;
    return false;
  };
  const auto one = [&] {
    return receive(
        [&](const exit_signal& s) {
          if (const blow* hit = s.reason.get_if<blow>(); hit != nullptr && hit->by == s.from) ++blows[s.from];
          else ends.push_back({s.from, s.reason});
          return true;
        },
        [&](const down& d) {
          downs[d.ref].push_back({d.from, d.reason});
          return true;
        },
        [&](const letter& l) {
          if (heard_the_end_of(l.from)) ++letters_after_the_down;
          letters.at(static_cast<std::size_t>(l.side)).push_back(l.number);
          return true;
        },
        [&](const ring& r) { return ++rings.at(static_cast<std::size_t>(r.side)) != 0; },  //
        [&](const message&) { return ++strange != 0; }, after(0s, [] { return false; }));
  };
  while (one()) {
  }
}

int mail::ends_of(pid p) const {
  int count = 0;
  for (const end& e : ends) count += e.from == p ? 1 : 0;
  return count;
}

std::optional<bool> linked(pid a, pid b) {
  detail::core& home = detail::calling_process("linked").home();
  detail::process* const one = home.find(a);
  detail::process* const other = home.find(b);
  if (one == nullptr || other == nullptr) return std::nullopt;
  const std::scoped_lock hold(one->lock(), other->lock());
  if (!home.is_alive(a) || !home.is_alive(b)) return std::nullopt;
  const bool there = one->find_link(b) != nullptr;
  const bool back = other->find_link(a) != nullptr;
  require(there == back, "a link with one end: {} {}, {} {}", a, there, b, back);
  return there;
}

bool round::no_timer_left() const {
  return std::none_of(sides.begin(), sides.end(), [](const auto& a) { return a->timer && read_timer(*a->timer); });
}

void wait_until_gone(pid p) {
  while (detail::calling_process("wait").home().find(p) != nullptr) yield();  // R3 of process.hpp.
}

namespace {

// A monitor's downs: exactly one, or none, and of the target.
void check_downs(const mail& got, monitor_ref ref, int expected, const round& r) {
  const auto found = got.downs.find(ref);
  const std::size_t count = found == got.downs.end() ? 0 : found->second.size();
  require(count == static_cast<std::size_t>(expected), "{} downs of a monitor, expected {}", count, expected);
  if (count != 0)
    require(found->second[0].from == r.target &&
                (found->second[0].reason == exit_reason::noproc || found->second[0].reason == r.why),
            "a down of {} with {}", found->second[0].from, found->second[0].reason);
}

bool try_register(pid p) {
  try {
    register_name(the_name, p);
    return true;
  } catch (const misuse&) {  // Somebody has it, or `p` is dead, or has it already.
    return false;
  }
}
bool try_unregister() {
  try {
    unregister_name(the_name);
    return true;
  } catch (const misuse&) {  // Nobody has it.
    return false;
  }
}

// --- Links -----------------------------------------------------------------------------------------------------------

class links final : public action {
  void act(racer& me) override {
    for (calls_ = me.dice.below(4) == 0 ? 2 : 1; made_ < calls_; ++made_) link(me.other);
  }
  // Each call to link with the dead gives one.
  [[nodiscard]] std::optional<bounds> ends_by_link() const override { return bounds{done ? 1 : 0, calls_}; }

  int calls_ = 0;
  int made_ = 0;
};

class unlinks final : public action {
  void prepare(racer& me) override { link(me.other); }
  void act(racer& me) override {
    unlink(me.other);
    me.got.read();
    then_ = me.got.ends_of(me.other);
  }
  [[nodiscard]] std::optional<bounds> ends_by_link() const override {
    return done ? bounds{then_, then_} : bounds{0, 1};  // None after the unlink has returned.
  }

  int then_ = 0;
};

// --- Monitors --------------------------------------------------------------------------------------------------------

class monitors final : public action {
  void act(racer& me) override {
    for (monitor_ref& ref : refs_) ref = monitor(me.other);
  }
  void check_own(const mail& got, const round& r) const override {
    require(refs_[0] != refs_[1], "two monitors of one reference");
    for (const monitor_ref ref : refs_) check_downs(got, ref, 1, r);
  }

  std::array<monitor_ref, 2> refs_{};
};

class demonitors final : public action {
  void prepare(racer& me) override {
    for (monitor_ref& ref : refs_) ref = monitor(me.other);
    flushes_ = me.dice.below(2) == 0;
  }
  void act(racer& me) override {
    active_ = flushes_ ? demonitor(refs_[0], flush) : demonitor(refs_[0]);
    me.got.read();
    const bool come = me.got.downs.contains(refs_[0]);
    require(come == (!active_ && !flushes_), "demonitor: {}, flush: {}, a down has come: {}", active_, flushes_, come);
    require(!demonitor(refs_[0]), "a monitor ended twice");
  }
  void check_own(const mail& got, const round& r) const override {
    check_downs(got, refs_[0], active_ || flushes_ ? 0 : 1, r);
    check_downs(got, refs_[1], 1, r);
  }

  std::array<monitor_ref, 2> refs_{};
  bool flushes_ = false;
  bool active_ = false;
};

// --- Signals ---------------------------------------------------------------------------------------------------------

// Once the signal has been sent, and it has not been trapped.
void check_dead(const racer& me) {
  require(!is_alive(me.other), "alive after the signal");
  require(!linked(self(), me.other), "a link to the dead");
  if (me.other != me.in.target) return;
  require(!whereis(the_name) && !try_unregister(), "its name is not free after the signal");
  require(me.in.no_timer_left(), "a timer that is not over after the signal");
}

class exits final : public action {
  void act(racer& me) override {
    who_ = self();
    exit(me.other, exit_reason{blow{who_, {}}});
    if (me.other == me.in.target && !me.in.target_traps) check_dead(me);
  }
  void check_other(const mail& got, const round&, bool all) const override {
    const auto found = got.blows.find(who_);
    const int count = found == got.blows.end() ? 0 : found->second;
    require(count <= 1 && (count == 1 || !all || !done), "{} signals of one", count);
  }

  pid who_;
};

class kills final : public action {
  void act(racer& me) override {
    exit(me.other, exit_reason::kill);
    check_dead(me);
    late_ = monitor(me.other);
  }
  void check_own(const mail& got, const round& r) const override { check_downs(got, late_, 1, r); }
  void check_other(const mail&, const round&, bool all) const override { require(!all || !done, "it lived on"); }

  monitor_ref late_{};
};

// --- Messages and timers ---------------------------------------------------------------------------------------------

class sends final : public action {
  void act(racer& me) override {
    side_ = static_cast<std::size_t>(me.side);
    for (; sent_ < letters; ++sent_) send(me.other, letter{me.side, sent_, self(), {}});
  }
  void check_other(const mail& got, const round&, bool all) const override {
    const std::vector<int>& came = got.letters[side_];
    for (std::size_t i = 0; i < came.size(); ++i) require(came[i] == static_cast<int>(i), "letter {} came as {}", came[i], i);
    const int count = static_cast<int>(came.size());
    require(count <= sent_ + 1 && (!all || count >= sent_), "{} letters of {} came", count, sent_);
  }

  static constexpr int letters = 4;
  std::size_t side_ = 0;
  int sent_ = 0;
};

timer_ref set_ring(racer& me, std::chrono::microseconds wait) { return send_after(wait, me.in.target, ring{me.side, {}}); }

class fires final : public action {
  void prepare(racer& me) override { timer = set_ring(me, std::chrono::microseconds(me.dice.below(40))); }
  void act(racer& me) override { settle(me); }
  void settle(racer& me) override {
    while (read_timer(*timer)) yield();
    require(!cancel_timer(*timer), "side {}: a timer that was over was cancelled", me.side);
  }
};

class cancels final : public action {
  void prepare(racer& me) override {
    const std::array<std::chrono::microseconds, 2> waits{std::chrono::microseconds(me.dice.below(40)), 1h};
    timer = set_ring(me, waits[me.dice.below(2)]);
  }
  // The other's timer, if it has one; of two who cancel, both the first's.
  void act(racer& me) override {
    const bool both = dynamic_cast<cancels*>(&me.in.against(me.side)) != nullptr;
    const int whose = (both && me.side == 0) || !me.in.against(me.side).timer ? me.side : 1 - me.side;
    end_timer(me, whose);
  }
  void settle(racer& me) override { end_timer(me, me.side); }

  void end_timer(racer& me, int whose) {
    const timer_ref t = *me.in.side(whose).timer;
    const bool pending = read_timer(t).has_value();
    const bool ended = cancel_timer(t).has_value();
    if (ended) ++cancelled.at(static_cast<std::size_t>(whose));
    require(pending || !ended, "a timer that was not pending was cancelled");
    require(!read_timer(t) && !cancel_timer(t), "a timer is there after it was cancelled");
  }
};

// --- Names and death -------------------------------------------------------------------------------------------------

class names final : public action {
  void prepare(racer& me) override {
    if (me.dice.below(2) == 0) give(me);
  }
  void act(racer& me) override {
    switch (me.dice.below(4)) {
      case 0: return give(me);
      case 1: return take_back();
      case 2: return take_back(), give(me);
      default: use(me);
    }
  }
  void check_own(const mail& got, const round& r) const override {
    for (const monitor_ref ref : refs_) {
      const auto found = got.downs.find(ref);
      require(found != got.downs.end() && found->second.size() == 1, "a monitor of a name did not give one down");
      const mail::end& e = found->second[0];
      require(e.reason == exit_reason::noproc || (e.from == r.target && e.reason == r.why), "a down of a name: {}, {}", e.from,
              e.reason);
    }
  }

  void give(racer& me) { names_given += try_register(me.in.target) ? 1 : 0; }
  void take_back() { names_given -= try_unregister() ? 1 : 0; }
  void use(racer& me) {
    const std::optional<pid> holder = whereis(the_name);
    require(!holder || *holder == me.in.target, "a name has a holder who never got it");
    if (self() != me.in.target) refs_.push_back(monitor(the_name));
  }

  std::vector<monitor_ref> refs_;
};

// Of who acts itself.
class dies final : public action {
  void prepare(racer& me) override {
    if (dynamic_cast<dies*>(&me.in.against(me.side)) == nullptr) return;
    link(me.other);
    static_cast<void>(monitor(me.other));
  }
  void act(racer& me) override {
    if (me.dice.below(2) == 0) throw exited{exit_reason{blow{}}};
    throw exited{exit_reason::normal};
  }
};

template <class A>
std::unique_ptr<action> make() {
  return std::make_unique<A>();
}

}  // namespace

const std::array<kind, kinds> all{{
    {"link", make<links>},
    {"unlink", make<unlinks>},
    {"monitor", make<monitors>},
    {"demonitor", make<demonitors>},
    {"exit", make<exits>},
    {"kill", make<kills>},
    {"send", make<sends>},
    {"timer fire", make<fires>},
    {"cancel", make<cancels>},
    {"name change", make<names>},
    {"death", make<dies>},
}};

}  // namespace shoal::stress::race
