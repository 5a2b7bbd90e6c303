// include/shoal/process/pid.hpp — the address of a process.
#ifndef SHOAL_PROCESS_PID_HPP
#define SHOAL_PROCESS_PID_HPP

#include <fmt/core.h>

#include <compare>
#include <cstdint>
#include <functional>

#include <shoal/base.hpp>

namespace shoal {

namespace detail {
struct pid_access;
}

/// Names one process, for ever: no later process gets an equal one. A small value: copy it, compare it, keep it in maps, send
/// it. It does not keep the process alive. `pid{}` is nobody.
/// Threads: like an int.
/// Example: `fmt::print("{}\n", shoal::self());` prints `<1.4.7>`: runtime, slot, and which process in that slot.
class pid {
 public:
  constexpr pid() noexcept = default;

  /// False for nobody. Says nothing about being alive: see is_alive().
  [[nodiscard]] explicit constexpr operator bool() const noexcept { return generation_ != 0; }

  friend constexpr auto operator<=>(const pid&, const pid&) noexcept = default;

 private:
  friend struct detail::pid_access;

  std::uint32_t node_ = 0;  // Which runtime; with distribution, which node.
  std::uint32_t index_ = 0;
  std::uint64_t generation_ = 0;
};

namespace detail {

/// How the runtime makes and reads pids.
struct pid_access {
  [[nodiscard]] static constexpr pid make(std::uint32_t node, std::uint32_t index, std::uint64_t generation) noexcept {
    pid made;
    made.node_ = node;
    made.index_ = index;
    made.generation_ = generation;
    return made;
  }
  [[nodiscard]] static constexpr std::uint32_t node(const pid& p) noexcept { return p.node_; }
  [[nodiscard]] static constexpr std::uint32_t index(const pid& p) noexcept { return p.index_; }
  [[nodiscard]] static constexpr std::uint64_t generation(const pid& p) noexcept { return p.generation_; }
};

}  // namespace detail
}  // namespace shoal

template <>
struct std::hash<shoal::pid> {
  [[nodiscard]] std::size_t operator()(const shoal::pid& p) const noexcept {
    using access = shoal::detail::pid_access;
    std::uint64_t mixed = access::generation(p) * 0x9e3779b97f4a7c15u;
    mixed ^= (std::uint64_t{access::node(p)} << 32 | access::index(p)) * 0xbf58476d1ce4e5b9u;
    return static_cast<std::size_t>(mixed ^ (mixed >> 29));
  }
};

template <>
struct fmt::formatter<shoal::pid> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  template <class Context>
  auto format(const shoal::pid& p, Context& context) const {
    using access = shoal::detail::pid_access;
    return fmt::format_to(context.out(), "<{}.{}.{}>", access::node(p), access::index(p), access::generation(p));
  }
};

#endif
