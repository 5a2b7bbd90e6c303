#!/bin/sh
# cmake/demo.sh — installs what is missing, builds the demo and runs it: a million processes alive at once, all of them answering.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/cmake/common.sh"

usage() {
  cat <<'END'
usage: sh cmake/demo.sh [--processes N] [--workers N] [--help]
Installs what is missing (Debian: with apt-get), builds shoal and its demo in build/demo, and runs it.
  --processes N   how many processes; 1,000,000 unless told otherwise (about 4.6 KB of memory each)
  --workers N     how many threads run them; otherwise one per core
END
}

refuse() {
  printf 'demo.sh: %s\n\n' "$1" >&2
  usage >&2
  exit 2
}

check_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --processes | --workers)
      case ${2-} in
      '' | *[!0-9]*) refuse "$1 needs a number, not \"${2-}\"" ;;
      esac
      shift 2
      ;;
    *) refuse "unknown argument \"$1\"" ;;
    esac
  done
}

check_arguments "$@"
cd -- "$root" || exit 1
need_for_building
make_ready
build demo || fail "demo.sh: shoal could not be built; the reason is above."
say ""
exec build/demo/examples/million "$@"
