// Whatever two processes do to a third, or to each other, at the same moment: everybody hears of every end exactly once, or not at
// all if he no longer wanted to; messages keep their order; timers come once or are cancelled; names are free; nothing is left.
//
// One round, see races.hpp. A failure prints its pair and seed: SHOAL_STRESS_SEED=... shoal_stress "race: ..." -c "link against kill".
#include "support/test.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <shoal/process/detail/core.hpp>

#include "stress/delays.hpp"
#include "stress/races.hpp"
#include "stress/watchdog.hpp"

namespace shoal::stress::race {
namespace {

using namespace std::chrono_literals;

// --- The processes of a round ----------------------------------------------------------------------------------------

class meeting;

// What a process that acts is told when a round begins; and what it tells when it has acted, and when it has read all.
struct deal {
  racer me;
  meeting* place;
  pid home;
};
struct done {
  pid who;
};
struct all_is_over {};
struct has_read {};
struct finish {
  exit_reason why;
};

}  // namespace
}  // namespace shoal::stress::race

template <>
inline constexpr bool shoal::is_sendable<shoal::stress::race::deal> = true;  // The round is there until all have read.

namespace shoal::stress::race {
namespace {

// How long those who meet may still wait, in all rounds, for an idle worker to wake and steal one of them. On a busy machine it would
// take too long; then most of them meet on one worker.
struct patience {
  static constexpr std::chrono::nanoseconds for_one = 150us;
  sync::atomic<std::int64_t> left_ns{std::chrono::nanoseconds(120ms).count()};
};

// Where the two who act meet, once the target is ready: each on a worker of its own, if that is to be had.
class meeting {
 public:
  explicit meeting(patience& p) : patience_(p) {}
  void arrive() noexcept { ++arrived_; }
  void wait(int side) {
    constexpr int looks_before_yielding = 100;
    sync::atomic<int>& mine = at_.at(static_cast<std::size_t>(side));
    const sync::atomic<int>& theirs = at_.at(static_cast<std::size_t>(1 - side));
    const auto waits_since = std::chrono::steady_clock::now();
    while (!begun_) {
      mine = 1 + static_cast<int>(detail::current_worker()->index());
      for (int looks = 0; looks < looks_before_yielding && !begun_; ++looks) {
        if (arrived_ == expected && theirs != nowhere && theirs != mine) begun_ = true;
        sync::pause();
      }
      if (begun_) return;
      const bool all_here = arrived_ == expected;
      const std::chrono::nanoseconds waited = std::chrono::steady_clock::now() - waits_since;
      if (all_here && waited < patience::for_one && patience_.left_ns > 0) continue;
      if (all_here) {
        patience_.left_ns -= std::min<std::int64_t>(waited.count(), patience_.left_ns);
        begun_ = true;
      }
      mine = nowhere;
      yield();
      if (waited > patience::for_one) std::this_thread::yield();  // The other worker may have no core.
    }
  }

 private:
  static constexpr int expected = 3;
  static constexpr int nowhere = 0;
  patience& patience_;
  sync::atomic<int> arrived_{0};
  sync::atomic<bool> begun_{false};
  std::array<sync::atomic<int>, 2> at_{};  // On which worker each runs now, and waits.
};

// One of the two sides.
void take_part(racer me, meeting& place) {
  action& mine = me.in.side(me.side);
  mine.prepare(me);
  place.arrive();
  place.wait(me.side);
  for (std::uint32_t late = me.dice.below(40); late != 0; --late) sync::pause();
  mine.act(me);
  mine.done = true;
  mine.settle(me);
  mine.settled = true;
}

// First or second, in all rounds.
void outlive() {
  trap_exit(true);
  for (;;) {
    const deal now = receive<deal>();
    take_part(now.me, *now.place);
    send(now.home, done{self()});
    receive<all_is_over>();
    now.me.got.read();
    send(now.home, has_read{});
  }
}

// The target: side 1 if it acts.
void be_target(bool traps, bool busy, bool& read_all) {
  trap_exit(traps);
  const deal now = receive<deal>();
  now.place->arrive();
  if (now.me.in.across) {
    take_part(now.me, *now.place);
    send(now.home, done{self()});
  }
  std::optional<finish> order = receive<finish>(busy ? 0ns : infinity);
  for (; !order; order = receive<finish>(0ns)) yield();
  now.me.got.read();
  read_all = true;
  exit(std::move(order->why));
}

// --- A round ---------------------------------------------------------------------------------------------------------

class referee {
 public:
  referee(const kind& a, const kind& b, chance& dice, patience& patient, const std::array<pid, 2>& outliving)
      : dice_(dice), outliving_(outliving), place_(patient) {
    const kind* mine = &a;
    const kind* theirs = &b;
    const auto is_death = [](const kind* k) { return std::string_view(k->name) == "death"; };
    if (is_death(mine) || (!is_death(theirs) && dice.below(2) == 0)) std::swap(mine, theirs);
    r_.sides = {mine->make(), theirs->make()};
    r_.across = is_death(theirs) || dice.below(2) == 0;
    r_.target_traps = dice.below(2) == 0;
  }

