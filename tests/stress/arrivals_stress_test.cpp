// The outer half of a mailbox under threads that are held up at its marked points.
#include "support/test.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <shoal/process/detail/arrivals.hpp>

#include "stress/chance.hpp"
#include "stress/delays.hpp"
#include "stress/watchdog.hpp"

namespace shoal::stress {
namespace {

using namespace std::chrono_literals;

struct letter {
  letter* next = nullptr;
  int sender = 0;
  int number = 0;
  int life = 0;
};

// What makes a sleeper runnable.
class token {
 public:
  void give() {
    const std::lock_guard hold(lock_);
    ++count_;
    given_.notify_one();
  }
  void take() {
    std::unique_lock hold(lock_);
    given_.wait(hold, [this] { return count_ != 0; });
    --count_;
  }

 private:
  std::mutex lock_;
  std::condition_variable given_;
  int count_ = 0;
};

// An owner that sleeps like a process: it parks, looks for a request, and waits for whoever has the duty of R3.
struct owner {
  detail::basic_arrivals<letter> inbox;
  sync::atomic<std::uint32_t> requests{0};
  token go_on;
  sync::atomic<int> tokens{0};
  sync::atomic<long> wakes{0};

  void make_runnable() {
    if (tokens.fetch_add(1) != 0) std::abort();  // R3: woken exactly once.
    ++wakes;
    go_on.give();
  }
  void request() {
    requests.fetch_or(1, sync::seq_cst);  // D
    if (inbox.unpark()) make_runnable();
  }
  /// True: it slept.
  bool sleep_until_woken() {
    if (!inbox.park()) return false;
    if ((requests.load(sync::seq_cst) & 1) != 0 && inbox.unpark()) return false;  // D
    go_on.take();
    tokens.fetch_sub(1);
    return true;
  }
};

std::vector<letter*> oldest_first(letter* chain) {
  std::vector<letter*> all;
  for (; chain != nullptr; chain = chain->next) all.push_back(chain);
  return {all.rbegin(), all.rend()};
}

}  // namespace

TEST_CASE("arrivals: held-up senders and prodders lose, double and reorder nothing, and each sleep has one waker") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  const int senders = 3;
  const int each = scaled(100'000);
  const int prods = scaled(30'000);
  owner mine;
  sync::atomic<int> prods_seen{0};
  const watchdog guard(fmt::format("arrivals, SHOAL_STRESS_SEED={}", seed), 100s);
  const delays held_up(seed, "arrivals");

  std::vector<std::vector<letter>> letters(senders, std::vector<letter>(static_cast<std::size_t>(each)));
  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([&, s] {
      for (int i = 0; i < each; ++i) {
        letter& mail = letters[static_cast<std::size_t>(s)][static_cast<std::size_t>(i)];
        mail.sender = s;
        mail.number = i;
        std::uint32_t unread = 0;
        const detail::pushed done = mine.inbox.push(mail, unread);
        if (done == detail::pushed::refused) std::abort();
        if (done == detail::pushed::woke) mine.make_runnable();
      }
    });
  threads.emplace_back([&] {
    for (int i = 0; i < prods; ++i) {
      mine.request();
      while (prods_seen.load() <= i) std::this_thread::yield();  // Each must be noticed: the watchdog waits, too.
    }
  });

  std::vector<int> next(senders);
  int got = 0;
  long out_of_order = 0;
  long sleeps = 0;
  const auto all_seen = [&] { return got == senders * each && prods_seen.load() == prods; };
  while (!all_seen()) {
    if (mine.requests.exchange(0) != 0) ++prods_seen;
    const bool some = mine.inbox.take_all(0, [&](letter* chain) {
      for (letter* mail : oldest_first(chain)) {
        out_of_order += mail->number != next[static_cast<std::size_t>(mail->sender)]++;
        ++got;
      }
    });
    if (!some && !all_seen()) sleeps += mine.sleep_until_woken();
  }
  for (std::thread& t : threads) t.join();
  CHECK(got == senders * each);
  CHECK(out_of_order == 0);
  CHECK(sleeps == mine.wakes.load());
  CHECK(sleeps > 0);
  CHECK(delays::visits("arrivals: linked") > 0);
}

TEST_CASE("arrivals: what is pushed while the owner dies is either returned by close or refused") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  const int senders = 3;
  const int lives = scaled(8'000);
  owner mine;
  const watchdog guard(fmt::format("arrivals close, SHOAL_STRESS_SEED={}", seed), 100s);
  const delays held_up(seed, "arrivals");
  sync::atomic<bool> over{false};
  sync::atomic<long> sent{0};
  sync::atomic<long> refused{0};

  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([&] {
      while (!over.load()) {
        auto mail = std::make_unique<letter>();
        std::uint32_t unread = 0;
        ++sent;
        switch (mine.inbox.push(*mail, unread)) {
          case detail::pushed::refused: ++refused; break;
          case detail::pushed::woke:
            static_cast<void>(mail.release());
            mine.make_runnable();
            break;
          case detail::pushed::queued: static_cast<void>(mail.release()); break;
        }
      }
    });
  long got = 0;
  const auto take = [&](letter* chain) {
    for (letter* mail : oldest_first(chain)) {
      delete mail;
      ++got;
    }
  };
  chance dice(seed);
  for (int life = 0; life < lives; ++life) {
    for (std::uint32_t i = dice.below(4); i != 0; --i)
      if (!mine.inbox.take_all(0, take)) static_cast<void>(mine.sleep_until_woken());
    mine.inbox.take_all(0, take);
    mine.inbox.close(take);
    if (dice.below(4) == 0) std::this_thread::yield();
    mine.inbox.reopen();
  }
  over = true;
  for (std::thread& t : threads) t.join();
  mine.inbox.close(take);
  CHECK(got + refused.load() == sent.load());
  CHECK(got > 0);
}

}  // namespace shoal::stress
