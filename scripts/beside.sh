#!/usr/bin/env bash
# A preview of a large store, and an import beside an export, lookups and a preview.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/beside.sh [--members N] [--there N] [--rows N] [--previews N] [--runs N] [--debug]
       scripts/beside.sh --short

Builds for release in .build-release, and measures two things with daemons of its own.

Previews of 10,000 rows (new, changed, unchanged and rejected ones, a quarter each) into a store of
generated members: the time from just before the last chunk is handed to grpcio until status OK, by
a client that keeps the answers as bytes. The members, the imports and every table must be the same
before and after; then the same rows are imported, and counts, faults and changes must be those that
were foretold. Then how long another importer waits for a preview and for an all-or-nothing import
of 100,000 rows: the slowest import of one row meanwhile, less what one takes at rest.

An import of new members into a store that has some, alone and, by turns, beside an export whose
reader takes 20,000 rows a second, 100 lookups a second and a preview of 10,000 rows, all checked.
The time is that of the command. Its clients compete with the daemon for the same cores.

Prints Markdown tables. Fails if anything is wrong, if a preview takes over 300 ms, or if the import
beside the others keeps less than 70 % of its speed.

  --members   members of the store of the previews (1000000)
  --previews  how many are timed; 0 leaves this part out (9)
  --there     members of the store before the import (200000)
  --rows      rows of the import (1000000)
  --runs      how often, alone and beside; 0 leaves this part out (3)
  --debug     the binaries of .build instead of a release build
  --short     all of it once with fewer members, with the binaries of .build: as CI runs it, it
              fails only if something is wrong, however long it takes
TEXT
}
arguments=()
binaries=.build-release/release
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --debug) binaries=.build/debug ;;
    --short)
      binaries=.build/debug
      arguments+=(--members 50000 --previews 2 --spooled-rows 20000 --there 20000 --rows 100000)
      arguments+=(--runs 1 --kept-min 0 --preview-seconds-max 60)
      ;;
    --members | --there | --rows | --previews | --runs)
      [ $# -gt 1 ] || { usage >&2; exit 64; }
      arguments+=("$1" "$2")
      shift
      ;;
    --members=* | --there=* | --rows=* | --previews=* | --runs=*) arguments+=("$1") ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}" python3-venv
need_python Tests/Python/requirements.txt
if [ "$binaries" = .build-release/release ]; then build_release musterd muster; fi
exec .build-python/bin/python scripts/bench/beside.py --bin "$PWD/$binaries" "${arguments[@]}"
