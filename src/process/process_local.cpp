#include <shoal/process/process_local.hpp>

#include <mutex>

#include <shoal/process/detail/process.hpp>

namespace shoal::detail {
namespace {

sync::atomic<std::uint64_t> keys_given{0};

}  // namespace

std::uint64_t new_local_key() noexcept { return keys_given.fetch_add(1, sync::relaxed) + 1; }

void* find_local(std::uint64_t key) { return calling_process("process_local").locals().find(key); }

void add_local(std::uint64_t key, void* value, void (*destroy)(void* value) noexcept) {
  calling_process("process_local").locals().add({key, value, destroy});
}

void* take_local(std::uint64_t key) { return calling_process("process_local").locals().take(key); }

local_store& process::locals() {
  const std::lock_guard hold(lock_);
  local_store& mine = has_rare().locals;
  flags_.fetch_or(has_locals, sync::relaxed);
  return mine;
}

}  // namespace shoal::detail
