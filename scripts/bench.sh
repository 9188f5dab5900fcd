#!/usr/bin/env bash
# Measures imports end to end, beside other programs that do the same work.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/bench.sh [--rows N,N,...] [--runs N] [--against NAME,...|all|none]

Builds for release in .build-release, makes files of members, and imports them with `muster import`
into a daemon with an empty store: as new members, again as they are, with one field changed in
every row, and in a tenth of the rows, in no order (scattered). By turns with that, other programs do
the same work, durably too, and what all have stored is compared. Prints Markdown tables.

  --rows     rows of the files (10000,100000,1000000)
  --runs     how often; medians are printed (3)
  --against  some of these, with commas between them, or all or none of them (sqlite3):
      sqlite3  the shell, and SQL that takes the file as a whole (scripts/bench/sqlite_import.sql)
      duckdb   DuckDB from PyPI, on all cores, the same way (scripts/bench/duckdb_import.py)
      python   a script of csv, re and sqlite3, row after row (scripts/bench/python_import.py)

Each of those files says what its program is let off. Rows a second are rows of the file by the time
from the start of the command to its end. CPU is user and system time; the daemon's counts until it is
at rest again. Peaks are resident memory. Do not believe figures from a machine that does something else
at the same time.
TEXT
}
arguments=()
against=sqlite3
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --rows | --runs | --against)
      [ $# -gt 1 ] || { usage >&2; exit 64; }
      arguments+=("$1" "$2")
      [ "$1" != --against ] || against=$2
      shift
      ;;
    --rows=* | --runs=* | --against=*)
      arguments+=("$1")
      [[ "$1" != --against=* ]] || against=${1#*=}
      ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}" sqlite3 python3-venv
case "$against" in
  all | *duckdb*) need_python scripts/bench/requirements.txt .build-bench-python ;;
esac
build_release musterd muster
exec python3 scripts/bench/run.py --bin "$PWD/.build-release/release" "${arguments[@]}"
