#!/usr/bin/env bash
# Imports of any size: memory, and that an export imports again as it is.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/size.sh [--rows N,N,...] [--debug]

Imports files of generated members into a daemon with an empty store, imports them again, exports all
members and imports the export, which must be unchanged to the last row. Then it starts the daemon again
and uses its workspace. Prints a Markdown table with the peaks of resident memory, and how long the
restart took; fails if the command takes over 64 MiB, the daemon over 320 MiB and 60 bytes a member, if
the daemon grows by more than 60 bytes a member from one size to the next, if a restart takes over a
second, or if a million members or more load at less than a million a second.

  --rows   sizes (1000000,5000000)
  --debug  the binaries of .build instead of a release build
TEXT
}
arguments=()
binaries=.build-release/release
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --debug) binaries=.build/debug ;;
    --rows) [ $# -gt 1 ] || { usage >&2; exit 64; }; arguments+=("$1" "$2"); shift ;;
    --rows=*) arguments+=("$1") ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}"
if [ "$binaries" = .build-release/release ]; then build_release musterd muster; fi
exec python3 scripts/bench/size.py --bin "$PWD/$binaries" "${arguments[@]}"
