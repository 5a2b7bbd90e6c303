#include <shoal/base/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace shoal::detail {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "shoal: broken rule: %s (%s:%d). This is a bug in shoal; please report it.\n", condition, file, line);
  std::abort();
}

}  // namespace shoal::detail
