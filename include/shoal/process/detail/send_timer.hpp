// include/shoal/process/detail/send_timer.hpp — a message that waits for its time, and the table of all of them.
//
//   worker's wheel → send_timer ← hook in the ties of its destination, if that is a pid
//
// Who       who sets it; then whoever takes it out of its wheel (who fires or cancels it), or off its destination (that, or its end).
// Rules     R1 A block never becomes anything but a timer again. `number` tells its timers apart. Who wants one by its number
//              compares under the lock of the wheel it is armed in: an armed timer does not change.
//           R2 It has two holders, its wheel and its destination. Who takes it out of the wheel takes it off the destination, too, if it
//              is still attached there, and it is his. If not, the destination is ending: the second to let go frees it.
//           R3 The destination's lock may be taken under a wheel's, never the other way round.
// Pairings  A  made_ (release) → find (acquire): the block and its chunk.
//           B  let_go exchanged (acq_rel) → the other holder's exchange: the second sees all the first did, and frees the timer.
//           C  set: armed_in_ stored; fence; the destination's flags read  |  its end: flags changed (seq_cst); armed_in_ read (seq_cst).
//              Else a destination could end while its timer is set, and neither cancel it.
#ifndef SHOAL_PROCESS_DETAIL_SEND_TIMER_HPP
#define SHOAL_PROCESS_DETAIL_SEND_TIMER_HPP

#include <cstddef>
#include <cstdint>
#include <string>

#include <shoal/base.hpp>
#include <shoal/memory.hpp>
#include <shoal/sched.hpp>

#include <shoal/process/detail/envelope.hpp>
#include <shoal/process/detail/ties.hpp>
#include <shoal/process/pid.hpp>
#include <shoal/process/timers.hpp>

namespace shoal::detail {

class core;

struct alignas(cache_line) send_timer final : timer, tie_end {
  send_timer(core& of, std::uint64_t first_number, fired_function when_fired) noexcept
      : timer(when_fired), home(of), number(first_number) {
    side = tie_end::is_timer;
  }

  [[nodiscard]] bool is(timer_ref ref) const noexcept { return number == static_cast<std::uint64_t>(ref); }

  send_timer* next = nullptr;  // While it is free.
  core& home;
  std::uint64_t number;  // Its place in the table, and above that how many timers it has been.
  envelope* mail = nullptr;  // While it is in a wheel.
  pid to;
  std::string* name = nullptr;  // Instead of `to`.
  sync::atomic<bool> let_go{false};  // One of its holders has (R2).
};

static_assert(sizeof(send_timer) == 128, "millions of them");

class timer_table final : public depot<send_timer> {
 public:
  timer_table(core& home, timer::fired_function when_fired);
  ~timer_table() override;

  /// The block of a timer with that number; null if there never was one.
  [[nodiscard]] send_timer* find(timer_ref ref) const noexcept;
  /// Makes the block another timer.
  [[nodiscard]] static timer_ref renumber(send_timer& t) noexcept {
    return timer_ref{t.number += std::uint64_t{1} << index_bits};
  }

 private:
  static constexpr int index_bits = 28;
  static constexpr std::uint32_t per_chunk = 1024;
  static constexpr std::uint32_t chunks_max = (std::uint32_t{1} << index_bits) / per_chunk;

  node_batch<send_timer> make() override;
  [[nodiscard]] send_timer* block(std::uint32_t index) const noexcept { return chunks_[index / per_chunk] + index % per_chunk; }

  core& home_;
  const timer::fired_function fired_;
  page_slab pages_{"timers"};
  send_timer** chunks_;
  sync::atomic<std::uint32_t> made_{0};
};

}  // namespace shoal::detail

#endif
