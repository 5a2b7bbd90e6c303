#include <shoal/process/runtime.hpp>

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/misuse.hpp>

namespace shoal {
namespace {

// Where run() waits. The process tells it when it has ended; stop() tells it for a process that held out.
class waiting_thread final : public detail::end_listener {
 public:
  void ended(exit_reason why) noexcept override {
    const std::lock_guard hold(lock_);
    if (why_) return;
    why_ = std::move(why);
    told_.notify_all();
  }
  [[nodiscard]] exit_reason wait() {
    std::unique_lock hold(lock_);
    told_.wait(hold, [this] { return why_.has_value(); });
    return *why_;
  }

 private:
  std::mutex lock_;
  std::condition_variable told_;
  std::optional<exit_reason> why_;
};

}  // namespace

runtime::runtime(const options& chosen) : core_(detail::core::start(chosen)) {}

runtime::~runtime() {
  constexpr std::chrono::seconds limit{5};
  for (const survivor& s : core_->stop(limit).still_alive)
    core_->log(
        {.what = report::kind::held_out,
         .who = s.who,
         .label = s.label,
         .where = s.where,
         .reason = exit_reason::killed,
         .text = fmt::format("shoal: process {} {} (spawned at {}:{}) did not end within 5 s of its runtime's end; it was "
                             "last seen: {}",
                             s.who, s.label, s.where.file_name(), s.where.line(), to_string(s.waits_for))});
}

bool runtime::is_alive(pid p) const noexcept { return core_->is_alive(p); }

detail::block_source runtime::blocks() const noexcept { return core_->blocks(); }

void runtime::require_outside() const {
  if (detail::current_worker() != nullptr)
    throw misuse("shoal: run() inside a process would block the worker that has to run it. Use spawn() or spawn_monitor().");
}

void runtime::run_packed(detail::entry* code, std::source_location where) {
  try {
    core_->require_running("run");
  } catch (...) {
    core_->discard(*code);
    throw;
  }
  auto waiting = std::make_shared<waiting_thread>();
  core_->spawn({.code = code, .where = where, .parent = {}, .listener = waiting});
  if (exit_reason why = waiting->wait(); why != exit_reason::normal) throw exited{std::move(why)};
}

pid runtime::spawn_packed(detail::entry* code, const spawn_options* chosen, std::source_location where) {
  return core_->spawn({.code = code, .chosen = chosen, .where = where, .parent = {}, .listener = {}}).who;
}

namespace {

void require_running(detail::core& core, detail::envelope& mail) {
  try {
    core.require_running("send");
  } catch (...) {
    core.discard(mail);
    throw;
  }
}

}  // namespace

void runtime::post(pid to, detail::envelope* mail) {
  require_running(*core_, *mail);
  core_->send(to, mail);
}

void runtime::post(const alias_ref& to, detail::envelope* mail) {
  require_running(*core_, *mail);
  core_->send(to, mail);
}

void runtime::send(pid to, message&& m) { post(to, detail::message_access::unwrap(std::move(m), *core_)); }

void runtime::send(alias_ref to, message&& m) { post(to, detail::message_access::unwrap(std::move(m), *core_)); }

stop_report runtime::stop_within(std::chrono::nanoseconds limit) { return core_->stop(limit); }

}  // namespace shoal
