#include <shoal/base/time.hpp>

namespace shoal::detail {
namespace {

class real_clock final : public clock {
 public:
  instant now() noexcept override { return instant{std::chrono::steady_clock::now().time_since_epoch()}; }
};

}  // namespace

clock& steady_clock() noexcept {
  static real_clock only;
  return only;
}

}  // namespace shoal::detail
