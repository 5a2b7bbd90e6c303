#include <shoal/fiber/stack.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include <shoal/base.hpp>

#if SHOAL_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102  // Linux 6.13; older headers lack the name.
#endif

namespace shoal::detail {
namespace {

constexpr std::size_t slab_bytes = std::size_t{16} << 20;
constexpr std::size_t guard_bytes = 4096;
constexpr std::size_t fresh_at_once = 32;

bool guards_can_be_marked() {
  void* page = map_pages(guard_bytes, guard_bytes, "a probe page");
  const bool can = ::madvise(page, guard_bytes, MADV_GUARD_INSTALL) == 0;
  unmap_pages(page, guard_bytes);
  return can;
}

// Each protected page splits a mapping in two. Leave some mappings for everybody else.
std::size_t protected_pages_allowed() {
  std::size_t mappings = 65530;
  if (std::FILE* file = std::fopen("/proc/sys/vm/max_map_count", "r")) {
    if (std::fscanf(file, "%zu", &mappings) != 1) mappings = 65530;
    std::fclose(file);
  }
  constexpr std::size_t kept_for_others = 8192;
  return mappings > 2 * kept_for_others ? (mappings - kept_for_others) / 2 : 0;
}

}  // namespace

std::uint8_t stack_class(std::size_t bytes) noexcept {
  std::uint8_t found = 0;
  while (found + 1u < stack_sizes.size() && stack_sizes[found] < bytes) ++found;
  if (under_sanitizer && found + 1u < stack_sizes.size()) ++found;
  return found;
}

stack_pool::stack_pool(stack_guard guard) : guard_(guard) {
  if (guard_ == stack_guard::best && !guards_can_be_marked()) guard_ = stack_guard::protect;
  if (guard_ == stack_guard::protect) protect_left_ = protected_pages_allowed();
}

stack_pool::~stack_pool() {
#if SHOAL_ASAN
  for (std::uint8_t c = 0; c < stack_sizes.size(); ++c)
    for (std::byte* top : pools_[c].free) __asan_unpoison_memory_region(top - stack_sizes[c], stack_sizes[c]);
  for (const root& r : roots_) __lsan_unregister_root_region(r.at, r.bytes);
#endif
}

std::size_t stack_pool::take(std::uint8_t size_class, stack* into, std::size_t wanted) {
  const std::lock_guard hold(lock_);
  size_pool& pool = pools_[size_class];
  std::size_t got = 0;
  while (got < wanted && !pool.free.empty()) {
    into[got++] = {pool.free.back(), size_class};
    pool.free.pop_back();
  }
  if (got != 0) return got;

  if (pool.fresh == pool.fresh_end) map_slab(pool, size_class);
  const std::size_t slot_bytes = stack_sizes[size_class];
  const std::size_t left = static_cast<std::size_t>(pool.fresh_end - pool.fresh) / slot_bytes;
  const std::size_t cut = std::min({wanted, left, fresh_at_once});
  guard_slots(pool.fresh, slot_bytes, cut);
  for (; got < cut; ++got) {
    pool.fresh += slot_bytes;
    into[got] = {pool.fresh, size_class};
  }
  return got;
}

void stack_pool::give(const stack* from, std::size_t count) noexcept {
  if (count == 0) return;
  const std::lock_guard hold(lock_);
  size_pool& pool = pools_[from->size_class];
  for (std::size_t i = 0; i < count; ++i) pool.free.push_back(from[i].top);  // map_slab() made the room.
}

std::size_t stack_pool::bytes_mapped() const noexcept {
  const std::lock_guard hold(lock_);
  return slabs_.bytes_mapped();
}

void stack_pool::map_slab(size_pool& pool, std::uint8_t size_class) {
  const std::size_t slots = slab_bytes / stack_sizes[size_class];
  if (pool.free.capacity() < pool.slots + slots) pool.free.reserve(2 * (pool.slots + slots));
  auto* low = static_cast<std::byte*>(slabs_.map(slab_bytes, slab_bytes));
  // A huge page would make every shallow stack cost all of its slot; map() has asked for some.
  static_cast<void>(::madvise(low, slab_bytes, MADV_NOHUGEPAGE));
  pool.fresh = low;
  pool.fresh_end = low + slab_bytes;
  pool.slots += slots;
}

void stack_pool::guard_slots(std::byte* low, std::size_t slot_bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i, low += slot_bytes) {
    if (!guard_slot(low)) some_unguarded_.store(true, sync::relaxed);
#if SHOAL_ASAN
    // Else what only a parked process holds looks leaked. Not the guard: the search for leaks would run into it.
    roots_.push_back({low + guard_bytes, slot_bytes - guard_bytes});
    __lsan_register_root_region(roots_.back().at, roots_.back().bytes);
#endif
  }
}

bool stack_pool::guard_slot(std::byte* low) noexcept {
  // Marking can fail only for want of memory for page tables.
  if (guard_ == stack_guard::best) return ::madvise(low, guard_bytes, MADV_GUARD_INSTALL) == 0;
  if (guard_ == stack_guard::none || protect_left_ == 0) return false;
  const bool done = ::mprotect(low, guard_bytes, PROT_NONE) == 0;
  protect_left_ = done ? protect_left_ - 1 : 0;  // A refusal: others have mappings, too, and the limit came sooner.
  return done;
}

void unguarded_overflow(const stack& on) noexcept {
  std::fprintf(stderr,
               "shoal: a process has used nearly all of its stack of %zu KiB, or more than that, and the system has no guard "
               "page for it, so memory of another process may be damaged. Raise options.stack_bytes or "
               "spawn_options.stack_bytes, or vm.max_map_count so that every stack can be guarded.\n",
               on.bytes() / 1024);
  std::abort();
}

stack_cache::~stack_cache() {
  for (shelf& s : shelves_) pool_.give(s.stacks.data(), s.count);
}

void stack_cache::refill(shelf& s, std::uint8_t size_class) {
  s.count = pool_.take(size_class, s.stacks.data(), shelf_size / 2);
}

void stack_cache::make_room(shelf& s) noexcept {
  // The lower half is the one that rested longest.
  constexpr std::size_t half = shelf_size / 2;
  pool_.give(s.stacks.data(), half);
  std::copy(s.stacks.begin() + half, s.stacks.end(), s.stacks.begin());
  s.count = half;
}

}  // namespace shoal::detail
