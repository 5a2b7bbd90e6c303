// tests/model/model.hpp — runs a model many times over, and shows that it can fail.
//
// A model is a Relacy test suite. Its program's main says which models must hold and which planted faults must be found.
#ifndef SHOAL_TESTS_MODEL_MODEL_HPP
#define SHOAL_TESTS_MODEL_MODEL_HPP

#include <shoal/base/sync.hpp>

namespace shoal::model {

/// A fault written into the model itself, not into the orders. Models look at it.
inline std::string_view planted_step;

/// Waits until `ready()`. A wait that never ends is found as a livelock.
template <class Ready>
void wait_until(Ready ready) {
  while (!ready()) sync::pause();
}

struct counts {
  int failed = 0;
};

// Where Relacy's history goes: into memory that needs no allocation, because Relacy replaces operator new.
class capture final : public std::streambuf {
 public:
  [[nodiscard]] const char* text() noexcept {
    kept_[used_] = '\0';
    return kept_.data();
  }

 private:
  int overflow(int c) override {
    if (used_ + 1 < kept_.size()) kept_[used_++] = static_cast<char>(c);
    return 0;
  }

  std::size_t used_ = 0;
  std::array<char, 1 << 18> kept_;
};

template <class Model>
rl::test_result_e explore(unsigned rounds, capture& told) {
  std::ostream out(&told);
  rl::test_params chosen;
  chosen.iteration_count = rounds;
  chosen.search_type = rl::random_scheduler_type;  // Every value a load may return is drawn, too: no exhaustive search ends.
  chosen.execution_depth_limit = 5000;
  chosen.output_stream = &out;
  chosen.progress_stream = &out;
  rl::simulate<Model>(chosen);
  return chosen.test_result;
}

/// The model holds in `rounds` runs.
template <class Model>
void holds(const char* name, unsigned rounds, counts& all) {
  capture told;
  sync::planted = {};
  planted_step = {};
  const rl::test_result_e result = explore<Model>(rounds, told);
  const bool good = result == rl::test_result_success;
  std::printf("%-6s %s: %s\n", good ? "ok" : "FAILED", name, rl::test_result_str(result));
  if (!good) std::printf("%s\n", told.text());
  std::fflush(stdout);
  all.failed += !good;
}

/// With the fault planted, a run goes wrong: the model sees such faults.
template <class Model>
void finds(const char* fault, sync::weakening orders, std::string_view step, unsigned rounds, counts& all) {
  capture told;
  sync::planted = orders;
  planted_step = step;
  const rl::test_result_e result = explore<Model>(rounds, told);
  const bool found = result != rl::test_result_success;
  std::printf("%-6s planted: %s: %s\n", found ? "ok" : "FAILED", fault, found ? rl::test_result_str(result) : "not found");
  std::fflush(stdout);
  all.failed += !found;
}

}  // namespace shoal::model

#endif
