#!/usr/bin/env bash
# The project's own attacker.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/attack.sh [--short] [--debug] [--programs DIRECTORY] [--seed N] [NAME...]

Attacks daemons of its own, as other users, other clients and other programs might, and prints a line
for each attack: what was sent, what was answered, the daemon's memory before, at most and after; and,
where an import and `muster health` ran beside it, which part of its speed the import kept and how long the
slowest answer took. Every line ends with held, or with what did not hold; goes on after that, and ends
with code 1 then. Best run as root: other users are played by processes with their numbers (2001-2009).

  --short     the short form of those that CI runs, with the debug programs
  --debug     the programs of .build/debug instead of a release build
  --programs  muster and musterd of another place, such as an older build
  --seed      the seed of what is random (the time)
  NAME        these attacks only; hints means all whose names begin with hints-

TEXT
  echo "The attacks:"
  python3 "$(dirname "${BASH_SOURCE[0]}")/attack/run.py" --list
}

names=()
arguments=()
programs=.build-release/release
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --short) arguments+=(--short --debug); programs=.build/debug ;;
    --debug) arguments+=(--debug); programs=.build/debug ;;
    --programs)
      [ -x "${2:-}/musterd" ] || { usage >&2; exit 64; }
      programs=$(cd "$2" && pwd)
      shift
      ;;
    --seed)
      [[ "${2:-}" =~ ^[0-9]+$ ]] || { usage >&2; exit 64; }
      arguments+=(--seed "$2")
      shift
      ;;
    -*) usage >&2; exit 64 ;;
    *) names+=("$1") ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}" "${FAULT_NEEDS[@]}"
need_python Tests/Python/requirements.txt
case "$programs" in
  .build-release/release) build_release musterd muster ;;
  .build/debug)
    if [ ! -x .build/debug/musterd ] || [ ! -x .build/debug/muster ]; then
      quietly build-debug swift build
    fi
    ;;
esac
exec .build-python/bin/python scripts/attack/run.py --programs "$programs" "${arguments[@]}" "${names[@]}"
