#!/usr/bin/env bash
# Installs what building and testing need.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/install.sh

Installs from apt, as root or through sudo, those of these that are missing:
  to build     pkg-config libprotobuf-c-dev libsqlite3-dev zlib1g-dev
  to generate  protobuf-c-compiler libprotobuf-dev
  to test      sqlite3 python3-venv golang-go golang-google-grpc-dev golang-google-protobuf-dev
               golang-github-golang-protobuf-1-5-dev protobuf-compiler protoc-gen-go
               protoc-gen-go-grpc
Swift itself is not in Debian; see https://www.swift.org/install. Says nothing if nothing is missing.
The other scripts install what they need by themselves.
TEXT
}
case "${1:-}" in
  --help | -h) usage; exit 0 ;;
  "") ;;
  *) usage >&2; exit 64 ;;
esac
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}" "${GENERATE_NEEDS[@]}" "${TEST_NEEDS[@]}"
