// A worker's queues under held-up thieves: every entry leaves exactly once, oldest first.
#include "support/test.hpp"

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <shoal/sched.hpp>

#include "stress/chance.hpp"
#include "stress/delays.hpp"
#include "stress/watchdog.hpp"

namespace shoal::stress {
namespace {

using namespace std::chrono_literals;

struct entry {
  entry* next = nullptr;
  int number = 0;
  int payload = 0;  // Plain memory: ThreadSanitizer sees whether the queue orders it.
  sync::atomic<int> taken{0};
};

// What one thread took: how many, and whether their numbers only grew.
struct taker {
  long count = 0;
  long out_of_order = 0;
  int last = -1;

  void take(entry& e, int payload_expected) {
    ++count;
    out_of_order += e.number < last || e.payload != payload_expected;
    last = e.number;
    if (e.taken.fetch_add(1, sync::relaxed) != 0) std::abort();  // Doubled.
  }
};

template <std::uint32_t Size>
void storm_on_ring(std::uint64_t seed, int entries) {
  using ring = detail::basic_run_ring<entry, Size>;
  const int thieves = 2;
  auto victim = std::make_unique<ring>();
  std::vector<entry> all(static_cast<std::size_t>(entries));
  sync::atomic<long> left{entries};
  std::vector<taker> takers(thieves + 1);
  std::vector<std::thread> threads;
  for (int t = 0; t < thieves; ++t)
    threads.emplace_back([&, t] {
      auto mine = std::make_unique<ring>();
      taker& me = takers[static_cast<std::size_t>(t)];
      while (left.load(sync::relaxed) > 0) {
        std::uint32_t stolen = 0;
        entry* e = mine->steal_half(*victim, stolen);
        for (; e != nullptr; e = mine->pop()) {
          me.take(*e, 3 * e->number);
          left.fetch_sub(1, sync::relaxed);
        }
      }
    });
  chance dice(seed);
  taker& me = takers.back();
  const auto pop_one = [&] {
    entry* e = victim->pop();
    if (e == nullptr) return false;
    me.take(*e, 3 * e->number);
    left.fetch_sub(1, sync::relaxed);
    return true;
  };
  for (int i = 0; i < entries;) {
    all[static_cast<std::size_t>(i)].number = i;
    all[static_cast<std::size_t>(i)].payload = 3 * i;
    if (victim->push(&all[static_cast<std::size_t>(i)])) ++i;
    else static_cast<void>(pop_one());
    if (dice.below(4) == 0) static_cast<void>(pop_one());
  }
  while (pop_one()) {
  }
  for (std::thread& t : threads) t.join();
  long count = 0;
  for (const taker& t : takers) {
    count += t.count;
    CHECK(t.out_of_order == 0);
  }
  CHECK(count == entries);
}

}  // namespace

TEST_CASE("run ring: held-up thieves and the owner take each entry once, oldest first") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  const watchdog guard(fmt::format("run ring, SHOAL_STRESS_SEED={}", seed), 100s);
  const delays held_up(seed, "ring");
  storm_on_ring<2>(seed, scaled(20'000));
  storm_on_ring<8>(seed, scaled(50'000));
  storm_on_ring<256>(seed, scaled(150'000));
  CHECK(delays::visits("ring: half copied") > 0);
}

TEST_CASE("lifo slot: held-up thieves and the owner take each entry once") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  const watchdog guard(fmt::format("lifo slot, SHOAL_STRESS_SEED={}", seed), 100s);
  const delays held_up(seed, "lifo");
  const int entries = scaled(20'000);
  detail::basic_lifo_slot<entry> slot;
  std::vector<entry> all(static_cast<std::size_t>(entries));
  sync::atomic<long> left{entries};
  std::vector<taker> takers(3);
  const auto take_one = [&](taker& me) {
    entry* e = slot.take();
    if (e == nullptr) return;
    me.take(*e, 3 * e->number);
    left.fetch_sub(1, sync::relaxed);
  };
  std::vector<std::thread> thieves;
  for (int t = 0; t < 2; ++t)
    thieves.emplace_back([&, t] {
      while (left.load(sync::relaxed) > 0) take_one(takers[static_cast<std::size_t>(t)]);
    });
  chance dice(seed);
  for (int i = 0; i < entries;) {
    all[static_cast<std::size_t>(i)].number = i;
    all[static_cast<std::size_t>(i)].payload = 3 * i;
    if (slot.put(&all[static_cast<std::size_t>(i)])) ++i;
    if (dice.below(2) == 0) take_one(takers.back());
  }
  while (left.load(sync::relaxed) > 0) take_one(takers.back());
  for (std::thread& t : thieves) t.join();
  CHECK(takers[0].count + takers[1].count + takers[2].count == entries);
  for (const taker& t : takers) CHECK(t.out_of_order == 0);
  CHECK(delays::visits("lifo: seen filled") > 0);
}

TEST_CASE("run list: threads that push, pop and steal from each other take each entry once") {
  const std::uint64_t seed = seed_of_run("SHOAL_STRESS_SEED");
  const watchdog guard(fmt::format("run list, SHOAL_STRESS_SEED={}", seed), 100s);
  const int workers = 3;
  const int each = scaled(1'000'000);
  std::vector<detail::basic_run_list<entry>> lists(workers);
  std::vector<std::vector<entry>> all(workers);
  for (auto& entries : all) entries = std::vector<entry>(static_cast<std::size_t>(each));
  sync::atomic<long> left{long{workers} * each};
  sync::atomic<long> taken{0};
  std::vector<std::thread> threads;
  for (int w = 0; w < workers; ++w)
    threads.emplace_back([&, w] {
      chance dice(seed + static_cast<std::uint64_t>(w));
      auto& mine = lists[static_cast<std::size_t>(w)];
      for (int i = 0; left.load(sync::relaxed) > 0;) {
        if (i < each && dice.below(2) == 0) mine.push(all[static_cast<std::size_t>(w)][static_cast<std::size_t>(i++)]);
        if (dice.below(8) == 0) lists[static_cast<std::size_t>((w + 1) % workers)].steal_half(mine);
        entry* e = mine.pop();
        if (e == nullptr && i == each) e = lists[dice.below(workers)].pop();
        if (e == nullptr) continue;
        if (e->taken.fetch_add(1, sync::relaxed) != 0) std::abort();
        taken.fetch_add(1, sync::relaxed);
        left.fetch_sub(1, sync::relaxed);
      }
    });
  for (std::thread& t : threads) t.join();
  CHECK(taken.load() == long{workers} * each);
}

}  // namespace shoal::stress
