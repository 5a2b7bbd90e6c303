// Reclamation by epochs in the C++ memory model: readers look at what a writer unlinks and retires.
#include <shoal/memory/grace.hpp>

#include "model.hpp"

namespace shoal::model {
namespace {

// `Readers` read twice each, while one writer replaces what they read twice.
template <int Readers>
struct library : rl::test_suite<library<Readers>, Readers + 1> {
  struct book final : detail::retirable {
    explicit book(sync::plain<int>& gone) : gone_(gone) {}
    ~book() override { gone_ = 1; }
    sync::plain<int>& gone_;
  };

  static constexpr int editions = 3;
  sync::plain<int> gone[editions];  // Outlives the books, so that reading one too late is seen.
  detail::grace readers{Readers};
  sync::atomic<book*> shelf{nullptr};

  void before() { shelf.store(new book(gone[0]), sync::release); }

  void thread(unsigned index) {
    if (index == Readers) write();
    else read(index);
  }
  void read(unsigned slot) {
    for (int i = 0; i < 2; ++i) {
      const detail::grace::reading guard(readers, slot);
      const book* const found = shelf.load(sync::acquire);
      RL_ASSERT(found->gone_.get() == 0);
    }
  }
  void write() {
    for (int i = 1; i < editions; ++i) {
      book* const before = shelf.load(sync::relaxed);
      if (planted_step == "retires what can still be found") readers.retire(std::unique_ptr<detail::retirable>(before));
      shelf.store(new book(gone[i]), sync::release);
      if (planted_step != "retires what can still be found") readers.retire(std::unique_ptr<detail::retirable>(before));
    }
  }
  void after() { delete shelf.load(sync::relaxed); }
};

}  // namespace
}  // namespace shoal::model

int main() {
  using namespace shoal::model;
  using shoal::sync::weakening;
  counts all;
  holds<library<1>>("grace: one reader", 300'000, all);
  holds<library<2>>("grace: two readers", 200'000, all);
  finds<library<1>>("retires what can still be found", {}, "retires what can still be found", 300'000, all);
  finds<library<1>>("a reader without its fence", {"reading", weakening::no_fence}, {}, 1'000'000, all);
  finds<library<1>>("a writer without its fence", {"retire", weakening::no_fence}, {}, 1'000'000, all);
  finds<library<1>>("a reader that leaves without release", {"~reading", weakening::no_release}, {}, 1'000'000, all);
  return all.failed == 0 ? 0 : 1;
}
