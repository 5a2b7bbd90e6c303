// The run queues, used by one thread: what they hold, in which order, and when they are full.
#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include <shoal/sched.hpp>

#include "support/test.hpp"

using namespace shoal::detail;

namespace {

struct node {
  int number = 0;
  node* next = nullptr;
  node* previous = nullptr;
};
using ring = basic_run_ring<node, 8>;

std::deque<node> entries(int count) {
  std::deque<node> made;
  for (int i = 1; i <= count; ++i) made.push_back({i});
  return made;
}

template <class Queue>
std::vector<int> drain(Queue& queue) {
  std::vector<int> numbers;
  while (const node* e = queue.pop()) numbers.push_back(e->number);
  return numbers;
}

}  // namespace

TEST_CASE("run_ring: the first in is the first out, and full is full") {
  auto e = entries(9);
  ring r;
  CHECK(r.empty());
  CHECK(r.pop() == nullptr);
  for (int i = 0; i < 8; ++i) CHECK(r.push(&e[static_cast<std::size_t>(i)]));
  CHECK(r.size() == 8);
  CHECK_FALSE(r.push(&e[8]));
  CHECK(r.size() == 8);
  CHECK(drain(r) == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(r.empty());
}

TEST_CASE("run_ring: it goes round many times without losing its order") {
  auto e = entries(5);
  ring r;
  int wrong = 0;
  for (int round = 0; round < 1000; ++round) {
    for (node& each : e) wrong += !r.push(&each);
    wrong += drain(r) != std::vector<int>{1, 2, 3, 4, 5};
  }
  CHECK(wrong == 0);
}

TEST_CASE("run_ring: a thief gets the older half, rounded up") {
  for (int size = 1; size <= 8; ++size) {
    auto e = entries(size);
    ring victim;
    ring thief;
    for (node& each : e) REQUIRE(victim.push(&each));
    std::uint32_t stolen = 0;
    node* const oldest = thief.steal_half(victim, stolen);
    REQUIRE(oldest != nullptr);
    CHECK(oldest->number == 1);
    CHECK(stolen == static_cast<std::uint32_t>((size + 1) / 2));
    CHECK(thief.size() == stolen - 1);
    std::vector<int> all = drain(thief);
    for (const int number : drain(victim)) all.push_back(number);
    CHECK(all.size() == static_cast<std::size_t>(size) - 1);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == static_cast<int>(i) + 2);
  }
}

TEST_CASE("run_ring: from an empty one nothing can be stolen") {
  ring victim;
  ring thief;
  std::uint32_t stolen = 0;
  CHECK(thief.steal_half(victim, stolen) == nullptr);
  CHECK(thief.empty());
}

TEST_CASE("run_ring: stealing works wherever in the ring the entries lie") {
  auto e = entries(6);
  ring victim;
  ring thief;
  int wrong = 0;
  for (int round = 0; round < 100; ++round) {
    for (node& each : e) wrong += !victim.push(&each);
    std::uint32_t stolen = 0;
    const node* const oldest = thief.steal_half(victim, stolen);
    wrong += oldest == nullptr || oldest->number != 1 || stolen != 3;
    wrong += drain(thief) != std::vector<int>{2, 3};
    wrong += drain(victim) != std::vector<int>{4, 5, 6};
  }
  CHECK(wrong == 0);
}

TEST_CASE("lifo_slot: it holds one, until it is taken") {
  node a{1}, b{2};
  basic_lifo_slot<node> slot;
  CHECK(slot.empty());
  CHECK(slot.take() == nullptr);
  CHECK(slot.put(&a));
  CHECK_FALSE(slot.empty());
  CHECK_FALSE(slot.put(&b));
  CHECK(slot.take() == &a);
  CHECK(slot.take() == nullptr);
  CHECK(slot.put(&b));
  CHECK(slot.take() == &b);
}

TEST_CASE("run_list: the first in is the first out, however many") {
  auto e = entries(1000);
  basic_run_list<node> list;
  CHECK(list.empty());
  CHECK(list.pop() == nullptr);
  for (node& each : e) list.push(each);
  CHECK(list.size() == 1000);
  int wrong = 0;
  for (int i = 1; i <= 1000; ++i) wrong += list.pop()->number != i;
  CHECK(wrong == 0);
  CHECK(list.empty());
}

TEST_CASE("run_list: a thief gets the older half, rounded up, behind what it has") {
  for (int size = 0; size <= 9; ++size) {
    auto e = entries(size);
    basic_run_list<node> victim;
    basic_run_list<node> thief;
    for (node& each : e) victim.push(each);
    node own{100};
    thief.push(own);
    CHECK(victim.steal_half(thief) == static_cast<std::uint32_t>((size + 1) / 2));
    CHECK(thief.size() == static_cast<std::uint32_t>((size + 1) / 2 + 1));
    CHECK(victim.size() == static_cast<std::uint32_t>(size / 2));
    std::vector<int> all = drain(thief);
    CHECK(all.front() == 100);
    for (const int number : drain(victim)) all.push_back(number);
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i] == static_cast<int>(i));
  }
}

TEST_CASE("idle_set: with nobody asleep nobody is woken") {
  idle_set idle;
  CHECK_FALSE(idle.notify().has_value());
  CHECK_FALSE(idle.pick().has_value());
  CHECK(idle.sleepers() == 0);
}

TEST_CASE("idle_set: a sleeper is woken once, and counts as searching from then on") {
  idle_set idle;
  idle.announce(70, false);
  CHECK(idle.sleepers() == 1);
  CHECK(idle.notify() == 70u);
  CHECK(idle.sleepers() == 0);
  CHECK(idle.searching() == 1);
  CHECK_FALSE(idle.notify().has_value());
  CHECK_FALSE(idle.retract(70));  // Its token is on the way.
}

TEST_CASE("idle_set: while somebody searches nobody is woken") {
  idle_set idle;
  idle.announce(1, false);
  REQUIRE(idle.try_start_search(4));
  CHECK_FALSE(idle.notify().has_value());
  CHECK(idle.stop_search());  // The last one: it owes a wake-up.
  CHECK(idle.notify() == 1u);
}

TEST_CASE("idle_set: a sleeper that stays awake after all gets no token") {
  idle_set idle;
  idle.announce(3, false);
  CHECK(idle.retract(3));
  CHECK(idle.sleepers() == 0);
  CHECK_FALSE(idle.notify().has_value());
  CHECK_FALSE(idle.retract(3));
}

TEST_CASE("idle_set: a searcher that goes to sleep searches no more") {
  idle_set idle;
  REQUIRE(idle.try_start_search(2));
  idle.announce(0, true);
  CHECK(idle.searching() == 0);
  CHECK(idle.sleepers() == 1);
}

TEST_CASE("idle_set: only the last of several searchers owes a wake-up") {
  idle_set idle;
  idle.start_search();
  idle.start_search();
  CHECK_FALSE(idle.stop_search());
  CHECK(idle.stop_search());
}

TEST_CASE("idle_set: at most half of the workers search of their own accord") {
  for (const unsigned workers : {1u, 2u, 3u, 8u, 256u}) {
    idle_set idle;
    unsigned searching = 0;
    while (idle.try_start_search(workers)) ++searching;
    CHECK(searching == (workers + 1) / 2);
  }
}

TEST_CASE("idle_set: every sleeper can be picked, whatever its number") {
  idle_set idle;
  for (unsigned w = 0; w < workers_max; ++w) idle.announce(w, false);
  std::vector<bool> picked(workers_max);
  while (const auto w = idle.pick()) picked[*w] = true;
  CHECK(std::count(picked.begin(), picked.end(), true) == workers_max);
}
