#!/usr/bin/env bash
# Imports at the same time: what they reach together, and that none starves.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/fair.sh [--importers N] [--rows N] [--runs N] | --short

Builds for release in .build-release. Imports a file of generated members alone; then its parts at
the same time, one importer each, into one workspace; then into as many workspaces. Prints a Markdown
table, and fails if a member is missing, if importers together reach less than 80 % of one alone, or
if one of them has no row committed by the time another one has ended.

  --importers  importers at the same time (8)
  --rows       rows of each (100000)
  --runs       how often; medians are printed (3)
  --short      4 importers, once, with the binaries of .build: as CI runs it, it fails only
               if one starves or a member is missing
TEXT
}
arguments=()
binaries=.build-release/release
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --short)
      binaries=.build/debug
      arguments+=(--importers 4 --rows 100000 --runs 1 --together-min 0)
      ;;
    --importers | --rows | --runs)
      [ $# -gt 1 ] || { usage >&2; exit 64; }
      arguments+=("$1" "$2")
      shift
      ;;
    --importers=* | --rows=* | --runs=*) arguments+=("$1") ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}"
if [ "$binaries" = .build-release/release ]; then build_release musterd muster; fi
exec python3 scripts/bench/fair.py --bin "$PWD/$binaries" "${arguments[@]}"
