#!/usr/bin/env bash
# Formats the Swift sources as .swift-format says.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/format.sh [--check]

Formats Package.swift, Sources and Tests with swift format.

  --check   change nothing; exit 1 and name the places that are not formatted
TEXT
}
check=false
case "${1:-}" in
  --help | -h) usage; exit 0 ;;
  --check) check=true ;;
  "") ;;
  *) usage >&2; exit 64 ;;
esac
source "$(dirname "$0")/lib.sh"
need
paths=(Package.swift Sources Tests)
if $check; then
  swift format lint --strict --recursive --parallel "${paths[@]}" ||
    fail "not formatted; run scripts/format.sh"
else
  swift format format --in-place --recursive --parallel "${paths[@]}"
fi
