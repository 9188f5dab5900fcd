#!/usr/bin/env bash
# Everything that CI runs.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/check.sh

Checks the formatting and the generated C, then runs scripts/test.sh, scripts/docs.sh,
scripts/quickstart.sh without a terminal, and the short forms of the long scripts. Stops at the first
failure.
TEXT
}
case "${1:-}" in
  --help | -h) usage; exit 0 ;;
  "") ;;
  *) usage >&2; exit 64 ;;
esac
source "$(dirname "$0")/lib.sh"
scripts/install.sh
scripts/format.sh --check
scripts/generate.sh --check
scripts/test.sh
scripts/docs.sh
quietly manual scripts/manual.sh
# A directory of its own, so that the sample's store goes with it.
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
TMPDIR=$directory quietly quickstart scripts/quickstart.sh < /dev/null
grep -aE '^(Imported|  (created|unchanged|rejected)) ' .build-logs/quickstart.log
quietly size scripts/size.sh --debug --rows 50000
quietly fair scripts/fair.sh --short
quietly beside scripts/beside.sh --short
quietly package-test scripts/package-test.sh --short
grep -aE '^(Life|musterd.service) ' .build-logs/package-test.log
quietly crash-demo scripts/crash-demo.sh --debug --rows 100000 --kills 3
quietly faults scripts/faults.sh --short --mutants
grep -aE '^P[0-9]+ ' .build-logs/faults.log
quietly attack scripts/attack.sh --short
grep -aE '\| held \(|: skipped: |attacks held' .build-logs/attack.log
echo "All checks passed."