  void play() {
    deal_out();
    wait_for_those_who_act();
    check_at_rest();
    end_target();
    hear_the_others();
    check_mail();
    check_names_and_timers();
  }

 private:
  void deal_out() {
    const bool busy = dice_.below(2) == 0;
    r_.first = outliving_[0];
    r_.second = r_.across ? pid{} : outliving_[1];
    r_.target = spawn_monitor([this, traps = r_.target_traps, busy] { be_target(traps, busy, target_read_all_); }).first;
    const auto to = [this](pid who, int side, pid other, mail& got) {
      send(who, deal{racer{r_, side, other, got, chance(dice_.next())}, &place_, self()});
    };
    to(r_.target, 1, r_.first, r_.of_target);
    to(r_.first, 0, r_.target, r_.of_first);
    if (!r_.across) to(r_.second, 1, r_.target, r_.of_second);
  }

  // Each of the two tells that it is done, or ends.
  void wait_for_those_who_act() {
    std::set<pid> over;
    while (over.size() < 2)
      receive([&](const done& d) { over.insert(d.who); },
              [&](const down& d) {
                note(d);
                if (d.from != r_.target || r_.across) over.insert(d.from);
              });
  }

  void note(const down& d) {
    ended_.insert_or_assign(d.from, d.reason);
    if (d.from != r_.target) return;
    r_.why = d.reason;
    require(whereis(the_name) != r_.target, "a name is not free when the down has come");
    require(!is_alive(r_.target), "alive when the down has come");
    require(r_.no_timer_left(), "a timer is not over when the down of its destination has come");
  }

  void check_at_rest() {
    at_rest_ = {linked(r_.first, r_.target), linked(r_.second, r_.target)};
    if (!is_alive(r_.target) || !r_.side(0).done || !r_.side(1).done) return;
    const bool named = r_.side(0).names_given + r_.side(1).names_given != 0;
    require((whereis(the_name) == r_.target) == named, "a name was given or taken back in vain, or twice");
  }

  void end_target() {
    if (dice_.below(2) == 0) exit(r_.target, exit_reason::kill);
    else send(r_.target, finish{dice_.below(2) == 0 ? exit_reason{blow{}} : exit_reason::normal});
    wait_for_the_end_of(r_.target);
    require(!r_.why.is_error(), "the target: {}", r_.why.what());
  }

  // All that came to them has come.
  void hear_the_others() {
    for (const pid p : {r_.first, r_.second}) {
      if (!p) continue;
      send(p, all_is_over{});
      if (!ended_.contains(p)) receive([](has_read) {}, [this](const down& d) { note(d); });
      if (!ended_.contains(p)) continue;
      wait_until_gone(p);
      require(!ended_.at(p).is_error(), "{}: {}", p == r_.first ? "first" : "second", ended_.at(p).what());
    }
    require(!receive<down>(0s), "a second down");
  }

  void wait_for_the_end_of(pid p) {
    while (!ended_.contains(p)) receive([this](const down& d) { note(d); });
    wait_until_gone(p);
  }

  // Who was killed, or died, has not read all.
  [[nodiscard]] bool told_all(int side) const { return r_.side(side).settled && !ended_.contains(r_.first); }

  void check_mail() const {
    if (told_all(0)) {
      check_who_outlived(0, r_.of_first, at_rest_[0]);
      if (r_.across) r_.side(1).check_other(r_.of_first, r_, true);
    }
    if (!r_.across) check_who_outlived(1, r_.of_second, at_rest_[1]);
    r_.side(0).check_other(r_.of_target, r_, target_read_all_);
    if (!r_.across) r_.side(1).check_other(r_.of_target, r_, target_read_all_);
    require(r_.of_target.strange == 0, "the target got what nobody sent");
    require(r_.of_target.ends.size() <= 1, "the target got {} ends by a link", r_.of_target.ends.size());
  }

