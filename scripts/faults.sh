#!/usr/bin/env bash
# The tests that hurt the daemon: what it promises must hold all the same.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/faults.sh [--short] [--mutants] [--seed N] [NAME...]

Runs the fault tests in scripts/faults, all of them or the named ones, with the debug binaries of
.build/debug: only they have failpoints and mutants. Builds them if there are none. Prints a line for
each test, with what it counted. Goes on after a failure, and ends with code 1 then.

  --short    the short forms, as CI runs them
  --mutants  besides, runs each test with each of its mutants (a deliberate bug of the daemon, or a
             wrong setting of the test), which it must find
  --seed     the seed of what is random (the time); each line names the one that it ran with

TEXT
  echo "The tests:"
  local file
  for file in $(test_files); do
    printf '  %-10s %s\n' "$(basename "$file" .py)" "$(sed -n '1s/^"""//p' "$file")"
  done
}
# Every file of a test begins with the promise that it is about.
test_files() { grep -lE '^"""P[0-9]+: ' "$(dirname "${BASH_SOURCE[0]}")"/faults/*.py; }

names=()
arguments=()
mutants=false
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --short) arguments+=(--short) ;;
    --mutants) mutants=true ;;
    --seed)
      [[ "${2:-}" =~ ^[0-9]+$ ]] || { usage >&2; exit 64; }
      arguments+=(--seed "$2")
      shift
      ;;
    -* | */*) usage >&2; exit 64 ;;
    *)
      [ -e "$(dirname "$0")/faults/$1.py" ] || { usage >&2; exit 64; }
      names+=("$1")
      ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}" "${FAULT_NEEDS[@]}"
# Some drive the daemon with stock grpcio.
need_python Tests/Python/requirements.txt
if [ ! -x .build/debug/musterd ] || [ ! -x .build/debug/muster ]; then
  quietly build-debug swift build
fi
if [ ${#names[@]} = 0 ]; then
  for file in $(test_files); do names+=("$(basename "$file" .py)"); done
fi

failed=0
for name in "${names[@]}"; do
  python3 "scripts/faults/$name.py" "${arguments[@]}" || failed=$((failed + 1))
  [ "$mutants" = true ] || continue
  for mutant in $(python3 "scripts/faults/$name.py" --list-mutants); do
    python3 "scripts/faults/$name.py" "${arguments[@]}" --mutant "$mutant" || failed=$((failed + 1))
  done
done
[ "$failed" = 0 ] || fail "$failed of the runs failed"
