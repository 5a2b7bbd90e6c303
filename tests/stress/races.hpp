// tests/stress/races.hpp — what two processes do to each other, or to a third, at one moment; and what may come of it.
//
//   beside:  first ──does──▶ target ◀──does── second          across:  first ──does──▶ target, which does ──▶ first
//
// A round makes its processes, lets the two that act meet, ends the target, and looks at what each has got. First and second trap
// exits and outlive the target, so that they can tell. What an action did it keeps itself, since who does it may be killed in it.
#ifndef SHOAL_TESTS_STRESS_RACES_HPP
#define SHOAL_TESTS_STRESS_RACES_HPP

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "stress/storms.hpp"

namespace shoal::stress::race {

inline constexpr std::string_view the_name = "a name that is too long for the short string";

// --- What comes ------------------------------------------------------------------------------------------------------

/// A message, numbered for each sender.
struct letter {
  int side;
  int number;
  pid from;
  counted what;
};
/// What a timer sends.
struct ring {
  int side;
  counted what;
};
/// A reason to end. Of who ends by itself: by nobody.
struct blow {
  pid by;
  counted what;
  bool operator==(const blow& other) const noexcept { return by == other.by; }
};

/// Everything a process has received.
struct mail {
  struct end {
    pid from;
    exit_reason reason;
  };
  std::vector<end> ends;  // By a link.
  std::map<monitor_ref, std::vector<end>> downs;
  std::map<pid, int> blows;  // By exit().
  std::array<std::vector<int>, 2> letters;
  std::array<int, 2> rings{};
  int letters_after_the_down = 0;  // Of whose end a monitor had told.
  int strange = 0;

  /// Takes what is in the caller's mailbox.
  void read();
  [[nodiscard]] int ends_of(pid p) const;
};

// --- Who does what ---------------------------------------------------------------------------------------------------

struct round;

/// A side of a round, for the process that acts for it.
struct racer {
  round& in;
  int side;
  pid other;  // To whom it is done.
  mail& got;
  chance dice;
};

struct bounds {
  int least = 0;
  int most = 0;
};

class action {
 public:
  action() = default;
  action(const action&) = delete;
  action& operator=(const action&) = delete;
  virtual ~action() = default;

  /// By who acts: before the two meet, when they have, and when it has nothing else to do.
  virtual void prepare(racer&) {}
  virtual void act(racer&) = 0;
  virtual void settle(racer&) {}

  /// Throws broken if who did it got what it must not, or did not get what it must. It has outlived the target and read all.
  virtual void check_own(const mail&, const round&) const {}
  /// The same for whom it was done to. `all`: it has read all that came.
  virtual void check_other(const mail&, const round&, [[maybe_unused]] bool all) const {}
  /// How many ends by a link `first` or `second` get from the target, if the target ended while it acted. Nothing: it does not matter.
  [[nodiscard]] virtual std::optional<bounds> ends_by_link() const { return std::nullopt; }

  int names_given = 0;  // Less those taken back.
  std::optional<timer_ref> timer;  // Set by it, to the target.
  std::array<int, 2> cancelled{};  // How often it cancelled that side's timer.
  bool done = false;
  bool settled = false;
};

struct kind {
  const char* name;
  std::unique_ptr<action> (*make)();
};
inline constexpr int kinds = 11;
extern const std::array<kind, kinds> all;

struct round {
  pid first;
  pid second;  // Nobody, if it is across.
  pid target;
  bool across = false;
  bool target_traps = false;
  std::array<std::unique_ptr<action>, 2> sides;

  mail of_first;
  mail of_second;
  mail of_target;
  exit_reason why = exit_reason::noproc;  // Of the target's end.

  [[nodiscard]] action& side(int which) const { return *sides.at(static_cast<std::size_t>(which)); }
  [[nodiscard]] action& against(int which) const { return side(1 - which); }
  /// By a process, when the target must have ended.
  [[nodiscard]] bool no_timer_left() const;
};

/// Whether the two are linked; throws broken if only one of them knows. Nothing: one of them has ended, or must.
[[nodiscard]] std::optional<bool> linked(pid a, pid b);

/// Waits until `p` has told everybody of its end.
void wait_until_gone(pid p);

}  // namespace shoal::stress::race

#endif
