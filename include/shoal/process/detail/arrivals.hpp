// include/shoal/process/detail/arrivals.hpp — the outer half of a mailbox: many senders push, the owner takes everything at once.
//
//   head_ → newest → … → oldest → null     or  parked: empty, the owner sleeps     or  closed: the owner is no more
//   handed_ → the message that woke the owner, older than all in the chain
//
// The upper 16 bits of head_ count what the owner has not read, so that every sender sees, at no cost, how far it lags behind.
//
// Who       push: any thread. take_all, park, close, reopen: the owner (park by what runs next on its worker, once its registers are
//           saved). unpark: whoever must make the owner go on without a message: a timer, a kill.
// Rules     R1 Removal takes all, and push needs only the top it replaces: a reused address is harmless (no ABA).
//           R2 parked and closed are never part of a chain.
//           R3 Whoever moves head_ off parked, and nobody else, makes the owner runnable: so it is woken exactly once. In between,
//              the owner is its own: a push that wakes leaves its message in handed_, which spares the owner an exchange.
//           R4 Once closed, every push is refused until reopen; what was in the chain is close()'s to return.
// Pairings  A  push (release) → take_all, close (acquire): the envelope's contents.
//           B  park (release) → push, unpark (acquire): the sleeping fiber's saved registers.
//           C  close (release) → push that finds closed (acquire): all the owner did before it died.
//           D  a request to end: flag set (seq_cst), then unpark (seq_cst)  |  park (seq_cst), then flag read (seq_cst). Else the
//              owner could park without having seen the flag, and unpark miss the parking.
//           E  handed_ written, then the owner made runnable (the run queues' release) → the owner runs (their acquire).
#ifndef SHOAL_PROCESS_DETAIL_ARRIVALS_HPP
#define SHOAL_PROCESS_DETAIL_ARRIVALS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <shoal/base.hpp>

namespace shoal::detail {

enum class pushed : std::uint8_t {
  queued,
  woke,  ///< The caller now has the duty of R3.
  refused,  ///< The owner is dead; the node is still the caller's.
};

template <class Node>
class basic_arrivals {
 public:
  /// `unread` becomes what the owner had not read before this one; counts to 65,535.
  [[nodiscard]] pushed push(Node& mail, std::uint32_t& unread) noexcept {
    word seen = head_.load(sync::acquire);  // A guess the exchange corrects; acquire: C, if it is closed.
    for (;;) {
      if (seen == closed) return pushed::refused;  // R4
      const bool wakes = seen == parked;
      mail.next = wakes ? nullptr : chain_of(seen);  // R2
      const word next = wakes ? empty : pack(&mail, unread_of(seen) + 1);
      SHOAL_DELAY_POINT("arrivals: linked, not pushed");
      if (head_.compare_exchange_weak(seen, next, sync::acq_rel,  // release: A; acquire: B, if we wake.
                                      sync::acquire)) {  // C
        unread = wakes ? 0 : unread_of(seen);
        if (!wakes) return pushed::queued;
        handed_.store(&mail, sync::relaxed);  // R3, E
        return pushed::woke;
      }
    }
  }

  /// Hands all mail to `accept` in chains that are newest first, older chains first. False: there was none.
  /// `kept`: how much the owner has taken before and not read.
  template <class Accept>
  bool take_all(std::size_t kept, Accept accept) noexcept {
    Node* const handed = take_handed();
    if (handed != nullptr) accept(handed);
    const word seen = head_.load(sync::relaxed);
    if (chain_of(seen) == nullptr) return handed != nullptr;
    // It has still to read all that. One acquire covers all senders: each push extends the earlier release sequences.
    const std::size_t came = unread_of(seen) - std::min(counted_.load(sync::relaxed), unread_of(seen));
    const std::size_t unread = std::min(kept + came, most_counted);
    counted_.store(static_cast<std::uint32_t>(unread), sync::relaxed);
    const word taken = head_.exchange(pack(nullptr, unread), sync::acquire);  // A
    SHOAL_ASSERT(taken != parked && taken != closed);  // A running owner is neither (R3, R4).
    accept(chain_of(taken));
    return true;
  }

