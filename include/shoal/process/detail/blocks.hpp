// include/shoal/process/detail/blocks.hpp — where messages and entries get their memory: what headers know of a runtime's pools.
#ifndef SHOAL_PROCESS_DETAIL_BLOCKS_HPP
#define SHOAL_PROCESS_DETAIL_BLOCKS_HPP

#include <cstddef>
#include <cstdint>

#include <shoal/base.hpp>

namespace shoal::detail {

/// Every block is aligned so.
inline constexpr std::size_t block_alignment = 64;

/// Somebody's pool. A block belongs to the runtime that will free it.
struct block_source {
  /// Throws system_limit or std::bad_alloc for want of memory, misuse if the caller may not.
  void* (*allocate)(void* where, std::size_t bytes, std::uint8_t& block_class);
  void (*free)(void* where, void* block, std::uint8_t block_class) noexcept;
  void* where;
};

/// The blocks of the calling process's runtime; outside a process it throws misuse.
SHOAL_API extern const block_source blocks_of_caller;

/// Gives a block back to the runtime on whose worker this is.
SHOAL_API void give_block_back(void* block, std::uint8_t block_class) noexcept;

}  // namespace shoal::detail

#endif
