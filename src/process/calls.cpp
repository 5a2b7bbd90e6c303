// What processes call about themselves and others: the untyped half of self.hpp, send.hpp, spawn.hpp, receive.hpp, message.hpp.
#include <algorithm>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/mailbox_scan.hpp>
#include <shoal/process/hibernate.hpp>
#include <shoal/process/message.hpp>
#include <shoal/process/misuse.hpp>
#include <shoal/process/receive.hpp>
#include <shoal/process/self.hpp>
#include <shoal/process/send.hpp>
#include <shoal/process/spawn.hpp>
#include <shoal/process/spawn_request.hpp>

namespace shoal {
namespace {

// Work, in reductions. One is about 30 ns of computing.
constexpr int send_cost = 8;
constexpr int copied_bytes_per_reduction = 64;
constexpr int receive_cost = 4;
constexpr int spawn_cost = 100;
constexpr int timer_cost = 8;

// Who sends to a process that lags behind has shorter turns: a sender never waits for its receiver, but the receiver runs the
// more often the more it has to read.
int lag_cost(std::uint32_t unread) noexcept {
  constexpr std::uint32_t tolerated = 256;
  constexpr std::uint32_t most = 2000;
  return unread <= tolerated ? 0 : static_cast<int>(std::min(unread / 4, most));
}

detail::core::spawned spawn_here(detail::entry* code, const spawn_options* chosen, std::source_location where,
                                 detail::core::tying tied) {
  detail::process& parent = detail::calling_process("spawn");  // Cannot throw: `code` came from the caller's blocks.
  if (parent.home().stopping()) [[unlikely]]
    parent.end_instead_of_running(*code);
  const auto result = parent.home().spawn(
      {.code = code, .chosen = chosen, .where = where, .parent = parent.address(), .tied = tied, .listener = {}});
  detail::current_worker()->charge(spawn_cost);
  return result;
}

}  // namespace

pid self() { return detail::calling_process("self").address(); }

void yield() {
  detail::process& caller = detail::calling_process("yield");
  detail::worker::yield(*detail::current_worker());
  caller.home().drop_undelivered();
  caller.obey();
}

bool is_alive(pid p) { return detail::calling_process("is_alive").home().is_alive(p); }

void send(pid to, message&& m) {
  detail::post(to, detail::message_access::unwrap(std::move(m), detail::calling_process("send").home()));
}

void exit(exit_reason why) { throw exited{std::move(why)}; }

mailbox_mark mark_mailbox() {
  detail::process& caller = detail::calling_process("mark_mailbox");
  caller.collect_mail();  // What has arrived lies before the mark.
  return detail::mark_access::make(caller.mail().mark_end());
}

void send(alias_ref to, message&& m) {
  detail::post(to, detail::message_access::unwrap(std::move(m), detail::calling_process("send").home()));
}

void message::drop() noexcept { from_->discard(*mail_); }

namespace detail {
namespace {

// The worker that runs the calling process. Throws misuse if no process calls.
worker& worker_of_caller(const char* what) {
  worker* here = current_worker();
  if (here == nullptr || here->current() == nullptr) [[unlikely]]
    not_a_process(what);
  return *here;
}

// The same, at the beginning of a call: who is doomed ends here; a turn that is used up ends, before the call has done anything.
worker& begin_call(const char* what) {
  worker* here = &worker_of_caller(what);
  auto& caller = static_cast<process&>(*here->current());
  if (caller.obey()) [[unlikely]]
    here = current_worker();
  if (!here->turn_used_up()) [[likely]]
    return *here;
  caller.turn_over();
  return *current_worker();
}
core::local& local_of(worker& here) noexcept { return static_cast<core::local&>(*here.local()); }

}  // namespace

process& begin_call_by_process(const char* what, int reductions) {
  worker& here = begin_call(what);
  here.charge(reductions);
  return static_cast<process&>(*here.current());
}

void sleep_for(std::chrono::nanoseconds how_long) {
  process& caller = calling_process("sleep");
  begin_call("sleep").charge(timer_cost);
  if (how_long == how_long.zero()) return;
  clock& time = caller.home().time();
  const instant until = how_long == infinity ? never : deadline_after(time.now(), how_long);
  do {
    caller.collect_mail();  // Else it could not park.
    caller.wait_until(wait_reason::sleep, until);
  } while (time.now() < until);
}

void hibernate_packed(entry* code) { calling_process("hibernate").hibernate(*code); }

pid spawn_packed(entry* code, const spawn_options* chosen, std::source_location where) {
  return spawn_here(code, chosen, where, {}).who;
}

pid spawn_packed_linked(entry* code, const spawn_options* chosen, std::source_location where) {
  return spawn_here(code, chosen, where, {.linked = true}).who;
}

std::pair<pid, monitor_ref> spawn_packed_monitored(entry* code, const spawn_options* chosen, std::source_location where) {
  const auto result = spawn_here(code, chosen, where, {.monitored = true});
  return {result.who, result.ref};
}

std::pair<pid, monitor_ref> spawn_packed_linked_monitored(entry* code, const spawn_options* chosen,
                                                          std::source_location where) {
  const auto result = spawn_here(code, chosen, where, {.linked = true, .monitored = true});
  return {result.who, result.ref};
}

namespace {

template <class Address>
void post_to(const Address& to, envelope* mail) {
  worker& here = worker_of_caller("send");  // Cannot throw for a new message: that came from the caller's blocks.
  if (static_cast<process&>(*here.current()).is_written_off()) [[unlikely]]
    return discard(*mail);
  const int copied = static_cast<int>(mail->type->value_bytes) / copied_bytes_per_reduction;
  const std::uint32_t unread = local_of(here).home.send(to, mail);
  here.charge(send_cost + copied + lag_cost(unread));
}

}  // namespace

spawn_ref new_spawn_ref() { return spawn_ref{calling_process("spawn_request").home().new_reference()}; }

void check_tell_outcome(tell_outcome tell) {
  if (tell > tell_outcome::never) throw misuse("shoal: spawn_request_options.tell is none of shoal::tell_outcome's.");
}

exit_reason reason_for_caught() noexcept { return exit_reason_access::of_current_exception({}); }

void post(pid to, envelope* mail) { post_to(to, mail); }
void post(const alias_ref& to, envelope* mail) { post_to(to, mail); }

envelope* message_access::unwrap(message&& m, const core& home) {
  if (m.mail_ == nullptr)
    throw misuse("shoal: send of an empty shoal::message: it was moved from, or has been sent on already.");
  if (m.from_ != &home) throw misuse("shoal: a shoal::message cannot be sent to a process of another runtime. Send its value.");
  return std::exchange(m.mail_, nullptr);
}

message message_access::wrap(envelope* mail) noexcept {
  return message(mail, &static_cast<process*>(current_worker()->current())->home());
}

void discard(envelope& mail) noexcept {
  if (mail.type->destroy != nullptr) mail.type->destroy(mail.value());
  give_block_back(&mail, mail.block_class);
}

void give_block_back(void* block, std::uint8_t block_class) noexcept {
  if (block_class == heap_block) [[unlikely]]
    return ::operator delete(block, std::align_val_t{block_alignment});
  local_of(*current_worker()).blocks.free(block, block_class);
}

const block_source blocks_of_caller{
    [](void*, std::size_t bytes, std::uint8_t& block_class) {
      worker& here = begin_call("spawn or send");
      block_class = detail::block_class(bytes);
      if (block_class == heap_block) [[unlikely]]
        return ::operator new(bytes, std::align_val_t{block_alignment});
      return local_of(here).blocks.allocate(block_class);
    },
    [](void*, void* block, std::uint8_t block_class) noexcept { give_block_back(block, block_class); },
    nullptr,
};

mailbox_scan::mailbox_scan(std::chrono::nanoseconds limit, std::uint32_t mark) : limit_(limit) {
  worker& here = begin_call("receive");
  here.charge(receive_cost);
  self_ = static_cast<process*>(here.current());
  self_->refuse_in_guard("receive");
  box_ = &self_->mail();
  at_ = mark == no_mark ? box_->begin() : box_->begin_at(mark);
}

bool mailbox_scan::collect() { return self_->collect_mail(); }

bool mailbox_scan::wait() {
  if (limit_ != infinity) return wait_in_time();
  self_->wait(wait_reason::receive);
  return true;
}

bool mailbox_scan::wait_in_time() {
  if (limit_ == limit_.zero()) return false;
  const instant now = self_->home().time().now();
  if (until_ == instant{}) until_ = deadline_after(now, limit_);
  if (now >= until_) return false;
  self_->wait_until(wait_reason::receive_until, until_);
  return true;
}

}  // namespace detail
}  // namespace shoal
