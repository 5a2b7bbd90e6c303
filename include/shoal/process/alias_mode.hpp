// include/shoal/process/alias_mode.hpp — when an alias ends by itself.
#ifndef SHOAL_PROCESS_ALIAS_MODE_HPP
#define SHOAL_PROCESS_ALIAS_MODE_HPP

#include <cstdint>

namespace shoal {

/// (EEP 53 calls them explicit_unalias, demonitor and reply_demonitor.)
enum class alias_mode : std::uint8_t {
  until_unalias,  ///< Only unalias() and its process's end switch it off.
  until_down,     ///< So do the `down` and the demonitor() of the monitor it was made with.
  once,           ///< So does the first message through it, which ends the monitor as well.
};

}  // namespace shoal

#endif
