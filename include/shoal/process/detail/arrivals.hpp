// include/shoal/process/detail/arrivals.hpp — the outer half of a mailbox: many senders push, the owner takes everything at once.
//
//   head_ → newest → … → oldest → null     or  parked: empty, the owner sleeps     or  closed: the owner is no more
//
// Who       push: any thread. take_all, park, close, reopen: the owner (park on the worker's stack, once the fiber's registers are
//           saved). unpark: whoever must make the owner go on without a message: a timer, a kill.
// Rules     R1 Removal takes all, and push needs only the top it replaces: a reused address is harmless (no ABA).
//           R2 parked and closed are never part of a chain.
//           R3 Whoever moves head_ off parked, and nobody else, makes the owner runnable: so it is woken exactly once.
//           R4 Once closed, every push is refused until reopen; what was in the chain is close()'s to return.
// Pairings  A  push (release) → take_all, close (acquire): the envelope's contents.
//           B  park (release) → push, unpark (acquire): the sleeping fiber's saved registers.
//           C  close (release) → push that finds closed (acquire): all the owner did before it died.
//           D  a request to end: flag set (seq_cst), then unpark (seq_cst)  |  park (seq_cst), then flag read (seq_cst). Else the
//              owner could park without having seen the flag, and unpark miss the parking.
#ifndef SHOAL_PROCESS_DETAIL_ARRIVALS_HPP
#define SHOAL_PROCESS_DETAIL_ARRIVALS_HPP

#include <cstdint>

#include <shoal/base.hpp>

namespace shoal::detail {

enum class pushed : std::uint8_t {
  queued,
  woke,     ///< The caller now has the duty of R3.
  refused,  ///< The owner is dead; the node is still the caller's.
};

template <class Node>
class basic_arrivals {
 public:
  [[nodiscard]] pushed push(Node& mail) noexcept {
    Node* seen = head_.load(sync::acquire);  // A guess the exchange corrects; acquire: C, if it is closed.
    for (;;) {
      if (seen == closed()) return pushed::refused;       // R4
      mail.next = seen == parked() ? nullptr : seen;      // R2
      SHOAL_DELAY_POINT("arrivals: linked, not pushed");
      if (head_.compare_exchange_weak(seen, &mail, sync::acq_rel,  // release: A; acquire: B, if we wake.
                                      sync::acquire))              // C
        return seen == parked() ? pushed::woke : pushed::queued;
    }
  }

  /// Newest first, or null. One acquire covers all senders: each push extends the earlier release sequences.
  [[nodiscard]] Node* take_all() noexcept {
    if (head_.load(sync::relaxed) == nullptr) return nullptr;
    Node* chain = head_.exchange(nullptr, sync::acquire);  // A
    SHOAL_ASSERT(chain != parked() && chain != closed());  // A running owner is neither (R3, R4).
    return chain;
  }

  /// False: mail came first.
  [[nodiscard]] bool park() noexcept {
    Node* none = nullptr;
    SHOAL_DELAY_POINT("arrivals: about to park");
    return head_.compare_exchange_strong(none, parked(), sync::seq_cst, sync::relaxed);  // B, D
  }

  /// True: the owner was parked, and R3 is the caller's.
  [[nodiscard]] bool unpark() noexcept {
    Node* sleeping = parked();
    SHOAL_DELAY_POINT("arrivals: about to unpark");
    return head_.compare_exchange_strong(sleeping, nullptr, sync::seq_cst, sync::relaxed);  // B, D
  }

  /// Refuses from now on; returns what had come, newest first.
  [[nodiscard]] Node* close() noexcept {
    Node* chain = head_.exchange(closed(), sync::acq_rel);  // A, C
    SHOAL_ASSERT(chain != parked() && chain != closed());
    return chain;
  }

  /// For the next owner, before anybody can address it.
  void reopen() noexcept { head_.store(nullptr, sync::release); }

  [[nodiscard]] bool empty() const noexcept { return head_.load(sync::relaxed) == nullptr; }

 private:
  static Node* parked() noexcept { return reinterpret_cast<Node*>(std::uintptr_t{1}); }
  static Node* closed() noexcept { return reinterpret_cast<Node*>(std::uintptr_t{2}); }

  sync::atomic<Node*> head_{nullptr};  // Shared: all senders write it.
};

}  // namespace shoal::detail

#endif
