#include <shoal/process/detail/name_table.hpp>

#include <utility>

namespace shoal::detail {
namespace {

constexpr std::size_t buckets_at_first = 64;

}  // namespace

struct name_table::table final : retirable {
  explicit table(std::size_t size) : buckets(size) {}
  ~table() override {
    for (auto& first : buckets)
      for (entry* e = first.load(sync::relaxed); e != nullptr;) delete std::exchange(e, e->next.load(sync::relaxed));
  }
  [[nodiscard]] sync::atomic<entry*>& bucket(std::uint64_t hash) noexcept { return buckets[hash % buckets.size()]; }

  std::vector<sync::atomic<entry*>> buckets;
};

name_table::name_table(unsigned workers) : readers_(workers), table_(new table(buckets_at_first)) {}

name_table::~name_table() { delete table_.load(sync::relaxed); }

const name_table::entry* name_table::find_in(const table& t, std::string_view name) noexcept {
  const std::uint64_t hash = hash_of(name);
  const entry* e = t.buckets[hash % t.buckets.size()].load(sync::acquire);  // A
  while (e != nullptr && (e->hash != hash || e->name != name)) e = e->next.load(sync::acquire);
  return e;
}

pid name_table::find(std::string_view name, unsigned worker) noexcept {
  const grace::reading guard(readers_, worker);
  const entry* found = find_in(*table_.load(sync::acquire), name);  // A
  return found != nullptr ? found->holder : pid{};
}

pid name_table::find(std::string_view name) {
  const std::lock_guard hold(lock_);
  return find_locked(name);
}

pid name_table::find_locked(std::string_view name) const noexcept {
  const entry* found = find_in(*table_.load(sync::relaxed), name);
  return found != nullptr ? found->holder : pid{};
}

std::string name_table::name_of(pid holder) {
  const std::lock_guard hold(lock_);
  const auto found = holders_.find(holder);
  return found != holders_.end() ? found->second : std::string{};
}

pid name_table::remove(std::string_view name) {
  const std::lock_guard hold(lock_);
  const pid holder = find_locked(name);
  if (holder) unlink(name);
  return holder;
}

void name_table::remove(pid holder) noexcept {
  const std::lock_guard hold(lock_);
  if (const auto found = holders_.find(holder); found != holders_.end()) unlink(std::string_view(found->second));
}

std::vector<std::pair<std::string, pid>> name_table::all() {
  const std::lock_guard hold(lock_);
  std::vector<std::pair<std::string, pid>> found;
  for (const auto& [holder, name] : holders_) found.emplace_back(name, holder);
  return found;
}

// Readers may be walking the old table: its entries stay where they are, and are copied.
void name_table::make_room() {
  table& old = *table_.load(sync::relaxed);
  if (holders_.size() < old.buckets.size()) return;
  auto larger = std::make_unique<table>(2 * old.buckets.size());
  for (const auto& [holder, name] : holders_) {
    auto* copy = new entry(name, holder);
    auto& first = larger->bucket(copy->hash);
    copy->next.store(first.load(sync::relaxed), sync::relaxed);
    first.store(copy, sync::relaxed);
  }
  table_.store(larger.release(), sync::release);  // A
  readers_.retire(std::unique_ptr<retirable>(&old));  // R2
}

void name_table::link(entry* fresh) noexcept {
  auto& first = table_.load(sync::relaxed)->bucket(fresh->hash);
  fresh->next.store(first.load(sync::relaxed), sync::relaxed);
  first.store(fresh, sync::release);  // A
}

void name_table::unlink(std::string_view name) noexcept {
  const std::uint64_t hash = hash_of(name);
  sync::atomic<entry*>* at = &table_.load(sync::relaxed)->bucket(hash);
  entry* e = at->load(sync::relaxed);
  while (e->hash != hash || e->name != name) {
    at = &e->next;
    e = at->load(sync::relaxed);
  }
  at->store(e->next.load(sync::relaxed), sync::release);
  holders_.erase(e->holder);
  readers_.retire(std::unique_ptr<retirable>(e));  // R2
}

}  // namespace shoal::detail
