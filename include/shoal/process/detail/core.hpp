// include/shoal/process/detail/core.hpp — a runtime behind its face: the scheduler, the table of processes, the pools.
#ifndef SHOAL_PROCESS_DETAIL_CORE_HPP
#define SHOAL_PROCESS_DETAIL_CORE_HPP

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <shoal/base.hpp>
#include <shoal/memory.hpp>
#include <shoal/sched.hpp>

#include <shoal/process/alias.hpp>
#include <shoal/process/detail/name_table.hpp>
#include <shoal/process/detail/process.hpp>
#include <shoal/process/detail/process_table.hpp>
#include <shoal/process/detail/report_limit.hpp>
#include <shoal/process/detail/send_timer.hpp>
#include <shoal/process/options.hpp>
#include <shoal/process/stop_report.hpp>

namespace shoal::detail {

class core : public std::enable_shared_from_this<core> {
 public:
  /// Checks the options (throws misuse) and starts the workers.
  [[nodiscard]] static std::shared_ptr<core> start(const options& chosen);

  explicit core(const options& chosen);
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  /// How many processes a worker has seen begin and end.
  struct alignas(cache_line) census {
    counter spawned;
    counter ended;
  };

  /// What each worker keeps for this floor.
  struct local final : worker_local {
    local(core& of, census& counts) : home(of), lives(counts), blocks(of.blocks_) {}
    ~local() override {
      free_processes.flush(home.processes_);
      free_timers.flush(home.timers_);
    }

    core& home;
    census& lives;
    block_pool::cache blocks;
    node_cache<runnable> free_processes;
    node_cache<send_timer> free_timers;
    std::uint64_t next_ref = 0;
    std::uint64_t last_ref = 0;
    // What timers that have just fired leave behind.
    send_timer* fired = nullptr;
    envelope* undelivered = nullptr;
    void timers_fired() noexcept override;
    void between_turns() noexcept override;
  };

  /// The calling thread's, if it is a worker of this runtime; else null.
  [[nodiscard]] local* local_here() noexcept;

  struct spawned {
    pid who;
    monitor_ref ref{};
  };
  /// How a parent is tied to its child from the child's first instruction on.
  struct tying {
    bool linked = false;
    bool monitored = false;
  };
  struct request {
    entry* code;
    const spawn_options* chosen = nullptr;
    std::source_location where;
    pid parent;
    tying tied = {};
    std::shared_ptr<end_listener> listener;
  };
  /// Takes `code` over, whatever happens. Throws system_limit, std::bad_alloc, misuse.
  spawned spawn(const request& r);

  /// Delivers or, if there is no such process, drops. Returns how much the receiver had not read before.
  /// Throws misuse for a pid of another runtime; `mail` is gone then, too.
  std::uint32_t send(pid to, envelope* mail) {
    std::uint32_t unread = 0;
    if (process* found = find(to)) [[likely]] {
      mail->to_generation = pid_access::generation(to);
      const pushed done = found->deliver(*mail, unread);
      if (done == pushed::woke) scheduler_.wake(*found);  // R3 of arrivals.
      if (done != pushed::refused) return unread;
    }
    discard(*mail);
    refuse_stranger(to);
    return 0;
  }

  [[nodiscard]] process* find(pid p) const noexcept {
    if (pid_access::node(p) != number_) return nullptr;
    process* found = processes_.find(pid_access::index(p));
    return found != nullptr && found->generation() == pid_access::generation(p) ? found : nullptr;
  }
  [[nodiscard]] bool is_alive(pid p) const noexcept;

  // --- Ties and signals. `self` is the calling process. ----------------------------------------------------------------

  /// Throws misuse for a stranger, exited for want of a peer.
  void link(process& self, pid other);
  void unlink(process& self, pid other);
  struct watching {
    std::string_view name = {};  // By that name.
    std::optional<alias_mode> alias = {};  // It is an alias, too.
    std::uint64_t number = 0;  // Its reference; 0: a new one.
    const tagged_mail* instead = nullptr;  // Comes instead of a `down`. Taken over, whatever happens.
  };
  [[nodiscard]] monitor_ref monitor(process& self, pid target, const watching& how);
  bool demonitor(process& self, monitor_ref ref);
  /// A number that nothing of this runtime has or had: monitors, aliases and requests are known by theirs.
  [[nodiscard]] std::uint64_t new_reference() noexcept;
  void signal(pid to, pid from, const exit_reason& why);
  /// The process of this end, which has been taken off, has ended: tells the other.
  void untie(tie_end& mine, const exit_reason& why);

  // --- Aliases: src/process/aliases.cpp --------------------------------------------------------------------------------

  [[nodiscard]] alias_ref new_alias(process& self, alias_mode mode);
  bool unalias(process& self, const alias_ref& a) noexcept;
  [[nodiscard]] std::pair<monitor_ref, alias_ref> monitor_alias(process& self, pid target, std::string_view name,
                                                                alias_mode mode);
  /// As send() to a pid.
  std::uint32_t send(const alias_ref& to, envelope* mail);
  void drop_alias(tie_end& taken_off) noexcept;

