#include "stress/delays.hpp"

#include <array>
#include <chrono>
#include <string_view>
#include <thread>

#include <shoal/base.hpp>

namespace shoal::stress {
namespace {

// All relaxed: the delays must not order what the protocols fail to.
struct point {
  sync::atomic<const char*> name{nullptr};
  sync::atomic<long> visits{0};
};
std::array<point, 64> points;
sync::atomic<const char*> delayed{nullptr};  // Null: nowhere.
sync::atomic<std::uint64_t> seed_now{0};
sync::atomic<std::uint64_t> threads_seeded{0};

point& point_named(const char* name) noexcept {
  for (point& p : points) {
    const char* known = p.name.load(sync::relaxed);
    if (known == nullptr && p.name.compare_exchange_strong(known, name, sync::relaxed, sync::relaxed)) return p;
    if (known == name || std::string_view(known) == name) return p;
  }
  return points.back();
}

void hold_up(detail::random& dice) noexcept {
  const std::uint32_t roll = dice.below(1024);
  if (roll < 96) return std::this_thread::yield();
  if (roll < 192)
    for (std::uint32_t i = dice.below(400); i != 0; --i) sync::pause();
  if (roll == 1023) std::this_thread::sleep_for(std::chrono::microseconds(1 + dice.below(100)));
}

}  // namespace

delays::delays(std::uint64_t seed, const char* where) {
  seed_now.store(seed, sync::relaxed);
  delayed.store(where, sync::relaxed);
}

delays::~delays() { delayed.store(nullptr, sync::relaxed); }

long delays::visits(const char* where) {
  long sum = 0;
  for (point& p : points) {
    const char* name = p.name.load(sync::relaxed);
    if (name != nullptr && std::string_view(name).find(where) != std::string_view::npos) sum += p.visits.load(sync::relaxed);
  }
  return sum;
}

}  // namespace shoal::stress

namespace shoal::sync {

// Out of line, and nothing in it switches fibers: the thread-local is always this thread's.
SHOAL_NOINLINE void delay_point(const char* name) noexcept {
  namespace here = shoal::stress;
  thread_local detail::random dice(here::seed_now.load(relaxed) + here::threads_seeded.fetch_add(1, relaxed));
  here::point_named(name).visits.fetch_add(1, relaxed);
  const char* where = here::delayed.load(relaxed);
  if (where != nullptr && std::string_view(name).find(where) != std::string_view::npos) here::hold_up(dice);
}

}  // namespace shoal::sync
