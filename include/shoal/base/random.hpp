// include/shoal/base/random.hpp — chance. Every random choice of a runtime comes from a generator seeded here.
#ifndef SHOAL_BASE_RANDOM_HPP
#define SHOAL_BASE_RANDOM_HPP

#include <cstdint>

#include <shoal/base/config.hpp>

namespace shoal::detail {

/// A small, fast generator: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
/// Good enough to pick victims and to mix seeds; not for secrets.
class random {
 public:
  explicit constexpr random(std::uint64_t seed) noexcept : state_(seed) {}

  [[nodiscard]] constexpr std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// A number in [0, bound); `bound` must not be zero. Slightly uneven for huge bounds, which no caller has.
  [[nodiscard]] constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

 private:
  std::uint64_t state_;
};

/// A seed no other run is likely to have.
SHOAL_API std::uint64_t seed_from_system();

}  // namespace shoal::detail

#endif
