// include/shoal/sched/detail/sysmon.hpp — a thread that sees to it that work behind a long turn is found by who has time.
//
// A worker that has just been woken by nobody but itself (a process sends, and goes on computing) does not wake others for what lies
// in its own reach; nor do sleepers look at other workers' timers. While any worker is awake, this thread looks every few
// milliseconds whether one has not come back for all that time, and if so, and if there is something behind it, wakes a sleeper,
// whose search does the rest. While all workers sleep, so does this thread, without any timer.
//
// Who       note_awake: a worker that stops sleeping. The rest: the thread itself, and the scheduler.
// Rules     R1 The kernel timer runs while armed_ is set; it fires once. Whoever finds armed_ clear and a worker awake sets it.
// Pairings  A  thread: armed_ cleared; fence; sleepers read  |  worker: no longer counted as asleep; fence; armed_ read. Else both could
//              think that the other will arm it.
#ifndef SHOAL_SCHED_DETAIL_SYSMON_HPP
#define SHOAL_SCHED_DETAIL_SYSMON_HPP

#include <functional>

#include <shoal/base.hpp>

namespace shoal::detail {

class sysmon {
 public:
  /// `look` is called on the thread after each period in which some worker was awake; it returns whether one still is.
  explicit sysmon(std::function<bool()> look);
  sysmon(const sysmon&) = delete;
  sysmon& operator=(const sysmon&) = delete;
  ~sysmon();

  /// The thread's main function: returns after stop().
  void run() noexcept;
  void stop() noexcept;

  /// Any worker, when it stops sleeping. A system call only if the timer does not run.
  void note_awake() noexcept {
    sync::store_load_fence(meeting_);  // A
    if (!armed_.load(sync::relaxed) && !armed_.exchange(true, sync::seq_cst)) arm();
  }

 private:
  void arm() noexcept;

  const std::function<bool()> look_;
  int timer_ = -1;
  sync::atomic<int> meeting_{0};
  sync::atomic<bool> armed_{false};
  sync::atomic<bool> stopping_{false};
};

}  // namespace shoal::detail

#endif
