#include <shoal/memory/page_slab.hpp>

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <shoal/base.hpp>

#if SHOAL_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace shoal::detail {
namespace {

[[noreturn]] void refuse(std::size_t bytes, const char* what_for, int error) {
  throw system_limit("shoal: the system refused " + std::to_string(bytes) + " bytes for " + what_for + " (" +
                     std::strerror(error) +
                     "). Look at the memory limit of this process or container (ulimit -v, cgroup memory.max), "
                     "vm.max_map_count, and vm.overcommit_memory (2 counts address space as if it were memory).");
}

}  // namespace

void* map_pages(std::size_t bytes, std::size_t alignment, const char* what_for) {
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  // The system aligns to pages only: ask for more and give the edges back.
  const std::size_t wanted = bytes + alignment;
  void* got = ::mmap(nullptr, wanted, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (got == MAP_FAILED) refuse(bytes, what_for, errno);
  const auto from = reinterpret_cast<std::uintptr_t>(got);
  const std::uintptr_t start = (from + alignment - 1) & ~(alignment - 1);
  if (start != from) ::munmap(got, start - from);
  if (const std::size_t rest = from + wanted - (start + bytes); rest != 0)
    ::munmap(reinterpret_cast<void*>(start + bytes), rest);
  return reinterpret_cast<void*>(start);
}

void unmap_pages(void* at, std::size_t bytes) noexcept {
  [[maybe_unused]] const int failed = ::munmap(at, bytes);
  SHOAL_ASSERT(failed == 0);
}

page_slab::~page_slab() {
  for (const piece& p : pieces_) {
#if SHOAL_ASAN
    if (roots_ == leak_roots::yes) __lsan_unregister_root_region(p.at, p.bytes);
#endif
    unmap_pages(p.at, p.bytes);
  }
}

void* page_slab::map(std::size_t bytes, std::size_t alignment) {
  pieces_.reserve(pieces_.size() + 1);  // First, so that nothing can fail once the memory is ours.
  void* at = map_pages(bytes, alignment, what_for_);
  // Densely used memory is touched sooner and looked up faster in large pages. Where there are none, small ones do.
  if (bytes >= huge_page_bytes) static_cast<void>(::madvise(at, bytes, MADV_HUGEPAGE));
#if SHOAL_ASAN
  if (roots_ == leak_roots::yes) __lsan_register_root_region(at, bytes);
#endif
  pieces_.push_back({at, bytes});
  bytes_mapped_ += bytes;
  return at;
}

}  // namespace shoal::detail
