// include/shoal/process/detail/arrivals.hpp — the outer half of a mailbox: many senders push, the owner takes everything at once.
//
//   head_ → newest → … → oldest → null     or  parked: empty, the owner sleeps     or  closed: the owner is no more
//   handed_ → the message that woke the owner, older than all in the chain
//
// The upper 16 bits of head_ count what the owner has not read, so that every sender sees, at no cost, how far it lags behind.
// Who wakes the owner begins to count anew.
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
//           G  stays_parked (release) → push or unpark that wakes, or park (acquire): what the caller did before it looked.
//           E  handed_ written, then the owner made runnable (the run queues' release) → the owner runs (their acquire).
//           F  counted_ marked `taking`, then head_ exchanged (release) → size_with (acquire): sees the mark. What was taken kept,
//              counted_ (release) → size_with (acquire): sees how much.
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
      const bool wakes = is_parked(seen);
      mail.next = wakes ? nullptr : chain_of(seen);  // R2
      const word next = wakes ? pack(nullptr, 1) : pack(&mail, unread_of(seen) + 1);
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
    const word seen = head_.load(sync::relaxed);
    Node* const handed = handed_.load(sync::relaxed);  // E
    if (chain_of(seen) == nullptr && handed == nullptr) return false;
    const std::uint32_t before = counted_.load(sync::relaxed);
    counted_.store(before | taking, sync::relaxed);
    std::size_t unread = unread_of(seen);
    if (handed != nullptr) {
      handed_.store(nullptr, sync::relaxed);
      accept(handed);
    }
    if (chain_of(seen) != nullptr) {
      // It has still to read all that. One acquire covers all senders: each push extends the earlier release sequences.
      unread = std::min(kept + came_since(before, handed, seen), most_counted);
      const word taken = head_.exchange(pack(nullptr, unread), sync::acq_rel);  // A; release: F.
      SHOAL_ASSERT(!is_parked(taken) && taken != closed);  // A running owner is neither (R3, R4).
      accept(chain_of(taken));
    }
    counted_.store(static_cast<std::uint32_t>(unread), sync::release);  // F
    return true;
  }

  /// False: mail came first.
  [[nodiscard]] bool park() noexcept {
    word none = head_.load(sync::relaxed);
    if (chain_of(none) != nullptr) return false;
    SHOAL_DELAY_POINT("arrivals: about to park");
    return head_.compare_exchange_strong(none, none | parked, sync::seq_cst, sync::relaxed);  // B, D
  }

  /// True: the owner was parked, and R3 is the caller's.
  [[nodiscard]] bool unpark() noexcept {
    SHOAL_DELAY_POINT("arrivals: about to unpark");
    word sleeping = head_.load(sync::seq_cst);  // D
    return is_parked(sleeping) &&
           head_.compare_exchange_strong(sleeping, sleeping & ~parked, sync::seq_cst, sync::seq_cst);  // B, D
  }

  /// Whether the owner is parked. If so, who wakes it shows it all that the caller did before; if not, it sees that when it parks.
  [[nodiscard]] bool stays_parked() noexcept { return is_parked(head_.fetch_add(0, sync::acq_rel)); }  // G

  /// Refuses from now on; hands what had come to `accept`, as take_all() does.
  template <class Accept>
  void close(Accept accept) noexcept {
    if (Node* const handed = handed_.load(sync::relaxed)) accept(handed);  // E
    handed_.store(nullptr, sync::relaxed);
    const word taken = head_.exchange(closed, sync::acq_rel);  // A, C
    SHOAL_ASSERT(!is_parked(taken) && taken != closed);
    if (Node* const chain = chain_of(taken)) accept(chain);
  }

  /// For observers: true only while the owner sleeps and nobody has woken it.
  [[nodiscard]] bool is_parked() const noexcept { return is_parked(head_.load(sync::acquire)); }
  /// For observers: how much has come that the owner has not taken, and what it has taken and kept, which `kept()` tells. Of what it has
  /// not taken, 65,535 at most are counted. Right whatever the owner does meanwhile, but for a sender that is just waking it.
  template <class Kept>
  [[nodiscard]] std::size_t size_with(Kept kept) const noexcept {
    for (int tries = 0;; ++tries) {
      const std::uint32_t before = counted_.load(sync::acquire);  // F
      const std::size_t taken = kept();
      Node* const handed = handed_.load(sync::relaxed);
      const word seen = head_.load(sync::acquire);  // F
      if ((before & taking) == 0 && counted_.load(sync::relaxed) == before)
        return seen == closed ? taken : taken + came_since(before, handed, seen);
      constexpr int patience = 10'000;  // The owner's thread may have been put to sleep by the system.
      if (tries == patience) return taken;
      sync::pause();
    }
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
  static constexpr std::uint32_t taking = std::uint32_t{1} << 31;  // In counted_: what the owner has kept is changing.

  static word pack(Node* chain, std::size_t unread) noexcept {
    return (static_cast<word>(std::min(unread, most_counted)) << address_bits) | reinterpret_cast<std::uintptr_t>(chain);
  }
  static Node* chain_of(word w) noexcept { return reinterpret_cast<Node*>(static_cast<std::uintptr_t>(w & address_mask)); }
  static std::uint32_t unread_of(word w) noexcept { return static_cast<std::uint32_t>(w >> address_bits); }

  // What has come since the owner counted, or since it was woken.
  static std::size_t came_since(std::uint32_t counted, const Node* handed, word seen) noexcept {
    return unread_of(seen) - (handed != nullptr ? 0 : std::min(counted, unread_of(seen)));
  }
  static bool is_parked(word w) noexcept { return (w & address_mask) == parked; }

  sync::atomic<word> head_{empty};  // Shared: all senders write it.
  sync::atomic<Node*> handed_{nullptr};  // Whoever wakes the owner, then the owner. Atomic for observers only.
  sync::atomic<std::uint32_t> counted_{0};  // By the owner: what of head_'s count was there when mail was last taken.
};

}  // namespace shoal::detail

#endif
