# shellcheck shell=sh
# cmake/common.sh — what demo.sh and test.sh share: what is needed and how to get it, configuring, building. Sourced by them, which
# have set `root` (the checkout).

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# --- What is here ----------------------------------------------------------------------------------------------------

has_command() { command -v "$1" >/dev/null 2>&1; }
has_header() { # any of the given
  for header in "$@"; do
    printf '#include <%s>\n' "$header" | c++ -std=c++20 -x c++ -E - >/dev/null 2>&1 && return 0
  done
  return 1
}
has_library() { printf 'int main() {}\n' | c++ -x c++ - "-l$1" -o /dev/null >/dev/null 2>&1; }
has_sanitizer() { printf 'int main() {}\n' | "$1" -x c++ - "-fsanitize=$2" -o /dev/null >/dev/null 2>&1; }

# need PACKAGE WHAT CHECK...: adds PACKAGE (Debian's name) to what is missing unless the check succeeds.
missing_packages=
missing_words=
need() {
  package=$1
  what=$2
  shift 2
  "$@" && return 0
  missing_packages="$missing_packages $package"
  missing_words="$missing_words
  $what (Debian: $package)"
}

need_for_building() {
  need g++ "a C++20 compiler: g++ 12 or clang 16, or newer" has_command c++
  need cmake "CMake 3.25 or newer" has_command cmake
  need ninja-build "Ninja" has_command ninja
  need libboost-context-dev "Boost.Context 1.74 or newer" has_boost_context
  need libconcurrentqueue-dev "moodycamel's ConcurrentQueue" has_header concurrentqueue/concurrentqueue.h \
    concurrentqueue/moodycamel/concurrentqueue.h moodycamel/concurrentqueue.h concurrentqueue.h
  need libfmt-dev "fmt 9 or newer" has_header fmt/core.h
}
has_boost_context() { has_header boost/context/fiber.hpp && has_library boost_context; }

need_for_testing() {
  need catch2 "Catch2 2.13 or 3" has_header catch2/catch.hpp catch2/catch_all.hpp
  need relacy-dev "the Relacy race detector" has_header relacy/relacy.hpp relacy/relacy_std.hpp
  need python3 "Python 3" has_command python3
  need pkg-config "pkg-config" has_command pkg-config
  need gdb "gdb" has_command gdb
}

need_for_all() {
  need clang-19 "clang 19" has_command clang++-19
  need libclang-rt-19-dev "the sanitizers of clang 19" has_sanitizer clang++-19 thread
  need clang-format-19 "clang-format 19" has_command clang-format-19
}

# --- Getting it ------------------------------------------------------------------------------------------------------

install_missing() {
  [ -n "$missing_packages" ] || return 0
  if ! has_command apt-get; then
    fail "These are missing here:$missing_words
This script can install them on Debian and its relatives only. Install them, then run it again.
If they are where the compiler does not look by itself, set CPATH, LIBRARY_PATH and CMAKE_PREFIX_PATH."
  fi
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    has_command sudo || fail "These are missing here:$missing_words
There is no sudo. As root, run:  apt-get install$missing_packages"
    as_root=sudo
  fi
  say "Installing:$missing_packages"
  # shellcheck disable=SC2086 # A list of words.
  if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    $missing_packages; } >"$log" 2>&1; then
    cat "$log" >&2
    fail "apt-get could not install$missing_packages; what it said is above."
  fi
}

# Call after all need_...: installs what is missing and makes sure that the result will do.
make_ready() {
  log=$(mktemp) || exit 1
  install_missing
  rm -f "$log"
  version=$(cmake --version | sed -n 's/^cmake version \([0-9]*\.[0-9]*\).*/\1/p')
  if [ "${version%%.*}" -lt 3 ] || { [ "${version%%.*}" -eq 3 ] && [ "${version#*.}" -lt 25 ]; }; then
    fail "CMake $version is too old here: 3.25 or newer is needed."
  fi
}

# --- Building --------------------------------------------------------------------------------------------------------

jobs() { nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

# build PRESET: configures and builds it.
build() {
  say "--- building: $1"
  fresh=
  cache=build/$1/CMakeCache.txt # A checkout that was moved must not meet the old one's paths.
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then fresh=--fresh; fi
  # shellcheck disable=SC2086 # One word or none.
  cmake --preset "$1" $fresh -Wno-dev --log-level=WARNING >/dev/null && cmake --build --preset "$1" --parallel "$(jobs)"
}
