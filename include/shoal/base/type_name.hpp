// include/shoal/base/type_name.hpp — a type's name and its hash, at compile time: the identity messages travel under.
#ifndef SHOAL_BASE_TYPE_NAME_HPP
#define SHOAL_BASE_TYPE_NAME_HPP

#include <cstdint>
#include <string_view>

namespace shoal::detail {

template <class T>
[[nodiscard]] constexpr std::string_view type_name() noexcept {
  // "... type_name() [with T = NAME; std::string_view = ...]" (g++) or "... type_name() [T = NAME]" (clang).
  constexpr std::string_view whole = __PRETTY_FUNCTION__;
  constexpr std::size_t from = whole.find("T = ") + 4;
  constexpr std::size_t semicolon = whole.find("; std::string_view = ", from);
  constexpr std::size_t to = semicolon != std::string_view::npos ? semicolon : whole.rfind(']');
  return whole.substr(from, to - from);
}

/// FNV-1a, 64 bits.
[[nodiscard]] constexpr std::uint64_t name_hash(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

/// True for names that two source files may give to two different types: anything in an anonymous namespace or inside a
/// function. Such types are told apart by address, not by name.
[[nodiscard]] constexpr bool is_local_name(std::string_view name) noexcept {
  return name.find("{anonymous}") != std::string_view::npos || name.find("(anonymous") != std::string_view::npos ||
         name.find('(') != std::string_view::npos || name.find("<lambda") != std::string_view::npos ||
         name.find("<unnamed") != std::string_view::npos;
}

}  // namespace shoal::detail

#endif
