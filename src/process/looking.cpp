// What observers may see: process_info, processes, system_info, and who held out when a runtime had to stop.
#include <algorithm>
#include <mutex>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/process.hpp>
#include <shoal/process/process_info.hpp>
#include <shoal/process/runtime.hpp>

namespace shoal {
namespace detail {
namespace {

constexpr std::size_t page = 4096;

// What is copied of the ties of a process. Room is made while the lock is free.
struct tie_counts {
  std::size_t links = 0;
  std::size_t monitors = 0;
  std::size_t monitored_by = 0;

  void count(tie_end& end) noexcept {
    if (end.side > tie::monitored) return;
    switch (tie::of(end).what) {
      case tie::kind::link: ++links; return;
      case tie::kind::monitor: ++(end.side == tie::monitoring ? monitors : monitored_by); return;
      case tie::kind::suspension: return;
    }
  }
  [[nodiscard]] bool fit(const struct process_info& into) const noexcept {
    return links <= into.links.capacity() && monitors <= into.monitors.capacity() &&
           monitored_by <= into.monitored_by.capacity();
  }
  void make_room(struct process_info& into) const {
    into.links.reserve(2 * links);
    into.monitors.reserve(2 * monitors);
    into.monitored_by.reserve(2 * monitored_by);
  }
};

void copy_tie(tie_end& end, struct process_info& into) {
  if (end.side > tie::monitored) return;
  const tie& t = tie::of(end);
  const pid other = t.who[1 - end.side];
  switch (t.what) {
    case tie::kind::link: return into.links.push_back(other);
    case tie::kind::monitor:
      if (end.side == tie::monitored) return into.monitored_by.push_back(other);
      // By name the monitored one is its name: the pid may be another one's by now.
      return into.monitors.push_back({t.notice.name.empty() ? other : pid{}, t.notice.name});
    case tie::kind::suspension: return;
  }
}

}  // namespace

process_status process::status() const noexcept {
  const std::uint32_t seen = flags_.load(sync::relaxed);
  if ((seen & doomed) != 0) return process_status::exiting;
  if ((seen & suspended) != 0) return process_status::suspended;
  if (inbox_.is_parked()) return process_status::waiting;
  return waits_for() == wait_reason::none ? process_status::running : process_status::runnable;
}

std::size_t process::memory_bytes(std::size_t ties, std::size_t messages) const noexcept {
  return sizeof(process) + ties * sizeof(tie) + messages * block_alignment + used_stack_bytes();
}

std::optional<struct process_info> process::look(std::uint64_t of_generation) {
  struct process_info seen;
  tie_counts counts;
  do {
    counts.make_room(seen);
    counts = {};
    const std::lock_guard hold(lock_);
    if ((flags_.load(sync::acquire) & (in_use | dying)) != in_use || generation() != of_generation) return std::nullopt;
    std::size_t ties = 0;
    for (tie_end* end = ties_.first(); end != nullptr; end = end->next, ++ties) counts.count(*end);
    if (!counts.fit(seen)) continue;
    for (tie_end* end = ties_.first(); end != nullptr; end = end->next) copy_tie(*end, seen);
    seen.status = status();
    seen.message_queue_len = inbox_.size_with([this] { return mailbox_.size(); });
    seen.reductions = reductions();
    seen.trap_exit = traps_exits();
    seen.priority = rank();
    seen.label = std::string(label());
    seen.parent = parent_generation_ == 0 ? pid{} : pid_access::make(home_.number(), parent_index_, parent_generation_);
    seen.stack_bytes = used_stack_bytes();
    seen.memory_bytes = memory_bytes(ties, seen.message_queue_len);
    seen.wait_reason = waits_for();
    seen.spawned_at = place_;
    break;
  } while (true);
  seen.registered_name = home_.names().name_of(address_of(of_generation));
  return seen;
}

std::optional<survivor> process::last_seen() {
  const std::lock_guard hold(lock_);
  if (unused()) return std::nullopt;
  return survivor{address(), std::string(label()), place_, waits_for()};
}

std::size_t process::used_stack_bytes() const noexcept { return (stack_depth() + page - 1) / page * page; }

std::optional<struct process_info> core::look(pid p) {
  refuse_stranger(p);
  process* const found = find(p);
  return found != nullptr ? found->look(pid_access::generation(p)) : std::nullopt;
}

std::vector<pid> core::all_processes() const {
  std::vector<pid> found;
  found.reserve(alive());
  processes_.for_each([&](const process& p) {
    const std::uint64_t generation = p.generation();
    if (p.lives(generation)) found.push_back(p.address_of(generation));
  });
  return found;
}

std::vector<survivor> core::survivors() {
  std::vector<survivor> found;
  processes_.for_each([&](process& p) {
    if (auto seen = p.last_seen()) found.push_back(std::move(*seen));
  });
  return found;
}

struct system_info core::look_around() const {
  struct system_info seen;
  seen.name = chosen_.name;
  seen.workers = scheduler_.workers();
  seen.workers_asleep = scheduler_.workers_asleep();
  seen.process_count = alive();
  seen.process_limit = processes_.limit();
  for (unsigned i = 0; i < seen.workers; ++i) {
    const worker_counters& counts = scheduler_.counters(i);
    seen.dispatches += counts.dispatches.read();
    seen.turns_used_up += counts.turns_used_up.read();
    seen.steals += counts.steals.read();
    seen.timers_fired += counts.timers_fired.read();
    seen.busy += std::chrono::nanoseconds(counts.busy_ns.read());
    seen.idle += std::chrono::nanoseconds(counts.idle_ns.read());
  }
  return seen;
}

}  // namespace detail

// --- The face --------------------------------------------------------------------------------------------------------

namespace {

constexpr int look_cost = 20;  // In reductions.

}  // namespace

std::optional<struct process_info> process_info(pid p) {
  detail::process& caller = detail::begin_call_by_process("process_info", look_cost);
  if (p == caller.address()) detail::current_worker()->count_turn_so_far();
  return caller.home().look(p);
}

std::vector<pid> processes() { return detail::begin_call_by_process("processes", look_cost).home().all_processes(); }

struct system_info system_info() { return detail::begin_call_by_process("system_info", look_cost).home().look_around(); }

std::optional<struct process_info> runtime::process_info(pid p) const { return core_->look(p); }

std::vector<pid> runtime::processes() const { return core_->all_processes(); }

struct system_info runtime::system_info() const { return core_->look_around(); }

}  // namespace shoal
