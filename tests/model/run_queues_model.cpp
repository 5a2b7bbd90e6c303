// A worker's ring and slot in the C++ memory model: the owner pushes and pops while others steal.
#include <shoal/sched/detail/lifo_slot.hpp>
#include <shoal/sched/detail/run_ring.hpp>

#include "model.hpp"

namespace shoal::model {
namespace {

struct entry {
  sync::plain<int> number;  // Written before the push, read and written by whoever takes it.
  int taken = 0;            // Counted by the model, not by the protocol.

  void fill(int n) { number.set(n); }
  int take() {
    const int n = number.get();
    number.set(n);
    RL_ASSERT(++taken == 1);
    return n;
  }
};

// Each entry is taken once, and everybody gets his oldest first.
template <std::uint32_t Size, int Thieves>
struct robbed_ring : rl::test_suite<robbed_ring<Size, Thieves>, 1 + Thieves> {
  static constexpr int entries = 5;
  detail::basic_run_ring<entry, Size> rings[1 + Thieves];
  entry all[entries];

  void thread(unsigned index) {
    if (index == 0) return own();
    for (int i = 0; i < 2; ++i) {
      std::uint32_t stolen = 0;
      int last = -1;
      std::uint32_t got = 0;
      for (entry* e = rings[index].steal_half(rings[0], stolen); e != nullptr; e = rings[index].pop()) {
        const int n = e->take();
        RL_ASSERT(n > last);
        last = n;
        ++got;
      }
      RL_ASSERT(got == stolen);
    }
  }
  void own() {
    int last = -1;
    const auto pop_one = [&] {
      entry* e = rings[0].pop();
      if (e == nullptr) return;
      const int n = e->take();
      RL_ASSERT(n > last);
      last = n;
    };
    for (int i = 0; i < entries;) {
      all[i].fill(i);
      if (rings[0].push(&all[i])) ++i;
      else pop_one();
      if (i == 3) pop_one();
    }
  }
  void after() {
    while (entry* e = rings[0].pop()) e->take();
    for (const entry& e : all) RL_ASSERT(e.taken == 1);
  }
};

// An entry is recycled by whoever took it last: it must see that the thief has done with it.
struct robbed_slot : rl::test_suite<robbed_slot, 3> {
  static constexpr int entries = 3;
  detail::basic_lifo_slot<entry> slot;
  entry all[entries];

  void thread(unsigned index) {
    if (index != 0) {
      for (int i = 0; i < 2; ++i)
        if (entry* e = slot.take()) e->take();
      return;
    }
    for (int i = 0; i < entries;) {
      all[i].fill(i);
      if (slot.put(&all[i])) ++i;
      else if (entry* e = slot.take()) e->take();
    }
  }
  void after() {
    if (entry* e = slot.take()) e->take();
    for (const entry& e : all) RL_ASSERT(e.taken == 1);
  }
};

}  // namespace
}  // namespace shoal::model

int main() {
  using namespace shoal::model;
  using shoal::sync::weakening;
  counts all;
  holds<robbed_ring<2, 1>>("ring of 2, one thief", 400'000, all);
  holds<robbed_ring<4, 1>>("ring of 4, one thief", 400'000, all);
  holds<robbed_ring<2, 2>>("ring of 2, two thieves", 400'000, all);
  holds<robbed_ring<4, 2>>("ring of 4, two thieves", 400'000, all);
  holds<robbed_slot>("lifo slot, two thieves", 400'000, all);
  finds<robbed_ring<4, 1>>("ring: push without release", {"push", weakening::no_release}, {}, 400'000, all);
  finds<robbed_ring<4, 1>>("ring: steal without acquire", {"steal_half", weakening::no_acquire}, {}, 400'000, all);
  finds<robbed_slot>("slot: put without release", {"put", weakening::no_release}, {}, 400'000, all);
  finds<robbed_slot>("slot: take without acquire", {"take", weakening::no_acquire}, {}, 400'000, all);
  return all.failed == 0 ? 0 : 1;
}
