// The outer half of a mailbox in the C++ memory model: two senders, one prodder, an owner that parks, wakes, and closes.
#include <shoal/process/detail/arrivals.hpp>

#include "model.hpp"

namespace shoal::model {
namespace {

struct letter {
  sync::plain<letter*> next;
  sync::plain<int> sender;
  sync::plain<int> number;
};

constexpr int senders = 2;
constexpr int each = 2;

// What owner and senders share besides the mailbox: the hand-over of the right to run, as a run queue does it.
struct owner_side {
  detail::basic_arrivals<letter> inbox;
  sync::atomic<int> runnable{0};
  sync::atomic<int> request{0};
  sync::plain<int> registers;  // What the owner leaves when it parks, and whoever wakes it may use.

  void make_runnable() {
    registers.set(registers.get() + 1);                          // B: ours now.
    RL_ASSERT(runnable.exchange(1, sync::release) == 0);         // R3: woken exactly once.
  }
  void sleep() {
    registers.set(registers.get() + 1);
    if (!inbox.park()) return;
    if (planted_step != "parks without looking for a request")
      if (request.load(sync::seq_cst) != 0 && inbox.unpark()) return;  // D
    wait_until([this] { return runnable.load(sync::acquire) == 1; });
    runnable.store(0, sync::relaxed);
  }
  void ask() {
    if (planted_step == "unparks before the request") {
      const bool woke = inbox.unpark();
      request.store(1, sync::seq_cst);
      if (woke) make_runnable();
      return;
    }
    request.store(1, sync::seq_cst);  // D
    if (inbox.unpark()) make_runnable();
  }
};

// Senders' letters all arrive, once, in order; a request is noticed.
struct delivery : rl::test_suite<delivery, senders + 2> {
  owner_side mine;
  letter letters[senders][each];

  void thread(unsigned index) {
    if (index == 0) return own();
    if (index == 1) return mine.ask();
    const int s = static_cast<int>(index) - 2;
    for (int i = 0; i < each; ++i) {
      letter& mail = letters[s][i];
      mail.sender.set(s);
      mail.number.set(i);
      std::uint32_t unread = 0;
      const detail::pushed done = mine.inbox.push(mail, unread);
      RL_ASSERT(done != detail::pushed::refused);
      if (done == detail::pushed::woke) mine.make_runnable();
    }
  }

  void own() {
    int next[senders] = {};
    int got = 0;
    bool asked = false;
    while (got < senders * each || !asked) {
      if (mine.request.load(sync::relaxed) != 0) {
        asked = true;
        mine.request.store(0, sync::relaxed);
      }
      const bool some = mine.inbox.take_all(0, [&](letter* chain) {
        letter* oldest_first = nullptr;
        while (chain != nullptr) {
          letter* mail = chain;
          chain = mail->next;
          mail->next = oldest_first;
          oldest_first = mail;
        }
        for (letter* mail = oldest_first; mail != nullptr; mail = mail->next) {
          RL_ASSERT(mail->number.get() == next[mail->sender.get()]++);
          ++got;
        }
      });
      if (!some && (got < senders * each || !asked)) mine.sleep();
    }
  }
};

// A letter that meets a dying owner is either returned by close or refused; the refused sender sees all the owner did.
struct death : rl::test_suite<death, 3> {
  owner_side mine;
  letter letters[2];
  sync::plain<int> last_deed;
  int returned = 0;
  int refused = 0;

  void thread(unsigned index) {
    if (index != 0) {
      std::uint32_t unread = 0;
      switch (mine.inbox.push(letters[index - 1], unread)) {
        case detail::pushed::refused:
          RL_ASSERT(last_deed.get() == 1);  // C
          ++refused;
          break;
        case detail::pushed::woke: mine.make_runnable(); break;
        case detail::pushed::queued: break;
      }
      return;
    }
    const auto count = [this](letter* chain) {
      for (; chain != nullptr; chain = chain->next) ++returned;
    };
    if (!mine.inbox.take_all(0, count)) mine.sleep();
    last_deed.set(1);
    mine.inbox.close(count);
  }
  void after() { RL_ASSERT(returned + refused == 2); }
};

}  // namespace
}  // namespace shoal::model

int main() {
  using namespace shoal::model;
  using shoal::sync::weakening;
  counts all;
  holds<delivery>("arrivals: letters arrive once and in order, each sleep has one waker", 500'000, all);
  holds<death>("arrivals: letters to a dying owner are returned or refused", 500'000, all);
  finds<delivery>("push without release", {"push", weakening::no_release}, {}, 500'000, all);
  finds<delivery>("push without acquire: wakes on unsaved registers", {"push", weakening::no_acquire}, {}, 500'000, all);
  finds<delivery>("take_all without acquire", {"take_all", weakening::no_acquire}, {}, 500'000, all);
  finds<delivery>("the request only released and acquired", {"owner_side", weakening::no_total_order}, {}, 500'000, all);
  finds<delivery>("the run queue without release", {"make_runnable", weakening::no_release}, {}, 500'000, all);
  finds<delivery>("parks without looking for a request", {}, "parks without looking for a request", 500'000, all);
  finds<delivery>("unparks before the request", {}, "unparks before the request", 500'000, all);
  finds<death>("close without release", {"close", weakening::no_release}, {}, 500'000, all);
  finds<death>("close without acquire", {"close", weakening::no_acquire}, {}, 500'000, all);
  return all.failed == 0 ? 0 : 1;
}
