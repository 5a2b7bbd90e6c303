// include/shoal/process/detail/name_table.hpp — names and who has them: looked up by everybody, changed by few.
//
//   table_ → buckets[hash % size] → entry → entry → null          holders_: pid → its entry's name
//
// Who       find: workers, without a lock. The rest: any thread, under the lock.
// Rules     R1 An entry never changes. A name that gets a new holder gets a new entry.
//           R2 What has been unlinked, an entry or a whole table that has become too small, is retired (grace.hpp).
// Pairings  A  entry or table published (release) → find (acquire): its contents.
#ifndef SHOAL_PROCESS_DETAIL_NAME_TABLE_HPP
#define SHOAL_PROCESS_DETAIL_NAME_TABLE_HPP

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <shoal/base.hpp>
#include <shoal/memory.hpp>

#include <shoal/process/pid.hpp>

namespace shoal::detail {

class name_table {
 public:
  explicit name_table(unsigned workers);
  ~name_table();

  /// Who has the name, or nobody. On the worker with that number.
  [[nodiscard]] pid find(std::string_view name, unsigned worker) noexcept;
  /// The same from any thread.
  [[nodiscard]] pid find(std::string_view name);
  /// The name of that process; empty if it has none.
  [[nodiscard]] std::string name_of(pid holder);

  /// Gives `holder` the name. `lives(pid)` tells whether a holder is to be respected; `take(holder)` is called once nothing stands
  /// against it, and may refuse.
  enum class adding : std::uint8_t { done, taken, has_one, refused };
  template <class Lives, class Take>
  adding add(std::string_view name, pid holder, Lives lives, Take take) {
    const std::lock_guard hold(lock_);
    if (holders_.contains(holder)) return adding::has_one;
    const pid before = find_locked(name);
    if (before && lives(before)) return adding::taken;
    make_room();
    auto fresh = std::make_unique<entry>(name, holder);
    const auto noted = holders_.emplace(holder, name).first;
    if (!take(holder)) {
      holders_.erase(noted);
      return adding::refused;
    }
    if (before) unlink(name);
    link(fresh.release());
    return adding::done;
  }
  /// Who had the name, or nobody.
  pid remove(std::string_view name);
  void remove(pid holder) noexcept;
  [[nodiscard]] std::vector<std::pair<std::string, pid>> all();

 private:
  struct entry final : retirable {
    entry(std::string_view n, pid p) : name(n), hash(hash_of(n)), holder(p) {}
    const std::string name;
    const std::uint64_t hash;
    const pid holder;
    sync::atomic<entry*> next{nullptr};
  };
  struct table;

  [[nodiscard]] static std::uint64_t hash_of(std::string_view name) noexcept { return std::hash<std::string_view>{}(name); }
  [[nodiscard]] static const entry* find_in(const table& t, std::string_view name) noexcept;
  [[nodiscard]] pid find_locked(std::string_view name) const noexcept;
  void make_room();
  void link(entry* fresh) noexcept;
  void unlink(std::string_view name) noexcept;

  std::mutex lock_;
  grace readers_;
  sync::atomic<table*> table_;
  std::unordered_map<pid, std::string> holders_;
};

/// Throws misuse for a text that is empty or too long.
void check_name(std::string_view name);

}  // namespace shoal::detail

#endif
