// Finding one tie of a process: among few by looking at each, among many through an index.
#include <functional>
#include <memory>
#include <new>

#include <shoal/process/detail/process.hpp>
#include <shoal/process/detail/ties.hpp>

namespace shoal::detail {

std::optional<tie_key> tie_key::of(tie_end& end) noexcept {
  if (end.side == tie_end::is_timer) return std::nullopt;
  if (end.side == tie_end::is_alias) return tie_key{.what = kind::alias, .number = static_cast<alias_end&>(end).number};
  const tie& t = tie::of(end);
  switch (t.what) {
    case tie::kind::link: return tie_key{.what = kind::link, .other = t.who[1 - end.side]};
    case tie::kind::monitor:
      if (end.side == tie::monitored) return std::nullopt;
      return tie_key{.what = kind::monitor, .number = static_cast<std::uint64_t>(t.notice.ref)};
    case tie::kind::suspension:
      if (end.side == tie::monitored) return std::nullopt;
      return tie_key{.what = kind::suspension, .other = t.who[tie::monitored]};
  }
  return std::nullopt;
}

std::uint64_t tie_key::hash() const noexcept {
  return number + std::hash<pid>{}(other) + (static_cast<std::uint64_t>(what) << 62);
}

tie_index::tie_index(const tie_list& all) {
  for (tie_end* end = all.first(); end != nullptr; end = end->next) add(*end);
}

void tie_index::add(tie_end& end) {
  if (const auto key = tie_key::of(end)) ends_.emplace(key->hash(), &end);
}

void tie_index::remove(tie_end& end) noexcept {
  const auto key = tie_key::of(end);
  if (!key) return;
  const auto [first, last] = ends_.equal_range(key->hash());
  for (auto at = first; at != last; ++at)
    if (at->second == &end) {
      ends_.erase(at);
      return;
    }
}

tie_end* tie_index::find(const tie_key& wanted) const noexcept {
  const auto [first, last] = ends_.equal_range(wanted.hash());
  for (auto at = first; at != last; ++at)
    if (tie_key::of(*at->second) == wanted) return at->second;
  return nullptr;
}

// --- The ties of a process -------------------------------------------------------------------------------------------

void process::attach(tie_end& end) noexcept {
  ties_.attach(end);
  if ((flags_.load(sync::relaxed) & dying) != 0) flags_.fetch_or(has_ties, sync::relaxed);  // By itself, in a late destructor.
  if (rare_ == nullptr || rare_->index == nullptr) return;
  try {
    rare_->index->add(end);
  } catch (const std::bad_alloc&) {
    rare_->index = nullptr;  // Looking at each finds them, too.
  }
}

void process::detach(tie_end& end) noexcept {
  if (rare_ != nullptr && rare_->index != nullptr) rare_->index->remove(end);
  ties_.detach(end);
}

tie_end* process::find_tie(const tie_key& wanted) noexcept {
  constexpr int longest_look = 32;
  if (rare_ != nullptr && rare_->index != nullptr) return rare_->index->find(wanted);
  int looked_at = 0;
  tie_end* end = ties_.first();
  for (; end != nullptr && tie_key::of(*end) != wanted; end = end->next) ++looked_at;
  if (looked_at > longest_look) make_tie_index();
  return end;
}

void process::make_tie_index() noexcept {
  try {
    has_rare().index = std::make_unique<tie_index>(ties_);
  } catch (const std::bad_alloc&) {  // Next time, perhaps.
  }
}

tie* process::find_link(pid other) noexcept {
  tie_end* const found = find_tie({.what = tie_key::kind::link, .other = other});
  return found != nullptr ? &tie::of(*found) : nullptr;
}

tie* process::find_monitor(monitor_ref ref) noexcept {
  tie_end* const found = find_tie({.what = tie_key::kind::monitor, .number = static_cast<std::uint64_t>(ref)});
  return found != nullptr ? &tie::of(*found) : nullptr;
}

tie* process::find_suspension(pid other) noexcept {
  tie_end* const found = find_tie({.what = tie_key::kind::suspension, .other = other});
  return found != nullptr ? &tie::of(*found) : nullptr;
}

alias_end* process::find_alias(std::uint64_t number) noexcept {
  return static_cast<alias_end*>(find_tie({.what = tie_key::kind::alias, .number = number}));
}

}  // namespace shoal::detail
