// include/shoal/process/detail/process.hpp — the control block of a process: 256 bytes in memory that is always a control block.
//
// Who       the inbox and the flags: anybody. All else: the process itself, or the worker that starts or ends it.
// Rules     R1 A block never becomes anything but a process again, so a late sender may look at it at any time.
//           R2 `generation` tells the block's processes apart: it moves on when one has ended. A message says which one it is for,
//              and the mailbox drops what is not for its process: the check before a push may be out of date, this one is not.
//           R3 A process has ended, for everybody, once `generation` has moved on.
//           R4 Ties, fate_, rare_ and the flags marked so change under the lock. A process that is not `dying` while somebody holds the
//              lock does not end before the lock is free: all of it but its mailbox may be looked at.
//           R5 A doomed process whose code does not come back can be `written_off`, by whoever finds out: he moves `generation` on,
//              and tells the others in its place. When it comes back after all, it ends without a word.
// Pairings  E  generation_ moved on (release) → address lookup (acquire).
//           F  generation_ moved on, then in_use set again (release) → flags_ read (acquire), then generation_.
#ifndef SHOAL_PROCESS_DETAIL_PROCESS_HPP
#define SHOAL_PROCESS_DETAIL_PROCESS_HPP

#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include <shoal/base.hpp>
#include <shoal/sched.hpp>

#include <shoal/process/detail/arrivals.hpp>
#include <shoal/process/detail/entry.hpp>
#include <shoal/process/detail/envelope.hpp>
#include <shoal/process/detail/local_store.hpp>
#include <shoal/process/detail/mailbox.hpp>
#include <shoal/process/detail/ties.hpp>
#include <shoal/process/options.hpp>
#include <shoal/process/pid.hpp>
#include <shoal/process/process_info.hpp>
#include <shoal/process/stop_report.hpp>

namespace shoal::detail {

class core;

/// Throws misuse: `what` was called by a guard.
[[noreturn]] SHOAL_COLD void called_in_guard(const char* what);

/// Told outside the runtime when a process has ended, or held out when its runtime was stopped.
class end_listener {
 public:
  virtual ~end_listener() = default;
  virtual void ended(exit_reason why) noexcept = 0;
};

class alignas(cache_line) process final : public runnable, private timer {
 public:
  process(core& home, std::uint32_t index) noexcept;

  // --- A life, in this order -----------------------------------------------------------------------------------------

  struct birth {
    entry* code;
    pid parent;
    const spawn_options* options;  // Null: defaults.
    std::source_location where;
    std::uint8_t stack_class;
    std::shared_ptr<end_listener> listener;  // Null: nobody.
  };
  /// Before anybody can address it. Throws std::bad_alloc; nothing has happened then.
  void be_born(const birth& b);
  [[nodiscard]] pid address() const noexcept;
  [[nodiscard]] pid address_of(std::uint64_t generation) const noexcept;

  // --- From anywhere -------------------------------------------------------------------------------------------------

  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(sync::acquire); }  // E
  [[nodiscard]] bool lives(std::uint64_t generation) const noexcept {
    // In this order: a block whose flags are those of a process has that process's generation (F).
    const std::uint32_t seen = flags_.load(sync::acquire);
    return (seen & (in_use | doomed | dying)) == in_use && generation_.load(sync::acquire) == generation;
  }
  /// It is doomed, and its destructors have not run yet. Under the lock.
  [[nodiscard]] bool is_ending(std::uint64_t of_generation) const noexcept {
    return (flags_.load(sync::relaxed) & (in_use | doomed | dying)) == (in_use | doomed) && generation() == of_generation;
  }
  [[nodiscard]] bool unused() const noexcept { return (flags_.load(sync::acquire) & in_use) == 0; }

  /// Takes `mail` unless it is dead. After `woke`, the caller makes it runnable.
  /// `unread`: how much it had not read before.
  [[nodiscard]] pushed deliver(envelope& mail, std::uint32_t& unread) noexcept { return inbox_.push(mail, unread); }
  /// It ends at its next call into the runtime, or at once if it waits.
  void kill(std::uint64_t generation) noexcept;

  /// Notes that it has a name. False: it does not live.
  [[nodiscard]] bool take_name(std::uint64_t generation) noexcept;

  /// What an observer may see of it. Nothing: it is not that process, or is about to be none.
  [[nodiscard]] std::optional<struct process_info> look(std::uint64_t generation);
  /// Who spawned it; `pid{}` also if it is not that process any more.
  [[nodiscard]] pid parent_of(std::uint64_t generation);
  /// What it did when its runtime had to stop. Nothing: it has ended.
  [[nodiscard]] std::optional<survivor> last_seen();

  // --- Ties and fate: by whoever holds the lock ----------------------------------------------------------------------

