#include <new>
#include <string>

#include <shoal/process/detail/core.hpp>
#include <shoal/process/detail/send_timer.hpp>

namespace shoal::detail {
namespace {

constexpr std::size_t page = 4096;
constexpr std::uint32_t batch = 64;

}  // namespace

timer_table::timer_table(core& home, timer::fired_function when_fired) : depot(batch), home_(home), fired_(when_fired) {
  chunks_ = static_cast<send_timer**>(pages_.map((chunks_max * sizeof(send_timer*) + page - 1) / page * page, page));
}

timer_table::~timer_table() {
  const std::uint32_t made = made_.load(sync::relaxed);
  for (std::uint32_t i = 0; i < made; ++i) {
    send_timer& t = *block(i);
    if (t.mail != nullptr) home_.discard(*t.mail);  // Its wheel is no more.
    delete t.name;
    t.~send_timer();
  }
}

send_timer* timer_table::find(timer_ref ref) const noexcept {
  const auto index = static_cast<std::uint32_t>(static_cast<std::uint64_t>(ref) & ((std::uint64_t{1} << index_bits) - 1));
  return index < made_.load(sync::acquire) ? block(index) : nullptr;  // A
}

node_batch<send_timer> timer_table::make() {
  const std::uint32_t first = made_.load(sync::relaxed);
  if (first == chunks_max * per_chunk) throw system_limit("shoal: 268,435,456 timers are set, and there can be no more.");
  if (first % per_chunk == 0) {
    room_for(first + per_chunk);
    chunks_[first / per_chunk] = static_cast<send_timer*>(pages_.map(per_chunk * sizeof(send_timer), page));
  }
  node_batch<send_timer> made;
  for (std::uint32_t i = first; i < first + batch; ++i, ++made.count) {
    auto* fresh = ::new (static_cast<void*>(block(i))) send_timer(home_, i, fired_);
    fresh->next = made.first;
    made.first = fresh;
  }
  made_.store(first + batch, sync::release);  // A
  return made;
}

}  // namespace shoal::detail
