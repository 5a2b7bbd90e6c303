#include <shoal/base/random.hpp>

#include <random>

namespace shoal::detail {

std::uint64_t seed_from_system() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace shoal::detail
