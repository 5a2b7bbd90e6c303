// Storms of messages and processes: ring, fan-in, tree, monitor, selective.
#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>

#include <shoal/sched.hpp>

#include "stress/storms.hpp"

namespace shoal::stress {
namespace {

using namespace std::chrono_literals;

struct nobody_sends_this {
  int number;
};

sync::atomic<long> migrations_seen{0};

void suspend(chance& dice, std::uint32_t how) {
  switch (how) {
    case 0: return yield();
    case 1: return static_cast<void>(receive<nobody_sends_this>(std::chrono::microseconds(dice.below(300))));
    default: return sleep(std::chrono::microseconds(dice.below(200)));
  }
}

}  // namespace

void maybe_suspend(chance& dice) {
  const std::uint32_t how = dice.below(8);
  if (how > 2) return;
  const detail::worker* before = detail::current_worker();
  suspend(dice, how);
  if (detail::current_worker() != before) ++migrations_seen;
}

long migrations() noexcept { return migrations_seen.load(); }

// --- Ring ------------------------------------------------------------------------------------------------------------

namespace {

struct token {
  std::uint64_t id;
  int hops_left;
  counted weight;
};
struct arrived {
  std::uint64_t id;
};
struct neighbour {
  pid who;
};

void pass_on(pid home) {
  const pid next = receive<neighbour>().who;
  for (;;)
    receive(
        [&](token t) {
          if (t.hops_left == 0) return send(home, arrived{t.id});
          --t.hops_left;
          send(next, std::move(t));
        },
        [&](nobody_sends_this) { exit(exit_reason::normal); });
}

}  // namespace

void ring_storm(std::uint64_t seed, int size) {
  chance dice(seed);
  const int members = 2 + static_cast<int>(dice.below(static_cast<std::uint32_t>(size)));
  const int tokens = 1 + static_cast<int>(dice.below(16));
  const int hops = 1 + static_cast<int>(dice.below(static_cast<std::uint32_t>(4 * size)));
  std::vector<pid> ring;
  for (int i = 0; i < members; ++i) ring.push_back(spawn_monitor(pass_on, self()).first);
  for (std::size_t i = 0; i < ring.size(); ++i) send(ring[i], neighbour{ring[(i + 1) % ring.size()]});
  for (int i = 0; i < tokens; ++i)
    send(ring[dice.below(static_cast<std::uint32_t>(members))], token{static_cast<std::uint64_t>(i), hops, {}});
  std::vector<int> seen(static_cast<std::size_t>(tokens));
  for (int i = 0; i < tokens; ++i) ++seen[receive<arrived>().id];
  for (const int times : seen) require(times == 1, "ring: a token came home {} times", times);
  for (const pid p : ring) send(p, nobody_sends_this{0});
  for (int i = 0; i < members; ++i) require(receive<down>().reason == exit_reason::normal, "ring: a member failed");
}

// --- Fan-in ----------------------------------------------------------------------------------------------------------

namespace {

struct numbered {
  int sender;
  int number;
};

}  // namespace

void fan_in_storm(std::uint64_t seed, int size) {
  chance dice(seed);
  const int senders = 1 + static_cast<int>(dice.below(16));
  const int each = size;
  for (int s = 0; s < senders; ++s)
    static_cast<void>(spawn_monitor([home = self(), s, each, seed] {
      chance mine(seed + static_cast<std::uint64_t>(s));
      for (int i = 0; i < each; ++i) {
        send(home, numbered{s, i});
        if (mine.below(64) == 0) maybe_suspend(mine);
      }
    }));
  std::vector<int> next(static_cast<std::size_t>(senders));
  for (int got = 0; got < senders * each; ++got) {
    const auto m = receive<numbered>();
    require(m.number == next[static_cast<std::size_t>(m.sender)]++, "fan-in: {} of sender {} came out of order", m.number,
            m.sender);
    if (dice.below(256) == 0) maybe_suspend(dice);
  }
  for (int s = 0; s < senders; ++s) require(receive<down>().reason == exit_reason::normal, "fan-in: a sender failed");
  require(!receive<numbered>(0s), "fan-in: a message came twice");
}

// --- Tree ------------------------------------------------------------------------------------------------------------

namespace {

struct leaves {
  long sum;
  counted weight;
};

void grow(pid parent, long first, long count, std::uint64_t seed) {
  chance dice(seed);
  const counted on_stack;
  if (count == 1) return send(parent, leaves{first, {}});
  const long branches = std::min<long>(count, 2 + dice.below(9));
  for (long b = 0; b < branches; ++b) {
    const long from = first + count * b / branches;
    const long to = first + count * (b + 1) / branches;
    spawn(grow, self(), from, to - from, dice.next());
  }
  long sum = 0;
  for (long b = 0; b < branches; ++b) sum += receive<leaves>().sum;
  send(parent, leaves{sum, {}});
}

}  // namespace

void tree_storm(std::uint64_t seed, int size) {
  const long count = 2 + size;
  spawn(grow, self(), 0L, count, seed);
  const long sum = receive<leaves>().sum;
  require(sum == count * (count - 1) / 2, "tree: {} leaves add up to {}", count, sum);
}

// --- Monitors --------------------------------------------------------------------------------------------------------

namespace {

struct last_words {
  int number;
};

// Ends in one of the ways a process can end of itself.
void end_somehow(int i, pid parent, std::uint64_t seed) {
  chance dice(seed);
  maybe_suspend(dice);
  send(parent, last_words{i});
  if (i % 3 == 1) throw planned_crash("planned");
  if (i % 3 == 2) exit(exit_reason(i));
}

}  // namespace

void monitor_storm(std::uint64_t seed, int size) {
  chance dice(seed);
  std::map<monitor_ref, int> open;
  std::unordered_map<pid, int> numbers;
  std::vector<bool> spoke(static_cast<std::size_t>(size));
  const auto take_one = [&](std::chrono::nanoseconds limit) {
    return receive([&](last_words w) { return spoke[static_cast<std::size_t>(w.number)] = true, true; },
                   [&](const down& d) {
                     const auto found = open.find(d.ref);
                     require(found != open.end(), "monitor: a second down, or one nobody asked for, from {}", d.from);
                     const int i = found->second;
                     require(numbers.at(d.from) == i, "monitor: down {} names another process", i);
                     require(spoke[static_cast<std::size_t>(i)], "monitor: {} is down before its last message came", i);
                     const bool right = i % 3 == 0   ? d.reason == exit_reason::normal
                                        : i % 3 == 1 ? d.reason.is_error() && d.reason.what() == "planned"
                                                     : d.reason == exit_reason(i);
                     require(right, "monitor: {} ended by {}", i, d.reason.what());
                     require(!is_alive(d.from), "monitor: {} is down and alive", i);
                     open.erase(found);
                     return true;
                   },
                   after(limit, [] { return false; }));
  };
  for (int i = 0; i < size; ++i) {
    const auto [who, ref] = spawn_monitor(end_somehow, int{i}, self(), dice.next());
    open.emplace(ref, i);
    numbers.emplace(who, i);
    while (dice.below(2) == 0 && take_one(0s)) {
    }
  }
  while (!open.empty()) static_cast<void>(take_one(infinity));
  require(!take_one(0s), "monitor: something came after the last down");
}

// --- Selective receive -----------------------------------------------------------------------------------------------

namespace {

struct question {
  pid from;
  int number;
};
struct answer {
  int number;
};

}  // namespace

void selective_storm(std::uint64_t seed, int size) {
  chance dice(seed);
  const pid server = spawn_monitor([seed] {
                       chance mine(seed ^ 1);
                       for (;;)
                         receive(
                             [&](question q) {
                               if (mine.below(32) == 0) maybe_suspend(mine);
                               send(q.from, answer{q.number});
                             },
                             [](nobody_sends_this) { exit(exit_reason::normal); });
                     }).first;
  const int noise = size;
  static_cast<void>(spawn_monitor([home = self(), noise] {
    for (int i = 0; i < noise; ++i) send(home, numbered{0, i});
  }));
  int heard = 0;
  for (int i = 0; i < size; ++i) {
    const mailbox_mark here = mark_mailbox();
    send(server, question{self(), i});
    const int got = dice.below(2) == 0 ? receive(here, [](answer a) { return a.number; })
                                       : receive_if<answer>([i](const answer& a) { return a.number == i; }).number;
    require(got == i, "selective: answer {} to question {}", got, i);
    if (dice.below(3) == 0)
      if (const auto m = receive<numbered>(0s)) require(m->number == heard++, "selective: {} out of order", m->number);
  }
  while (heard < noise) {
    const int got = receive<numbered>().number;
    require(got == heard++, "selective: {} out of order", got);
  }
  send(server, nobody_sends_this{0});
  for (int i = 0; i < 2; ++i) require(receive<down>().reason == exit_reason::normal, "selective: a partner failed");
}

}  // namespace shoal::stress
