// What the C++ programs share: sizes from the command line, time, resident memory, result lines.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace bench {

using clock = std::chrono::steady_clock;

// The size at this place of the command line, or `otherwise` where there is none.
inline long argument(int argc, char** argv, int index, long otherwise) {
  return index < argc ? std::atol(argv[index]) : otherwise;
}

class stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }
  double nanoseconds() const { return seconds() * 1e9; }

 private:
  clock::time_point start_ = clock::now();
};

// The memory of this program that is in RAM now.
inline double resident_bytes() {
  long total_pages = 0, resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

inline void print(const char* name, double value, const char* unit) {
  std::printf("%s %.4f %s\n", name, value, unit);
  std::fflush(stdout);
}

// A benchmark that computed something wrong has measured nothing.
inline void check(bool right) {
  if (right) return;
  std::fputs("wrong result\n", stderr);
  std::exit(1);
}

}  // namespace bench
