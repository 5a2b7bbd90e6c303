// include/shoal/memory/page_slab.hpp — memory from the system, in large aligned pieces, and the words for when it says no.
#ifndef SHOAL_MEMORY_PAGE_SLAB_HPP
#define SHOAL_MEMORY_PAGE_SLAB_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include <shoal/base.hpp>

namespace shoal {

namespace detail {

/// Maps `bytes` (a multiple of the page size), aligned to `alignment` (a power of two), zeroed, readable and writable, backed by
/// memory only where touched. Throws system_limit. Free with unmap_pages().
SHOAL_API void* map_pages(std::size_t bytes, std::size_t alignment, const char* what_for);
SHOAL_API void unmap_pages(void* at, std::size_t bytes) noexcept;

/// A page of the large kind.
inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

/// How much to map next when so much is mapped already: little at first, then as much as a huge page holds.
[[nodiscard]] constexpr std::size_t next_piece(std::size_t bytes_mapped) noexcept {
  constexpr std::size_t smallest = std::size_t{256} << 10;
  return bytes_mapped < 2 * huge_page_bytes ? smallest : huge_page_bytes;
}

/// Pieces mapped for one purpose, unmapped together when it goes. Not thread-safe: its owner has a lock.
class page_slab {
 public:
  /// LeakSanitizer, in its builds, looks for pointers in the pieces; not where some pages are not readable.
  enum class leak_roots : bool { no, yes };
  explicit page_slab(const char* what_for, leak_roots roots = leak_roots::yes) noexcept : what_for_(what_for), roots_(roots) {}
  page_slab(const page_slab&) = delete;
  page_slab& operator=(const page_slab&) = delete;
  ~page_slab();

  /// A fresh piece; one of huge_page_bytes or more asks for huge pages. Throws system_limit; nothing is lost then.
  [[nodiscard]] void* map(std::size_t bytes, std::size_t alignment);
  [[nodiscard]] std::size_t bytes_mapped() const noexcept { return bytes_mapped_; }

 private:
  struct piece {
    void* at;
    std::size_t bytes;
  };
  const char* what_for_;
  [[maybe_unused]] const leak_roots roots_;  // In builds with AddressSanitizer.
  std::vector<piece> pieces_;
  std::size_t bytes_mapped_ = 0;
};

}  // namespace detail
}  // namespace shoal

#endif
