// The idle protocol in the C++ memory model: work is put out while workers search, announce, look again, and sleep.
//
// The workers' steps are those of worker::wait_for_work. A lost wake-up shows as a livelock: work that nobody takes.
#include <shoal/sched/detail/idle.hpp>

#include "model.hpp"

namespace shoal::model {
namespace {

enum class load {
  short_work,  // Whoever does the first piece puts out one more.
  long_work,   // A worker with a piece is busy until all pieces have been taken: a piece must not wait for a busy worker.
};

// The protocol over `Workers` workers and `Outside` threads that put out one piece of work each.
template <int Workers, int Outside, load Load = load::short_work>
struct crew : rl::test_suite<crew<Workers, Outside, Load>, Workers + Outside> {
  detail::idle_set idle;
  sync::atomic<int> work{0};         // A queue, as far as its visibility goes.
  sync::atomic<int> tokens[Workers];  // The pollers.
  int put_out = 0;  // Counted by the model.
  int done = 0;
  int tokens_left = 0;

  void thread(unsigned index) {
    if (index >= Workers) return put(1);
    run(index);
  }

  void put(int pieces) {
    put_out += pieces;
    work.fetch_add(pieces, sync::release);
    notify();
  }
  void notify() {
    if (const auto sleeper = idle.notify()) tokens[*sleeper].exchange(1, sync::acq_rel);
  }
  bool work_visible() { return work.load(sync::acquire) != 0; }
  bool take() {
    int seen = work.load(sync::relaxed);
    while (seen != 0)
      if (work.compare_exchange_weak(seen, seen - 1, sync::acq_rel, sync::relaxed)) return true;
    return false;
  }
  bool all_done() const { return done == Outside + (Load == load::short_work ? 1 : 0); }

  void run(unsigned me) {
    while (next(me)) {
      ++done;
      if (Load == load::long_work) wait_until([this] { return all_done(); });
      else if (done == 1) put(1);
    }
  }
  // False: everything is done, which the model knows and no worker could.
  bool next(unsigned me) {
    if (take()) return true;
    bool searching = idle.try_start_search(Workers);
    for (;;) {
      if (searching && take()) return found();
      const bool must_look = idle.announce(me, searching);
      if (must_look && planted_step != "sleeps without a second look" && work_visible()) {
        if (idle.retract(me)) idle.start_search();
        else wait_until([&] { return take_token(me); });
        searching = true;
      } else {
        bool token = false;
        wait_until([&] { return (token = take_token(me)) || all_done(); });
        if (!token) return false;
        searching = true;
      }
      if (take()) return found();
    }
  }
  bool found() {
    const bool last = idle.stop_search();
    if (planted_step == "the last searcher wakes nobody") return true;
    if (last && work_visible()) notify();
    return true;
  }
  bool take_token(unsigned me) {
    int one = 1;
    return tokens[me].compare_exchange_strong(one, 0, sync::acq_rel, sync::relaxed);
  }

  void after() {
    RL_ASSERT(done == put_out);
    // Those who sleep are all in the set, but for the ones to whom a token is on its way, who count as searching.
    int on_their_way = 0;
    for (auto& t : tokens) on_their_way += t.load(sync::acquire);
    RL_ASSERT(idle.searching() == on_their_way);
    RL_ASSERT(idle.sleepers() == Workers - on_their_way);
  }
};

}  // namespace
}  // namespace shoal::model

int main() {
  using namespace shoal::model;
  using shoal::sync::weakening;
  counts all;
  holds<crew<1, 1>>("idle: one worker, one from outside", 500'000, all);
  holds<crew<2, 1>>("idle: two workers, one from outside", 500'000, all);
  holds<crew<2, 2>>("idle: two workers, two from outside", 500'000, all);
  holds<crew<3, 2>>("idle: three workers, two from outside", 200'000, all);
  finds<crew<1, 1>>("sleeps without a second look", {}, "sleeps without a second look", 1'000'000, all);
  finds<crew<1, 1>>("notify without its fence", {"notify", weakening::no_fence}, {}, 1'000'000, all);
  finds<crew<1, 1>>("announce without its fence", {"announce", weakening::no_fence}, {}, 500'000, all);
  holds<crew<2, 2, load::long_work>>("idle: two workers, two long pieces", 500'000, all);
  holds<crew<3, 2, load::long_work>>("idle: three workers, two long pieces", 200'000, all);
  finds<crew<2, 2, load::long_work>>("the last searcher wakes nobody", {}, "the last searcher wakes nobody", 1'000'000, all);
  finds<crew<2, 2, load::long_work>>("stop_search without its fence", {"stop_search", weakening::no_fence}, {}, 1'000'000, all);
  return all.failed == 0 ? 0 : 1;
}
