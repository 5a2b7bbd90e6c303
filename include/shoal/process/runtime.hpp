// include/shoal/process/runtime.hpp — a runtime: workers that run processes. A program may have several.
#ifndef SHOAL_PROCESS_RUNTIME_HPP
#define SHOAL_PROCESS_RUNTIME_HPP

#include <chrono>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <shoal/base.hpp>

#include <shoal/process/alias.hpp>
#include <shoal/process/message.hpp>
#include <shoal/process/options.hpp>
#include <shoal/process/pid.hpp>
#include <shoal/process/process_info.hpp>
#include <shoal/process/send.hpp>
#include <shoal/process/spawn.hpp>
#include <shoal/process/stop_report.hpp>

namespace shoal {

namespace detail {

class core;

// What comes out of a first process. Shared by the process and the thread that waits for it.
template <class R>
struct outlet {
  std::optional<R> value;
};
template <>
struct outlet<void> {};

}  // namespace detail

/// Starts its workers when made; ends all its processes when destroyed.
/// Threads: all member functions may be called from any thread, also at once, except that destruction comes last.
class SHOAL_API runtime {
 public:
  /// Errors: misuse for options that make no sense, system_limit for want of memory, std::system_error for want of threads.
  explicit runtime(const options& chosen = {});
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;
  /// stop(5 s), asking included. Processes that held out are reported to the log.
  ~runtime();

  /// Runs `f()` as a process, waits until that has ended, and returns what `f` returned. Other processes go on living.
  /// Call from: any thread that is no worker; in a process it throws misuse.   Suspends: the calling thread.
  /// Errors: `exited` with the process's reason if it did not return (an exception nobody caught: an error reason; the runtime
  /// was stopped: killed; where there is a value to return, exit(normal), too).
  template <class F>
  auto run(F&& f, std::source_location where = std::source_location::current()) {
    using result = std::invoke_result_t<std::decay_t<F>&>;
    static_assert(!std::is_same_v<result, message>, "shoal: a shoal::message cannot leave its runtime.");
    require_outside();
    detail::refuse_missing(f);
    auto out = std::make_shared<detail::outlet<result>>();
    auto first = [code = std::decay_t<F>(std::forward<F>(f)), out]() mutable {
      if constexpr (std::is_void_v<result>) code();
      else out->value.emplace(code());
    };
    run_packed(detail::pack(blocks(), std::move(first)), where);
    if constexpr (!std::is_void_v<result>) {
      if (!out->value) throw exited{exit_reason::normal};  // It ended itself before it had a value.
      return result(std::move(*out->value));
    }
  }

  /// shoal::spawn for threads that are no process. In a process it spawns into this runtime.
  template <class... Args>
  pid spawn(detail::entry_for<Args...> f, Args&&... args) {
    return spawn_packed(f.pack(blocks(), std::forward<Args>(args)...), nullptr, f.where);
  }
  template <class... Args>
  pid spawn(const spawn_options& chosen, detail::entry_for<Args...> f, Args&&... args) {
    return spawn_packed(f.pack(blocks(), std::forward<Args>(args)...), &chosen, chosen.where);
  }

  /// shoal::send for threads that are no process. Messages of one thread to one process arrive in order.
  /// Errors: misuse if the runtime has been stopped, or `to` is a process of another one.
  template <class M>
  void send(pid to, M&& value) {
    post(to, detail::envelope_for(blocks(), std::forward<M>(value)));
  }
  /// Sends on what `m` holds. Errors: also misuse if it was received in another runtime, or is empty.
  void send(pid to, message&& m);
  /// The same through an alias.
  template <class M>
  void send(alias_ref to, M&& value) {
    post(to, detail::envelope_for(blocks(), std::forward<M>(value)));
  }
  void send(alias_ref to, message&& m);

  [[nodiscard]] bool is_alive(pid p) const noexcept;
  /// shoal::process_info, shoal::processes, shoal::system_info for threads that are no process. Also of a runtime that was stopped.
  [[nodiscard]] std::optional<struct process_info> process_info(pid p) const;
  [[nodiscard]] std::vector<pid> processes() const;
  [[nodiscard]] struct system_info system_info() const;

  /// Ends all processes, then the workers. Who traps exits is asked first: it gets an `exit_signal` with `shutdown` from `pid{}`, and
  /// has time to put things in order: until all who were asked have ended, or nobody does anything any more, at most half of
  /// `limit`. Then all are killed (their destructors run). Bounded: what has not ended after `limit` is given up and told in the
  /// report; a process in an endless loop keeps its thread. From the call on run, spawn and send throw misuse.
  /// Call from: any thread outside this runtime; a process of it gets misuse. A second call does nothing.
  template <class Rep, class Period>
  stop_report stop(std::chrono::duration<Rep, Period> limit) {
    return stop_within(detail::saturated(limit));
  }

 private:
  [[nodiscard]] detail::block_source blocks() const noexcept;
  void require_outside() const;
  void run_packed(detail::entry* code, std::source_location where);
  pid spawn_packed(detail::entry* code, const spawn_options* chosen, std::source_location where);
  void post(pid to, detail::envelope* mail);
  void post(const alias_ref& to, detail::envelope* mail);
  stop_report stop_within(std::chrono::nanoseconds limit);

  std::shared_ptr<detail::core> core_;
};

/// Makes a runtime, runs `f()` as its first process, and returns its value; then ends every other process.
/// Call from: any thread that is no worker.   Errors: as runtime's constructor and runtime::run.
/// Example: `int main() { return shoal::run([] { return 0; }); }`
template <class F>
auto run(F&& f, std::source_location where = std::source_location::current()) {
  runtime whole;
  return whole.run(std::forward<F>(f), where);
}
template <class F>
auto run(const options& chosen, F&& f, std::source_location where = std::source_location::current()) {
  runtime whole(chosen);
  return whole.run(std::forward<F>(f), where);
}

}  // namespace shoal

#endif
