// include/shoal/base/priority.hpp — the four ranks of a process.
#ifndef SHOAL_BASE_PRIORITY_HPP
#define SHOAL_BASE_PRIORITY_HPP

#include <cstdint>

namespace shoal {

/// Who goes first among the processes a worker could run. `normal` is right for nearly everything: a process of a higher
/// rank that never waits keeps all lower ones of its worker from running.
enum class priority : std::uint8_t {
  low,     ///< Now and then while `normal` ones are busy, never forgotten.
  normal,  ///< The default.
  high,    ///< Before all `normal` and `low` ones.
  max,     ///< Before all others.
};

}  // namespace shoal

#endif
