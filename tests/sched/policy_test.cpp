// Who runs next. What is tested is the order, not the numbers behind it.
#include <algorithm>
#include <deque>
#include <vector>

#include "sched/test_runnable.hpp"
#include "support/test.hpp"

using namespace shoal::detail;
using shoal::test::number_of;
using shoal::test::waiting_runnable;

namespace {

// A worker's queues and whoever decides over them.
struct desk {
  policy who_next{2000, 42};
  run_queues queues;
  inject_queue injected;
  counter from_outside;
  std::deque<waiting_runnable> made;

  waiting_runnable& make(int number) { return made.emplace_back(number); }
  int next() { return number_of(who_next.next(queues, injected, from_outside)); }
  std::vector<int> all() {
    std::vector<int> order;
    while (const int n = next()) order.push_back(n);
    return order;
  }
};

}  // namespace

TEST_CASE("policy: with nothing to run it says so") {
  desk d;
  for (int i = 0; i < 200; ++i) CHECK(d.next() == 0);
}

TEST_CASE("policy: max goes first, then high, then those just woken, then those ready, then those who had their turn") {
  desk d;
  d.injected.push(d.make(7));
  d.queues.low.push(d.make(6));
  d.queues.used_up.push(d.make(5));
  d.queues.push_ready(d.make(4));
  REQUIRE(d.queues.just_woken.put(&d.make(3)));
  d.queues.high.push(d.make(2));
  d.queues.max.push(d.make(1));
  CHECK(d.all() == std::vector<int>{1, 2, 3, 4, 5, 6, 7});
  CHECK(d.from_outside.read() == 1);
}

TEST_CASE("policy: those ready go in the order they became so") {
  desk d;
  std::vector<int> expected;
  for (int i = 1; i <= 1000; ++i) {
    d.queues.push_ready(d.make(i));
    expected.push_back(i);
  }
  CHECK(d.all() == expected);
}

TEST_CASE("policy: two that wake each other for ever do not keep a third waiting") {
  desk d;
  d.queues.push_ready(d.make(9));
  waiting_runnable& ping = d.make(1);
  REQUIRE(d.queues.just_woken.put(&ping));
  int turns = 0;
  for (int n = 0; n != 9 && turns < 100; ++turns) {
    n = d.next();
    if (n == 1) REQUIRE(d.queues.just_woken.put(&ping));
  }
  CHECK(turns <= 4);
}

TEST_CASE("policy: those who are woken all the time do not starve those who had their turn, low ones, or those from outside") {
  desk d;
  d.queues.used_up.push(d.make(2));
  d.queues.low.push(d.make(3));
  d.injected.push(d.make(4));
  waiting_runnable& busy = d.make(1);
  d.queues.push_ready(busy);
  std::vector<bool> ran(5);
  for (int turn = 0; turn < 200; ++turn) {
    const int n = d.next();
    ran[static_cast<std::size_t>(n)] = true;
    if (n == 1) d.queues.push_ready(busy);
  }
  CHECK(ran == std::vector<bool>{false, true, true, true, true});
}

TEST_CASE("policy: those who had their turn wait for those who were woken") {
  desk d;
  for (int i = 0; i < 100; ++i) d.queues.used_up.push(d.make(2));
  waiting_runnable& busy = d.make(1);
  d.queues.push_ready(busy);
  int woken_ran = 0;
  for (int turn = 0; turn < 100; ++turn)
    if (d.next() == 1) {
      ++woken_ran;
      d.queues.push_ready(busy);
    }
  CHECK(woken_ran >= 90);
}

TEST_CASE("policy: of many new ones all run, though not in order") {
  desk d;
  static constexpr int many = 5000;
  for (int i = 1; i <= many; ++i) d.queues.push_new(d.make(i));
  CHECK(d.queues.size() == many);
  std::vector<int> order = d.all();
  std::sort(order.begin(), order.end());
  REQUIRE(order.size() == many);
  CHECK(std::adjacent_find(order.begin(), order.end()) == order.end());
  CHECK(d.queues.empty());
}

TEST_CASE("policy: the same seed chooses the same victims") {
  policy a(2000, 7);
  policy b(2000, 7);
  policy c(2000, 8);
  int same = 0;
  int as_other_seed = 0;
  bool out_of_range = false;
  for (int i = 0; i < 1000; ++i) {
    const unsigned chosen = a.first_victim(64);
    out_of_range |= chosen >= 64;
    same += chosen == b.first_victim(64);
    as_other_seed += chosen == c.first_victim(64);
  }
  CHECK(same == 1000);
  CHECK(as_other_seed < 100);
  CHECK_FALSE(out_of_range);
}

TEST_CASE("policy: a turn may do as much work as it was told") {
  CHECK(policy(2000, 0).turn_reductions() == 2000);
  CHECK(policy(1, 0).turn_reductions() == 1);
}