  [[nodiscard]] sync::spin_lock& lock() noexcept { return lock_; }
  void attach(tie_end& end) noexcept;
  void detach(tie_end& end) noexcept;
  /// Null: there is none.
  [[nodiscard]] tie* find_link(pid other) noexcept;
  [[nodiscard]] tie* find_monitor(monitor_ref ref) noexcept;
  [[nodiscard]] tie* find_suspension(pid other) noexcept;
  [[nodiscard]] alias_end* find_alias(std::uint64_t number) noexcept;
  /// Whether a message through that alias comes in. What the alias took with it is taken off, and becomes the caller's to drop.
  [[nodiscard]] bool let_in(std::uint64_t number, alias_end*& used_up, tie*& ended) noexcept;

  [[nodiscard]] bool traps_exits() const noexcept { return (flags_.load(sync::relaxed) & trapping) != 0; }
  /// Decides that it ends, and why: `fate` holds an exit_signal; null: it is killed. It must live. The caller calls come_and_see()
  /// when it has let go of the lock.
  void doom(envelope* fate) noexcept;
  /// Makes it look at its flags if it is parked. Without the lock.
  void come_and_see();

  /// What few processes have.
  struct rare {
    std::string label;
    std::shared_ptr<end_listener> listener;
    exit_reason why = exit_reason::normal;  // For the listener, once it has died.
    std::unique_ptr<tie_index> index;  // While there are many ties.
    unsigned holds = 0;  // Suspensions of it.
    // Owner only.
    local_store locals;
    std::vector<void*> trace;  // Return addresses where it threw what nobody caught, innermost first.
  };
  /// Throws std::bad_alloc. It must live.
  rare& has_rare();
  /// It is suspended once more; it has_rare().
  void add_one_hold() noexcept;
  /// True: that was the last one, and it stood still. Without the lock, the caller makes it runnable.
  [[nodiscard]] bool release_one_hold() noexcept;
  /// Suspended, it will do nothing more.
  [[nodiscard]] bool stands_still() noexcept;

  // --- By itself -----------------------------------------------------------------------------------------------------

  /// Called when the calling thread is about to std::terminate: if that is because its process is being unwound and has a frame
  /// that does not let exceptions out, that process ends here with its stack as it is. Else returns.
  static void give_up_stack() noexcept;

  [[nodiscard]] core& home() const noexcept { return home_; }
  [[nodiscard]] bool is_written_off() const noexcept { return (flags_.load(sync::relaxed) & written_off) != 0; }
  /// What process_local objects have stored for it. Throws std::bad_alloc.
  [[nodiscard]] local_store& locals();
  /// In the search for a handler of what the calling process throws: nobody is going to catch it.
  static void note_trace() noexcept;
  [[nodiscard]] mailbox& mail() noexcept { return mailbox_; }

  /// Moves what has arrived into the mailbox. False: nothing has.
  bool collect_mail() noexcept;
  /// Throws misuse if a guard of its own looks at a message: `what` would take out mail under the outer receive's hand.
  void refuse_in_guard(const char* what) const {
    if (mailbox_.guarding()) [[unlikely]]
      called_in_guard(what);
  }
  /// Drops the `down` of that monitor if it has come.
  void drop_down(monitor_ref ref) noexcept;

  /// Suspends until mail comes; may return early. `why` is shown to observers. Whoever is doomed ends here.
  /// All mail must have been collected.
  void wait(wait_reason why) {
    obey();
    set_waits_for(why);
    worker::suspend(*current_worker(), &park);
    obey();
  }
  /// The same, and not longer than until then.
  void wait_until(wait_reason why, instant until);

  /// For a spawn while the runtime stops: drops `code` and ends the process here, as soon as it can be unwound.
  SHOAL_COLD void end_instead_of_running(entry& code);

  /// Ends the turn: lets others go first. Whoever is doomed ends here.
  SHOAL_COLD void turn_over();

  /// Ends the process here if it is doomed and can be unwound now; holds it up as long as it is suspended; goes on leaving a stack that
  /// is to be left. True: it has perhaps been suspended, and goes on on another worker.
  bool obey() {
    if ((flags_.load(sync::relaxed) & (doomed | suspended | anew)) == 0) [[likely]]
      return false;
    obey_signals();
    return true;
  }

  /// Drops the stack; what `code` does comes next, on a fresh one, when there is a message. Takes `code` over.
  [[noreturn]] void hibernate(entry& code);

  /// Returns what it was before.
  bool trap_exits(bool on);

 private:
  friend class core;