  void check_who_outlived(int side, const mail& got, std::optional<bool> was_linked) const {
    require(r_.side(side).settled, "side {} did not come to its end", side);
    require(got.strange == 0, "something nobody sent");
    require(got.letters_after_the_down == 0, "a letter after the down of who sent it");
    for (const mail::end& e : got.ends)
      require(e.from == r_.target && (e.reason == r_.why || e.reason == exit_reason::noproc), "an end by a link of {}: {}",
              e.from, e.reason);
    const bounds expected = expected_ends(side, was_linked);
    const int count = got.ends_of(r_.target);
    require(expected.least <= count && count <= expected.most, "{} ends by a link, not {} to {}", count, expected.least,
            expected.most);
    r_.side(side).check_own(got, r_);
  }

  [[nodiscard]] bounds expected_ends(int side, std::optional<bool> was_linked) const {
    if (was_linked) return *was_linked ? bounds{1, 1} : bounds{0, 0};
    if (const auto mine = r_.side(side).ends_by_link()) return *mine;
    if (const auto theirs = r_.against(side).ends_by_link(); theirs && r_.across) return *theirs;
    return {0, 0};
  }

  void check_names_and_timers() const {
    require(!whereis(the_name), "a name has a holder after its end");
    register_name(the_name, self());
    unregister_name(the_name);
    for (std::size_t side = 0; side < 2; ++side) {
      const action& set_it = *r_.sides[side];
      if (!set_it.timer) continue;
      require(!read_timer(*set_it.timer) && !cancel_timer(*set_it.timer), "a timer has outlived its destination");
      const int cancelled = r_.sides[0]->cancelled[side] + r_.sides[1]->cancelled[side];
      const int rang = r_.of_target.rings[side];
      require(rang + cancelled <= 1, "a timer rang {} times and was cancelled {} times", rang, cancelled);
      require(rang + cancelled == 1 || !target_read_all_ || !set_it.settled, "a timer neither rang nor was cancelled");
    }
  }

  chance& dice_;
  const std::array<pid, 2> outliving_;
  round r_;
  meeting place_;
  bool target_read_all_ = false;
  std::array<std::optional<bool>, 2> at_rest_;  // Whether first and second were linked with the target when both were done.
  std::map<pid, exit_reason> ended_;
};

// --- All rounds of a pair --------------------------------------------------------------------------------------------

void race(const kind& a, const kind& b) {
  const int rounds = scaled(2000);
  constexpr auto longest_half = 300ms;  // On a machine that has much else to do.
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  sync::atomic<int> round{0};
  const auto where = [&] {
    return fmt::format("{} against {}, round {}, SHOAL_STRESS_SEED={}", a.name, b.name, round.load(), seed);
  };
  watchdog guard("a race", 60s, where);
  crash_log log;
  const std::string broke = shoal::run({.workers = 2, .process_limit = 64, .log = [&](const report& r) { log(r); }}, [&] {
    chance dice(seed);
    try {
      std::array<pid, 2> outliving;
      patience patient;
      for (const char* protocol : {"ties", "nowhere"}) {
        const delays held_up(seed, protocol);
        const auto begun = std::chrono::steady_clock::now();
        for (int i = 0; i < rounds / 2 && std::chrono::steady_clock::now() - begun < longest_half; ++i, ++round) {
          for (pid& p : outliving)
            if (!is_alive(p)) p = spawn_monitor(outlive).first;
          referee(a, b, dice, patient, outliving).play();
        }
      }
    } catch (const broken& e) {
      return std::string(e.what());
    }
    return std::string();
  });
  INFO(where());
  if (round < rounds) std::fprintf(stderr, "%s: no time for more\n", where().c_str());
  CHECK(broke == "");
  CHECK(log.text() == "");
  CHECK(counted::alive() == 0);
}

// The pairs of one with itself and those behind it in the table.
void race_from(const char* name) {
  const auto* a = all.begin();
  while (std::string_view(a->name) != name) ++a;
  for (const auto* b = a; b != all.end(); ++b) DYNAMIC_SECTION("race: " << a->name << " against " << b->name) {
      race(*a, *b);
    }
}

}  // namespace

TEST_CASE("race: link against everything") { race_from("link"); }
TEST_CASE("race: unlink against everything from unlink on") { race_from("unlink"); }
TEST_CASE("race: monitor against everything from monitor on") { race_from("monitor"); }
TEST_CASE("race: demonitor against everything from demonitor on") { race_from("demonitor"); }
TEST_CASE("race: exit against everything from exit on") { race_from("exit"); }
TEST_CASE("race: kill against everything from kill on") { race_from("kill"); }
TEST_CASE("race: send against everything from send on") { race_from("send"); }
TEST_CASE("race: timer fire against everything from timer fire on") { race_from("timer fire"); }
TEST_CASE("race: cancel against everything from cancel on") { race_from("cancel"); }
TEST_CASE("race: name change against everything from name change on") { race_from("name change"); }
TEST_CASE("race: death against death") { race_from("death"); }

}  // namespace shoal::stress::race
