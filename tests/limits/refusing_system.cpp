#include "limits/refusing_system.hpp"

#include <sys/mman.h>

#include <cerrno>

using shoal::test::refusing_system;

extern "C" {

// The linker gives these names their meaning: --wrap.
void* __real_mmap(void* at, std::size_t bytes, int protection, int flags, int file, off_t offset);
int __real_mprotect(void* at, std::size_t bytes, int protection);
int __real_madvise(void* at, std::size_t bytes, int advice);

void* __wrap_mmap(void* at, std::size_t bytes, int protection, int flags, int file, off_t offset) {
  if (refusing_system::maps.fetch_sub(1) > 0) return __real_mmap(at, bytes, protection, flags, file, offset);
  refusing_system::maps.store(0);
  ++refusing_system::refused;
  errno = ENOMEM;
  return MAP_FAILED;
}

int __wrap_mprotect(void* at, std::size_t bytes, int protection) {
  if (refusing_system::protections.fetch_sub(1) > 0) return __real_mprotect(at, bytes, protection);
  refusing_system::protections.store(0);
  ++refusing_system::refused;
  errno = ENOMEM;
  return -1;
}

int __wrap_madvise(void* at, std::size_t bytes, int advice) {
  constexpr int guard_install = 102;
  if (advice != guard_install || refusing_system::guard_marks.load()) return __real_madvise(at, bytes, advice);
  errno = EINVAL;
  return -1;
}

}  // extern "C"
