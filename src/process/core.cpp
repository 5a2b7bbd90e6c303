#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/throw_trace.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include <shoal/process/misuse.hpp>

namespace shoal::detail {
namespace {

// Tells the runtimes of a program apart; nothing else in the library outlives a runtime.
sync::atomic<std::uint32_t> runtimes_made{0};

[[noreturn]] SHOAL_COLD void refuse(const std::string& text) { throw misuse("shoal: " + text); }

// For calls made once: on a path that is taken often the text must not be made in vain.
void refuse_if(bool wrong, const std::string& text) {
  if (wrong) refuse(text);
}

const options& checked(const options& chosen) {
  refuse_if(chosen.workers > workers_max,
            fmt::format("options.workers is {}; at most {} are possible. 0 takes one per core.", chosen.workers, workers_max));
  refuse_if(chosen.stack_bytes < stack_bytes_min || chosen.stack_bytes > stack_bytes_max,
            fmt::format("options.stack_bytes is {}; it must be between {} (16 KiB) and {} (16 MiB).", chosen.stack_bytes,
                        stack_bytes_min, stack_bytes_max));
  refuse_if(chosen.reductions < 1,
            fmt::format("options.reductions is {}; a turn needs at least 1. The default is 2000.", chosen.reductions));
  return chosen;
}

std::size_t limit_of(const options& chosen) {
  return chosen.process_limit != 0 ? chosen.process_limit : std::numeric_limits<std::size_t>::max();
}

}  // namespace

std::shared_ptr<core> core::start(const options& chosen) {
  handle_refused_unwinds(&process::give_up_stack);
  handle_uncaught_throws(&process::note_trace);
  auto made = std::make_shared<core>(checked(chosen));
  made->scheduler_.start(made);
  return made;
}

core::core(const options& chosen)
    : chosen_(chosen),
      number_(runtimes_made.fetch_add(1, sync::relaxed) + 1),
      stack_class_(stack_class(chosen.stack_bytes)),
      scheduler_({.workers = chosen.workers,
                  .turn_reductions = chosen.reductions,
                  .seed = seed_from_system(),
                  .name = chosen.name,
                  .make_local =
                      [this] {
                        census& counts = *census_[locals_made_.fetch_add(1, sync::relaxed)];
                        return std::make_unique<local>(*this, counts);
                      },
                  .make_poller = {}}),
      processes_(*this, limit_of(chosen), scheduler_.workers()),
      names_(scheduler_.workers()),
      timers_(*this, &timer_fired) {
  for (unsigned i = 0; i < scheduler_.workers(); ++i) census_.push_back(std::make_unique<census>());
}

core::local* core::local_here() noexcept {
  worker* here = current_worker();
  return here != nullptr && &here->owner() == &scheduler_ ? static_cast<local*>(here->local()) : nullptr;
}

// --- Memory ----------------------------------------------------------------------------------------------------------

void* core::allocate(std::size_t bytes, std::uint8_t& block_class) {
  block_class = detail::block_class(bytes);
  if (block_class == heap_block) return ::operator new(bytes, std::align_val_t{block_alignment});
  if (local* mine = local_here()) return mine->blocks.allocate(block_class);
  return blocks_.allocate_outside(block_class);
}

void core::free(void* block, std::uint8_t block_class) noexcept {
  if (block_class == heap_block) ::operator delete(block, std::align_val_t{block_alignment});
  else if (local* mine = local_here()) mine->blocks.free(block, block_class);
  else blocks_.free_outside(block, block_class);
}

void core::discard(envelope& mail) noexcept {
  if (mail.type->destroy != nullptr) mail.type->destroy(mail.value());
  free(&mail, mail.block_class);
}

void core::discard(entry& code) noexcept {
  const std::uint8_t block_class = code.block_class;
  code.destroy(&code);
  free(&code, block_class);
}

block_source core::blocks() noexcept {
  return {
      [](void* where, std::size_t bytes, std::uint8_t& block_class) {
        return static_cast<core*>(where)->allocate(bytes, block_class);
      },
      [](void* where, void* block, std::uint8_t block_class) noexcept { static_cast<core*>(where)->free(block, block_class); },
      this};
}

// --- Spawning --------------------------------------------------------------------------------------------------------

core::spawned core::spawn(const request& r) {
  local* here = local_here();
  spawned result;
  process* child = nullptr;
  tie* link = nullptr;
  tie* monitor = nullptr;
  bool counted = false;
  try {
    count_birth(here);
    counted = true;
    if (r.listener != nullptr) remember(r.listener);
    if (r.chosen != nullptr && (r.chosen->priority < priority::low || r.chosen->priority > priority::max))
      refuse(fmt::format("spawn_options.priority is {}, which is none of shoal::priority's.",
                         static_cast<int>(r.chosen->priority)));
    std::uint8_t size_class = stack_class_;
    if (r.chosen != nullptr && r.chosen->stack_bytes != 0) {
      if (r.chosen->stack_bytes < stack_bytes_min || r.chosen->stack_bytes > stack_bytes_max)
        refuse(fmt::format("spawn_options.stack_bytes is {}; it must be between {} (16 KiB) and {} (16 MiB), or 0.",
                           r.chosen->stack_bytes, stack_bytes_min, stack_bytes_max));
      size_class = stack_class(r.chosen->stack_bytes);
    }
    child = &take_block(here);
    result.who = child->address();
    if (r.tied.linked) link = &make_tie(tie::kind::link, r.parent, result.who);
    if (r.tied.monitored) {
      result.ref = monitor_ref{new_reference()};
      monitor = &make_monitor(r.parent, result.who, result.ref);
    }
    for (tie* made : {link, monitor})
      if (made != nullptr) child->attach(made->ends[1]);
    child->be_born({r.code, r.parent, r.chosen, r.where, size_class, r.listener});
  } catch (...) {
    for (tie* made : {link, monitor})
      if (made != nullptr && made->ends[1].attached) child->detach(made->ends[1]);
    discard(*r.code);
    if (link != nullptr) discard(link->mail);
    if (monitor != nullptr) discard(monitor->mail);
    if (counted) uncount_birth(here);
    if (child != nullptr) {
      if (here != nullptr) here->free_processes.give(processes_, *child);
      else processes_.give({child, 1});
    }
    throw;
  }
  for (tie* made : {link, monitor})
    if (made != nullptr) tie_parent(*made);
  scheduler_.launch(*child);
  return result;
}

void core::remember(const std::shared_ptr<end_listener>& listener) {
  const std::lock_guard hold(outside_lock_);
  std::erase_if(listeners_, [](const auto& waiting) { return waiting.expired(); });
  listeners_.push_back(listener);
}

// A process that spawns is counted itself, so stop() waits for what it spawns, and kills that, too. From outside, seeing that the
// runtime runs and being counted must be one step: else stop() could find nobody alive and end the workers before the new process
// is theirs. And a counter has one writer at a time.
void core::count_birth(local* here) {
  if (here != nullptr) return here->lives.spawned.add();
  const std::lock_guard hold(outside_lock_);
  require_running("spawn");
  outside_.spawned.add();
}

void core::uncount_birth(local* here) noexcept {
  if (here != nullptr) return here->lives.ended.add();
  const std::lock_guard hold(outside_lock_);
  outside_.ended.add();
}

process& core::take_block(local* here) {
  if (here != nullptr) return static_cast<process&>(*here->free_processes.take(processes_));
  const std::lock_guard hold(outside_lock_);
  return static_cast<process&>(*outside_processes_.take(processes_));
}

std::uint64_t core::new_reference() noexcept {
  constexpr std::uint64_t at_once = 1 << 16;
  local* const here = local_here();
  if (here == nullptr) return refs_given_.fetch_add(1, sync::relaxed) + 1;
  if (here->next_ref == here->last_ref) {
    here->next_ref = refs_given_.fetch_add(at_once, sync::relaxed);
    here->last_ref = here->next_ref + at_once;
  }
  return ++here->next_ref;
}

// --- Sending and looking ---------------------------------------------------------------------------------------------

bool core::is_alive(pid p) const noexcept {
  const process* found = find(p);
  return found != nullptr && found->lives(pid_access::generation(p));
}

void core::refuse_stranger(pid to) const {
  if (to && pid_access::node(to) != number_)
    refuse(
        fmt::format("{} is a process of another runtime. Send to it through that runtime's send(); what else concerns it is "
                    "done by a process there: runtime::run([&] {{ ... }}).",
                    to));
}

// --- Ending ----------------------------------------------------------------------------------------------------------

void core::require_running(const char* what) const {
  if (closed_.load(sync::acquire)) [[unlikely]]
    refuse(fmt::format("{} on runtime \"{}\", which has been stopped or is being stopped.", what, chosen_.name));
}

void core::process_ended(process& p) noexcept {
  local& here = *local_here();
  here.free_processes.give(processes_, p);
  here.lives.ended.add();
  if (closed_.load(sync::acquire)) [[unlikely]] {
    const std::lock_guard hold(end_lock_);
    one_ended_.notify_all();
  }
}

// Ends are counted before begins, so that a process counted as ended is always counted as begun.
std::size_t core::alive() const noexcept {
  std::uint64_t ended = outside_.ended.read();
  for (const auto& c : census_) ended += c->ended.read();
  std::uint64_t begun = outside_.spawned.read();
  for (const auto& c : census_) begun += c->spawned.read();
  return begun - ended;
}

// Who traps exits may want to put something in order.
std::vector<pid> core::ask_all() {
  std::vector<pid> asked;
  processes_.for_each([&](const process& p) {
    const std::uint64_t generation = p.generation();
    if (p.lives(generation) && p.traps_exits()) asked.push_back(p.address_of(generation));
  });
  for (const pid p : asked) {
    try {
      signal(p, {}, exit_reason::shutdown);
    } catch (const std::exception&) {  // No memory for the question: it is killed unasked.
    }
  }
  return asked;
}

// Until all of them have ended, or nothing moves any more.
void core::wait_for(const std::vector<pid>& asked, instant until) {
  constexpr std::chrono::nanoseconds nap = std::chrono::milliseconds{1};
  const auto all_ended = [&] { return std::none_of(asked.begin(), asked.end(), [this](pid p) { return find(p) != nullptr; }); };
  for (bool quiet = false; !all_ended() && time().now() < until; wait_for_an_end(nap)) {
    if (!scheduler_.is_quiet()) quiet = false;
    else if (std::exchange(quiet, true)) return;  // Twice in a row.
  }
}

void core::wait_for_an_end(std::chrono::nanoseconds nap) {
  std::unique_lock hold(end_lock_);
  one_ended_.wait_for(hold, nap, [this] { return alive() == 0; });
}

void core::kill_all() {
  processes_.for_each([](process& p) { p.kill(p.generation()); });
}

void core::wait_for_the_end(instant until) {
  // A process born, or ended, just before it could see that the runtime is stopping is found by looking again now and then.
  constexpr std::chrono::nanoseconds first_nap = std::chrono::milliseconds{1};
  constexpr std::chrono::nanoseconds longest_nap = std::chrono::milliseconds{50};
  for (auto nap = first_nap; alive() != 0; nap = std::min(2 * nap, longest_nap)) {
    kill_all();
    const auto left = until - time().now();
    if (left <= left.zero()) break;
    wait_for_an_end(std::min(left, nap));
  }
}

// Threads that wait in run() for a process that held out.
void core::release_waiting() {
  const std::lock_guard hold(outside_lock_);
  for (const auto& waiting : listeners_)
    if (const auto listener = waiting.lock()) listener->ended(exit_reason::killed);
}

stop_report core::stop(std::chrono::nanoseconds limit) {
  refuse_if(local_here() != nullptr, "stop() by a process of the runtime itself would wait for itself. Call it from outside.");
  const std::lock_guard one_at_a_time(stop_lock_);
  if (std::exchange(stopped_, true)) return {};
  const instant begun = time().now();
  const instant until = deadline_after(begun, limit);
  {
    const std::lock_guard hold(outside_lock_);  // See count_birth().
    closed_.store(true, sync::seq_cst);
  }
  const std::vector<pid> asked = ask_all();
  wait_for(asked, deadline_after(begun, limit / 2));
  stopping_.store(true, sync::seq_cst);
  stop_report told{.killed = alive(), .still_alive = {}, .asked = asked.size()};
  wait_for_the_end(until);
  if (alive() != 0) {
    told.still_alive = survivors();
    release_waiting();
  }
  // Threads without an endless loop come back at once.
  constexpr std::chrono::nanoseconds grace = std::chrono::milliseconds{10};
  static_cast<void>(scheduler_.stop(deadline_after(time().now(), told.still_alive.empty() ? infinity : grace)));
  log_left_out();
  return told;
}

}  // namespace shoal::detail
