// include/shoal/process/misuse.hpp — thrown when the program breaks a rule of the library.
#ifndef SHOAL_PROCESS_MISUSE_HPP
#define SHOAL_PROCESS_MISUSE_HPP

#include <stdexcept>

#include <shoal/base.hpp>

namespace shoal {

/// A mistake in the calling code: a receive outside a process, a send to a stopped runtime, options that make no sense.
/// The text says what was wrong and what to do. The call had no effect.
class SHOAL_API misuse : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace shoal

#endif