  /// False: mail came first.
  [[nodiscard]] bool park() noexcept {
    word none = head_.load(sync::relaxed);
    if (chain_of(none) != nullptr) return false;
    const std::uint32_t before = counted_.load(sync::relaxed);
    counted_.store(0, sync::relaxed);  // Who wakes the owner begins to count anew.
    SHOAL_DELAY_POINT("arrivals: about to park");
    if (head_.compare_exchange_strong(none, parked, sync::seq_cst, sync::relaxed)) return true;  // B, D
    counted_.store(before, sync::relaxed);
    return false;
  }

  /// True: the owner was parked, and R3 is the caller's.
  [[nodiscard]] bool unpark() noexcept {
    word sleeping = parked;
    SHOAL_DELAY_POINT("arrivals: about to unpark");
    return head_.compare_exchange_strong(sleeping, empty, sync::seq_cst, sync::seq_cst);  // B, D; a failure, too.
  }

  /// Refuses from now on; hands what had come to `accept`, as take_all() does.
  template <class Accept>
  void close(Accept accept) noexcept {
    if (Node* const handed = take_handed()) accept(handed);
    const word taken = head_.exchange(closed, sync::acq_rel);  // A, C
    SHOAL_ASSERT(taken != parked && taken != closed);
    if (Node* const chain = chain_of(taken)) accept(chain);
  }

  /// For observers: true only while the owner sleeps and nobody has woken it.
  [[nodiscard]] bool is_parked() const noexcept { return head_.load(sync::acquire) == parked; }
  /// For observers: how much has come that the owner has not taken. Counts to 65,535; a guess while the owner takes.
  [[nodiscard]] std::size_t size() const noexcept {
    const word seen = head_.load(sync::acquire);
    if (seen == parked || seen == closed) return 0;
    const std::uint32_t unread = unread_of(seen);
    const std::size_t handed = handed_.load(sync::relaxed) != nullptr ? 1 : 0;
    return unread - std::min(counted_.load(sync::relaxed), unread) + handed;
  }

  [[nodiscard]] bool is_closed() const noexcept { return head_.load(sync::acquire) == closed; }  // C

  /// For the next owner, before anybody can address it.
  void reopen() noexcept {
    counted_.store(0, sync::relaxed);
    head_.store(empty, sync::release);
  }

 private:
  using word = std::uint64_t;
  static constexpr int address_bits = 48;
  static constexpr word address_mask = (word{1} << address_bits) - 1;
  static constexpr std::size_t most_counted = 0xffff;
  static constexpr word empty = 0;
  static constexpr word parked = 1;
  static constexpr word closed = 2;

  static word pack(Node* chain, std::size_t unread) noexcept {
    return (static_cast<word>(std::min(unread, most_counted)) << address_bits) | reinterpret_cast<std::uintptr_t>(chain);
  }
  static Node* chain_of(word w) noexcept { return reinterpret_cast<Node*>(static_cast<std::uintptr_t>(w & address_mask)); }
  static std::uint32_t unread_of(word w) noexcept { return static_cast<std::uint32_t>(w >> address_bits); }

  [[nodiscard]] Node* take_handed() noexcept {
    Node* const handed = handed_.load(sync::relaxed);  // E
    if (handed != nullptr) handed_.store(nullptr, sync::relaxed);
    return handed;
  }

  sync::atomic<word> head_{empty};  // Shared: all senders write it.
  // Whoever wakes the owner, then the owner. These two are atomic for size() only.
  sync::atomic<Node*> handed_{nullptr};
  sync::atomic<std::uint32_t> counted_{0};  // By the owner: what of head_'s count was there when mail was last taken.
};

}  // namespace shoal::detail

#endif