  // --- Suspending: src/process/suspending.cpp --------------------------------------------------------------------------

  void suspend(process& self, pid target);
  bool resume(process& self, pid target);

  // --- Looking: src/process/looking.cpp. From any thread. --------------------------------------------------------------

  [[nodiscard]] std::optional<struct process_info> look(pid p);
  [[nodiscard]] std::vector<pid> all_processes() const;
  [[nodiscard]] struct system_info look_around() const;

  // --- Timers: src/process/timers.cpp ----------------------------------------------------------------------------------

  /// On a worker. Throws system_limit.
  [[nodiscard]] send_timer& take_timer();
  /// On a worker. Takes `mail` over, and `told`, which may be null, into which it writes what it returns.
  timer_ref set_timer(instant due, const destination& to, send_timer& t, envelope* mail, timeout* told);
  /// When it would have fired; `never`: it was not set.
  instant cancel_timer(timer_ref ref) noexcept;
  [[nodiscard]] instant read_timer(timer_ref ref) const noexcept;
  void drop_timer(tie_end& taken_off) noexcept;
  /// What timers could not deliver, on the worker that calls.
  void drop_undelivered() noexcept;

  void* allocate(std::size_t bytes, std::uint8_t& block_class);
  void free(void* block, std::uint8_t block_class) noexcept;
  void discard(envelope& mail) noexcept;
  void discard(entry& code) noexcept;
  [[nodiscard]] block_source blocks() noexcept;

  /// Throws misuse for a process of another runtime.
  void refuse_stranger(pid to) const;
  /// Throws misuse if it was stopped.
  void require_running(const char* what) const;
  /// All processes must end; who spawns now is ended instead.
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(sync::acquire); }
  stop_report stop(std::chrono::nanoseconds limit);

  void log(const report& r) const noexcept;
  [[nodiscard]] report_limit& crash_reports() noexcept { return crash_reports_; }
  /// `parent`, its parent, and so on, as far as they live.
  [[nodiscard]] std::vector<pid> ancestors(pid parent);
  /// Of a process whose block is about to be used again.
  void process_ended(process& p) noexcept;

  [[nodiscard]] name_table& names() noexcept { return names_; }
  [[nodiscard]] scheduler& workers() noexcept { return scheduler_; }
  [[nodiscard]] clock& time() const noexcept { return scheduler_.time(); }
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] const options& chosen() const noexcept { return chosen_; }

 private:
  void log_left_out() noexcept;
  void remember(const std::shared_ptr<end_listener>& listener);
  void release_waiting();
  void count_birth(local* here);
  void uncount_birth(local* here) noexcept;
  [[nodiscard]] process& take_block(local* here);
  void free_timer(send_timer& t) noexcept;
  [[nodiscard]] bool detach_timer(send_timer& t) noexcept;
  [[nodiscard]] bool has_destination(const send_timer& t) const noexcept;
  static void timer_fired(timer& fired, fifo<runnable>& woken) noexcept;
  void tie_parent(tie& made) noexcept;
  [[nodiscard]] tie& make_tie(tie::kind what, pid a, pid b);
  [[nodiscard]] tie& make_monitor(pid by, pid of_whom, monitor_ref ref, const tagged_mail* instead = nullptr);
  /// This side is done with a tie it has taken its end off, or both (`mine_alone`).
  void let_go_of(tie& t, bool mine_alone) noexcept;
  /// Takes off the other end of a monitor.
  void unwatch(tie& taken_off) noexcept;
  [[nodiscard]] alias_ref make_alias(process& self, std::uint64_t number, alias_mode mode);
  void end_suspension(tie& t, const tie_end& mine, bool mine_alone) noexcept;
  [[nodiscard]] std::size_t alive() const noexcept;
  [[nodiscard]] std::vector<pid> ask_all();
  void wait_for(const std::vector<pid>& asked, instant until);
  void kill_all();
  void wait_for_the_end(instant until);
  void wait_for_an_end(std::chrono::nanoseconds nap);
  [[nodiscard]] std::vector<survivor> survivors();

  const options chosen_;
  const std::uint32_t number_;
  const std::uint8_t stack_class_;
  block_pool blocks_;
  scheduler scheduler_;
  process_table processes_;
  name_table names_;
  timer_table timers_;
  report_limit crash_reports_;

  // Threads that are no workers share these, under the lock.
  std::mutex outside_lock_;
  node_cache<runnable> outside_processes_;
  census outside_;
  std::vector<std::weak_ptr<end_listener>> listeners_;

  std::vector<std::unique_ptr<census>> census_;  // One for each worker.
  sync::atomic<unsigned> locals_made_{0};

  sync::atomic<std::uint64_t> refs_given_{0};
  sync::atomic<int> meeting_{0};  // C of timers.
  sync::atomic<bool> closed_{false};  // Nothing comes in from outside any more.
  sync::atomic<bool> stopping_{false};
  bool stopped_ = false;  // Under stop_lock_.
  std::mutex stop_lock_;
  std::mutex end_lock_;
  std::condition_variable one_ended_;
};

}  // namespace shoal::detail

#endif
