// The idle protocol with real threads and the real poller: work is put out when everybody is about to sleep, or just asleep.
#include "support/test.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include <shoal/sched.hpp>

#include "stress/chance.hpp"
#include "stress/delays.hpp"
#include "stress/watchdog.hpp"

namespace shoal::stress {
namespace {

using namespace std::chrono_literals;

struct work {
  work* next = nullptr;
  int children = 0;  // Further work the worker puts on its own list.
};

// A small scheduler: the same steps as worker::wait_for_work, over lists of plain work.
class crew {
 public:
  explicit crew(unsigned workers) : lists_(workers) {
    for (unsigned i = 0; i < workers; ++i) sleepers_.push_back(detail::make_futex_poller(detail::steady_clock()));
    for (unsigned i = 0; i < workers; ++i) threads_.emplace_back([this, i] { run(i); });
  }
  ~crew() {
    stopping_.store(true, sync::seq_cst);
    for (const auto& s : sleepers_) s->wake();
    for (std::thread& t : threads_) t.join();
  }

  void put(work& w) {
    outside_.push(w);
    notify();
  }
  [[nodiscard]] long done() const { return done_.load(); }
  [[nodiscard]] const detail::idle_set& idle() const { return idle_; }

 private:
  void notify() {
    if (const auto sleeper = idle_.notify()) sleepers_[*sleeper]->wake();
  }
  bool work_visible() {
    if (!outside_.empty()) return true;
    for (const auto& l : lists_)
      if (!l.empty()) return true;
    return false;
  }
  work* take_mine(unsigned me) {
    if (work* w = lists_[me].pop()) return w;
    return outside_.pop();
  }
  work* search(unsigned me) {
    for (std::size_t i = 0; i < lists_.size(); ++i) {
      auto& victim = lists_[(me + i) % lists_.size()];
      if (&victim != &lists_[me]) victim.steal_half(lists_[me]);
      if (work* w = take_mine(me)) return w;
    }
    return nullptr;
  }
  void run(unsigned me) {
    while (work* w = next(me)) {
      for (; w->children != 0; --w->children) {
        lists_[me].push(*new work);
        notify();
      }
      delete w;
      ++done_;
    }
  }
  work* next(unsigned me) {
    if (work* w = take_mine(me)) return w;
    bool searching = idle_.try_start_search(static_cast<unsigned>(lists_.size()));
    while (!stopping_.load(sync::acquire)) {
      if (searching)
        if (work* w = search(me)) {
          if (idle_.stop_search() && work_visible()) notify();
          return w;
        }
      const bool must_look = idle_.announce(me, searching);
      SHOAL_DELAY_POINT("idle stress: announced, not looked again");
      if ((must_look && work_visible()) || stopping_.load(sync::acquire)) {
        if (idle_.retract(me)) idle_.start_search();
        else
          while (!sleepers_[me]->wait(detail::never)) {
          }
        searching = true;
      } else {
        searching = sleep(me);
      }
      if (work* w = take_mine(me)) {
        if (searching && idle_.stop_search() && work_visible()) notify();
        return w;
      }
    }
    return nullptr;
  }
  bool sleep(unsigned me) {
    // Some sleeps end by the clock, as they do for timers.
    const bool by_clock = me % 2 == 1;
    const auto until = by_clock ? detail::steady_clock().now() + 200us : detail::never;
    if (sleepers_[me]->wait(until)) return true;
    if (idle_.retract(me)) return false;
    while (!sleepers_[me]->wait(detail::never)) {
    }
    return true;
  }

  detail::idle_set idle_;
  std::vector<detail::basic_run_list<work>> lists_;
  detail::basic_run_list<work> outside_;
  std::vector<std::unique_ptr<detail::poller>> sleepers_;
  sync::atomic<bool> stopping_{false};
  sync::atomic<long> done_{0};
  std::vector<std::thread> threads_;
};

void put_and_wait(crew& all, chance& dice, int rounds, watchdog& guard) {
  long put = 0;
  for (int i = 0; i < rounds; ++i) {
    const int pieces = 1 + static_cast<int>(dice.below(3));
    for (int p = 0; p < pieces; ++p) {
      const int children = static_cast<int>(dice.below(3));
      put += 1 + children;
      all.put(*new work{.children = children});
    }
    // Wait until it is done; the watchdog barks if a wake-up was lost.
    for (int look = 0; all.done() != put; ++look)
      if (look > 200) std::this_thread::yield();
    for (std::uint32_t wait = dice.below(300); wait != 0; --wait) sync::pause();
    if (i % 256 == 0) guard.pat();
  }
}

}  // namespace

TEST_CASE("idle: work put out while workers go to sleep is always found") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  for (const unsigned workers : {1u, 2u, 3u, 6u}) {
    watchdog guard(fmt::format("idle protocol, {} workers, SHOAL_STRESS_SEED={}", workers, seed), 60s);
    const delays held_up(seed + workers, "");
    crew all(workers);
    chance dice(seed);
    put_and_wait(all, dice, scaled(4000), guard);
    // With nothing to do, all come to rest; those who sleep by the clock are awake now and then.
    while (all.idle().searching() != 0) std::this_thread::yield();
    CHECK(all.idle().sleepers() <= static_cast<int>(workers));
  }
  CHECK(delays::visits("idle: announced") > 0);
  CHECK(delays::visits("idle: sleeper chosen") > 0);
  CHECK(delays::visits("poller") > 0);
}

}  // namespace shoal::stress
