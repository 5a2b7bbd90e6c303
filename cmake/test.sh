#!/bin/sh
# cmake/test.sh — installs what is missing, builds shoal and runs its tests.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/cmake/common.sh"

usage() {
  cat <<'END'
usage: sh cmake/test.sh [--all] [--help]
Installs what is missing (Debian: with apt-get), builds shoal and runs every test, in build/test: about 10 minutes on 2 cores.
  --all   besides: clang 19, AddressSanitizer with UndefinedBehaviorSanitizer, ThreadSanitizer, and the code's format;
          about 40 minutes on 2 cores. The installed clang and clang-format are those of version 19.
Ends with 0 if everything passed.
END
}

all=
for argument in "$@"; do
  case $argument in
  --help | -h)
    usage
    exit 0
    ;;
  --all) all=yes ;;
  *)
    printf 'test.sh: unknown argument "%s"\n\n' "$argument" >&2
    usage >&2
    exit 2
    ;;
  esac
done

# --- Steps -----------------------------------------------------------------------------------------------------------

# suite PRESET: builds it and runs its tests.
suite() {
  build "$1" || return 1
  say "--- testing: $1"
  ctest --preset "$1" --output-log "build/$1/ctest.log"
}

format() {
  find include src tests examples bench -name '*.hpp' -o -name '*.cpp' | sort |
    xargs clang-format-19 --dry-run --Werror --ferror-limit=1
}

# step NAME COMMAND...: runs it, whatever became of earlier ones, and keeps its time and outcome for the summary.
summary=
failed=
step() {
  name=$1
  shift
  say "=== $name"
  started=$(date +%s)
  outcome=passed
  "$@" || outcome=FAILED failed=yes
  summary="$summary$(printf '  %-7s %5d s  %s' "$outcome" $(($(date +%s) - started)) "$name")
"
}

# What ctest itself said of each suite that was run; the main one comes last.
ctest_summaries() {
  for preset in tsan asan clang test; do
    [ -f "build/$preset/ctest.log" ] || continue
    say "ctest, build/$preset:"
    sed -n '/^Label Time Summary:/,/^$/p; /tests passed,/p; /^Total Test time/p; /^The following tests FAILED/,/^Errors/p' \
      "build/$preset/ctest.log" | sed '/^$/d'
  done
}

# --- The run ---------------------------------------------------------------------------------------------------------

cd -- "$root" || exit 1
need_for_building
need_for_testing
[ -z "$all" ] || need_for_all
make_ready
rm -f build/*/ctest.log

step "g++ with checks: units, conformance, examples, structure, must-not-compile, out-of-tree consumers" suite test
if [ -n "$all" ]; then
  step "clang 19 with checks" suite clang
  step "AddressSanitizer, LeakSanitizer, UndefinedBehaviorSanitizer" suite asan
  step "ThreadSanitizer, clang 19" suite tsan
  step "format" format
fi

say ""
say "Summary"
printf '%s\n' "$summary"
ctest_summaries
[ -z "$failed" ]