  static constexpr std::uint32_t in_use = 1u << 0;  // Between birth and the block's return.
  static constexpr std::uint32_t rang = 1u << 1;  // Its alarm has fired.
  static constexpr std::uint32_t has_locals = 1u << 2;  // By itself.
  static constexpr std::uint32_t anew = 1u << 3;  // It leaves its stack, and could swallow that; code_ comes next. By itself.
  // These change under the lock.
  static constexpr std::uint32_t doomed = 1u << 4;  // It must end; fate_ says why.
  static constexpr std::uint32_t unwinding = 1u << 5;  // Its fate is taking effect.
  static constexpr std::uint32_t written_off = 1u << 6;  // R5.
  static constexpr std::uint32_t dying = 1u << 7;  // It has begun to tell others of its end.
  static constexpr std::uint32_t has_ties = 1u << 8;  // Once it is dying: there are others to tell.
  static constexpr std::uint32_t trapping = 1u << 9;  // Exit signals become messages.
  static constexpr std::uint32_t named = 1u << 10;  // It has, or had, a name.
  static constexpr std::uint32_t suspended = 1u << 11;  // It must stand still.
  static constexpr std::uint32_t held = 1u << 12;  // It stands still. Who clears this makes it runnable.

  static constexpr std::uint32_t rests = 1u << 14;  // code_ comes next, when there is a message. By itself.
  static constexpr std::uint32_t moved_on = 1u << 13;  // And its generation has.

  void body() noexcept override;
  void ended() noexcept override;
  void could_not_start(const char* why) noexcept override;
  [[nodiscard]] bool overdue() const noexcept override;
  void write_off() noexcept override;

  SHOAL_COLD void obey_signals();
  void end_if_possible();
  void hold_while_suspended();
  [[nodiscard]] exit_reason run_code() noexcept;
  [[nodiscard]] bool begins_anew() const noexcept;
  void leave_code() noexcept;
  void drop_locals() noexcept;
  [[noreturn]] void leave_stack() noexcept;
  void die(exit_reason why) noexcept;
  enum class beginning : std::uint8_t { by_itself, doomed, written_off };
  [[nodiscard]] beginning begin_to_die(exit_reason& why) noexcept;
  [[nodiscard]] bool is_being_unwound() const noexcept;
  SHOAL_COLD void explain_terminate() noexcept;
  [[nodiscard]] std::vector<void*> take_trace() noexcept;
  [[nodiscard]] report begin_report(report::kind what, exit_reason why) const;
  SHOAL_COLD void report_crash(const exit_reason& why) noexcept;
  SHOAL_COLD void report_stuck_unwind() noexcept;
  [[nodiscard]] SHOAL_COLD std::optional<report> report_of_writing_off(const exit_reason& why) const noexcept;
  void give_up_mail() noexcept;
  void tell_others(const exit_reason& why) noexcept;
  [[nodiscard]] tie_end* take_tie(std::uint64_t generation) noexcept;
  void end_tie(tie_end& taken_off, const exit_reason& why) noexcept;
  void pay(int reductions) noexcept;
  [[nodiscard]] std::string_view label() const noexcept { return rare_ != nullptr ? rare_->label : std::string_view{}; }
  [[nodiscard]] process_status status() const noexcept;
  [[nodiscard]] std::size_t used_stack_bytes() const noexcept;
  [[nodiscard]] std::size_t memory_bytes(std::size_t ties, std::size_t messages) const noexcept;
  [[nodiscard]] tie_end* find_tie(const tie_key& wanted) noexcept;
  void make_tie_index() noexcept;
  static bool park(worker& here, runnable& r) noexcept;
  static bool stand_still(worker& here, runnable& r) noexcept;
  static bool rest(worker& here, runnable& r) noexcept;
  static void time_is_up(timer& t, fifo<runnable>& woken) noexcept;

  // Shared: senders write here.
  basic_arrivals<envelope> inbox_;
  sync::atomic<std::uint32_t> flags_{0};
  // Immutable, or changed only between two lives.
  const std::uint32_t index_;
  sync::atomic<std::uint64_t> generation_{1};
  // Owner only.
  mailbox mailbox_;
  core& home_;
  entry* code_ = nullptr;  // Until it runs.
  bool fate_deferred_ = false;  // An exception was on its way when the process saw that it is doomed.
  bool finished_ = false;  // Its code has been left.
  // Under the lock.
  sync::spin_lock lock_;
  std::uint32_t parent_index_ = 0;
  tie_list ties_;
  envelope* fate_ = nullptr;  // Holds an exit_signal, whose reason is this process's; null: killed.
  std::uint64_t parent_generation_ = 0;
  std::source_location place_;
  std::unique_ptr<rare> rare_;
};

static_assert(under_sanitizer || sizeof(process) <= 256, "a million of them: see docs/performance.md");

/// Before the program is terminated for an `exited` that nobody caught: says on stderr why that was thrown.
void explain_uncaught_exit() noexcept;

/// Throws misuse: `what` was called by no process.
[[noreturn]] SHOAL_COLD void not_a_process(const char* what);

/// The process that calls. Throws misuse, naming `what`, if none does.
[[nodiscard]] process& calling_process(const char* what);
/// The same, at the beginning of a call that costs so much: who is doomed ends here, and so does a turn that is used up.
process& begin_call_by_process(const char* what, int reductions);

}  // namespace shoal::detail

#endif
