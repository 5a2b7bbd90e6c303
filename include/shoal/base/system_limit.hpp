// include/shoal/base/system_limit.hpp — thrown when the system or the options allow no more.
#ifndef SHOAL_BASE_SYSTEM_LIMIT_HPP
#define SHOAL_BASE_SYSTEM_LIMIT_HPP

#include <stdexcept>

#include <shoal/base/config.hpp>

namespace shoal {

/// Thrown by the one call that asked for more than the system or the options allow: a process too many, no memory, no stack.
/// Nothing else is affected; the text says which limit it was and what to do.
class SHOAL_API system_limit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace shoal

#endif
