// examples/support/demo_arguments.hpp — what can be asked of the demo, and whether this machine can do it.
#ifndef SHOAL_EXAMPLES_SUPPORT_DEMO_ARGUMENTS_HPP
#define SHOAL_EXAMPLES_SUPPORT_DEMO_ARGUMENTS_HPP

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

#include "machine.hpp"

namespace demo {

struct arguments {
  std::size_t processes = 1'000'000;
  unsigned workers = 0;  // 0: one per core.
  std::optional<int> exit_code = {};  // There is nothing to run: end with this.
};

inline constexpr std::string_view usage =
    "usage: million [--processes N] [--workers N] [--help]\n"
    "Spawns N processes (1,000,000 unless told otherwise), asks each of them something, and prints what it took.\n"
    "  --processes N   how many, 1 to 100,000,000; each needs about 4.6 KB of memory\n"
    "  --workers N     how many threads run them, 1 to 256; otherwise one per core this program may use\n"
    "Ends with 0; with 1 if there is too little memory; with 2 if the arguments make no sense.\n";

template <class Number>
bool read_number(std::string_view text, Number least, Number most, Number& into) {
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, into);
  return error == std::errc{} && end == text_end && into >= least && into <= most;
}

/// Says what is wrong if something is.
inline arguments read_arguments(int argc, char** argv) {
  arguments chosen;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    bool good = false;
    if (name == "--help" || name == "-h") {
      fmt::print("{}", usage);
      chosen.exit_code = 0;
      return chosen;
    } else if (name == "--processes") {
      good = read_number<std::size_t>(value, 1, 100'000'000, chosen.processes);
    } else if (name == "--workers") {
      good = read_number<unsigned>(value, 1, 256, chosen.workers);
    } else {
      fmt::print(stderr, "million: unknown argument \"{}\"\n\n{}", name, usage);
      chosen.exit_code = 2;
      return chosen;
    }
    if (!good) {
      fmt::print(stderr, "million: {} needs a number in its range, not \"{}\"\n\n{}", name, value, usage);
      chosen.exit_code = 2;
      return chosen;
    }
  }
  return chosen;
}

/// Whether so many processes have room; if not, says how many would. Better now than killed by the system half-way.
inline bool fits(std::size_t processes) {
  constexpr std::uint64_t bytes_each = 4600;                 // Memory: what the demo measures and the system's page tables.
  constexpr std::uint64_t addresses_each = 64 * 1024 + 640;  // Addresses: mostly its stack, used only where it was touched.
  constexpr std::uint64_t besides = std::uint64_t{64} << 20;   // The program itself; its threads' own stacks and heaps.
  constexpr std::uint64_t addresses_besides = std::uint64_t{512} << 20;
  const std::uint64_t room = std::min(machine::left(machine::memory_left(), besides) / bytes_each,
                                      machine::left(machine::addresses_left(), addresses_besides) / addresses_each);
  if (processes <= room) return true;
  fmt::print(stderr,
             "million: {} processes need about {} MB of memory and {} MB of addresses, more than is free here; {} would fit.\n",
             processes, (processes * bytes_each + besides) >> 20, (processes * addresses_each + addresses_besides) >> 20, room);
  const std::uint64_t rounded = room / 1000 * 1000;
  if (rounded > 0) fmt::print(stderr, "Try: --processes {}\n", rounded);
  return false;
}

}  // namespace demo

#endif
