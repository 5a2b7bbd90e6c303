// A storm of ties and fates: processes that link, unlink, monitor, demonitor, signal, kill, name and time one another, all at once.
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "stress/storms.hpp"

namespace shoal::stress {
namespace {

using namespace std::chrono_literals;

struct ready {};
struct neighbours {
  std::vector<pid> all;
};
struct weight {
  counted what;
};
struct struck {
  int by;
  bool operator==(const struck&) const = default;
};

class actor {
 public:
  actor(int number, std::uint64_t seed) : number_(number), dice_(seed) {}

  void act(int rounds, pid home) {
    trap_exit(true);
    send(home, ready{});
    others_ = receive<neighbours>().all;
    for (int i = 0; i < rounds; ++i) {
      do_something(others_[dice_.below(static_cast<std::uint32_t>(others_.size()))]);
      read_mail();
    }
    for (const monitor_ref ref : active_) require(demonitor(ref) || take_down(ref), "fate: a monitor gave no down");
  }

 private:
  void do_something(pid p) {
    switch (dice_.below(13)) {
      case 0: return link(p);
      case 1: return unlink(p);
      case 2: active_.insert(monitor(p)); return;
      case 3: return end_monitor();
      case 4: return end_monitor_and_flush();
      case 5: return exit(p, exit_reason{struck{number_}});
      case 6:
        if (dice_.below(16) == 0) exit(p, exit_reason::kill);
        return;
      case 7: return send(p, weight{});
      case 8: timers_.push_back(send_after(std::chrono::microseconds(dice_.below(300)), p, weight{})); return;
      case 9: return end_timer();
      case 10: return use_name(p);
      case 11: spawn_link([] { yield(); }); return;
      default: return maybe_suspend(dice_);
    }
  }

  void end_monitor() {
    if (active_.empty()) return;
    const monitor_ref ref = *active_.begin();
    active_.erase(ref);
    if (demonitor(ref)) ended_.insert(ref);
    else require(take_down(ref), "fate: demonitor was false, and there is no down");
  }
  void end_monitor_and_flush() {
    if (active_.empty()) return;
    const monitor_ref ref = *active_.begin();
    active_.erase(ref);
    demonitor(ref, flush);
    ended_.insert(ref);
  }
  void end_timer() {
    if (timers_.empty()) return;
    const timer_ref t = timers_.back();
    timers_.pop_back();
    const bool pending = read_timer(t).has_value();
    const bool cancelled = cancel_timer(t).has_value();
    require(pending || !cancelled, "fate: a timer that was not pending was cancelled");
    require(!cancel_timer(t), "fate: a timer was cancelled twice");
  }
  void use_name(pid p) {
    const std::string name = fmt::format("name {}", dice_.below(4));
    try {
      switch (dice_.below(4)) {
        case 0: return register_name(name, p);
        case 1: return unregister_name(name);
        case 2: return send(name, weight{});
        default:
          if (const auto holder = whereis(name)) active_.insert(monitor(*holder));
          active_.insert(monitor(name));
      }
    } catch (const misuse&) {  // Taken, dead, nobody's: as it comes.
    } catch (const exited& x) {
      require(x.reason == exit_reason::noproc, "fate: send by name failed with {}", x.reason);
    }
  }

  bool take_down(monitor_ref ref) {
    return receive(when([ref](const down& d) { return d.ref == ref; }, [](const down&) { return true; }),
                   after(0ms, [] { return false; }));
  }
  void read_mail() {
    while (receive([this](const down& d) { return heard_of(d), true; }, [](message) { return true; },
                   after(0ms, [] { return false; }))) {
    }
  }
  void heard_of(const down& d) {
    require(!ended_.contains(d.ref), "fate: a down after the monitor had ended");
    require(active_.erase(d.ref) == 1, "fate: a down of no monitor, or a second one");
  }

  const int number_;
  chance dice_;
  std::vector<pid> others_;
  std::set<monitor_ref> active_;
  std::set<monitor_ref> ended_;
  std::vector<timer_ref> timers_;
  counted weight_;
};

}  // namespace

void fate_storm(std::uint64_t seed, int size) {
  constexpr int actors = 16;
  constexpr int rounds_of_a_life = 200;
  for (int left = size / actors + 1; left > 0; left -= rounds_of_a_life) {
    chance dice(seed + static_cast<std::uint64_t>(left));
    neighbours all;
    for (int i = 0; i < actors; ++i)
      all.all.push_back(
          spawn_monitor([i, mine = dice.next(), home = self()] { actor(i, mine).act(rounds_of_a_life, home); }).first);
    for (int i = 0; i < actors; ++i) receive<ready>();  // Before, a signal would end it.
    for (const pid p : all.all) send(p, all);
    for (int i = 0; i < actors; ++i) {
      const down end = receive<down>();
      require(end.reason == exit_reason::normal || end.reason == exit_reason::killed, "fate: {} ended by {}", end.from,
              end.reason.what());
    }
    require(!receive<down>(0s), "fate: a second down");
  }
}

}  // namespace shoal::stress
