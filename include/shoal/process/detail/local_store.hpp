// include/shoal/process/detail/local_store.hpp — what one process keeps for process_local objects.
#ifndef SHOAL_PROCESS_DETAIL_LOCAL_STORE_HPP
#define SHOAL_PROCESS_DETAIL_LOCAL_STORE_HPP

#include <cstdint>
#include <utility>
#include <vector>

namespace shoal::detail {

/// Owner only.
class local_store {
 public:
  struct slot {
    std::uint64_t key;
    void* value;
    void (*destroy)(void* value) noexcept;
  };

  local_store() noexcept = default;
  local_store(const local_store&) = delete;
  local_store& operator=(const local_store&) = delete;
  ~local_store() { clear(); }

  /// Null: there is none.
  [[nodiscard]] void* find(std::uint64_t key) const noexcept {
    for (const slot& s : slots_)
      if (s.key == key) return s.value;
    return nullptr;
  }
  /// There must be none with that key. Throws std::bad_alloc; the value is the caller's then.
  void add(const slot& s) { slots_.push_back(s); }
  /// The value becomes the caller's. Null: there was none.
  [[nodiscard]] void* take(std::uint64_t key) noexcept {
    for (slot& s : slots_)
      if (s.key == key) {
        void* const value = s.value;
        slots_.erase(slots_.begin() + (&s - slots_.data()));
        return value;
      }
    return nullptr;
  }
  /// The youngest goes first. A destructor may add others.
  void clear() noexcept {
    while (!slots_.empty()) {
      const slot last = slots_.back();
      slots_.pop_back();
      last.destroy(last.value);
    }
  }
  [[nodiscard]] bool empty() const noexcept { return slots_.empty(); }

 private:
  std::vector<slot> slots_;
};

}  // namespace shoal::detail

#endif
