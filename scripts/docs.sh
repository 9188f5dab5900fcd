#!/usr/bin/env bash
# Builds the documentation of the libraries that have a catalogue of articles.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/docs.sh

Builds the documentation of every target with a Documentation.docc into .build/docs/TARGET, a folder
that a web server can serve. A warning fails it: a broken link, a parameter without a word.
TEXT
}
case "${1:-}" in
  --help | -h) usage; exit 0 ;;
  "") ;;
  *) usage >&2; exit 64 ;;
esac
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}"
mkdir -p .build/docs
for catalogue in Sources/*/Documentation.docc; do
  target=$(basename "$(dirname "$catalogue")")
  quietly "docs-$target" swift package --allow-writing-to-directory .build/docs \
    generate-documentation --target "$target" --warnings-as-errors --output-path ".build/docs/$target"
  echo "Documented $target in .build/docs/$target"
done
