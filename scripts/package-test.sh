#!/usr/bin/env bash
# Proves that the package works where it is installed.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/package-test.sh [--short] [--mutants]

Looks at the hardening of the service's unit (systemd-analyze security, offline), then installs the
package in a Debian of its own, booted in namespaces with a real systemd and without a network: imports
through the socket, checks what the daemon cannot do, kills it and lets it hang, upgrades it in the middle
of an import, removes and purges it. Needs root.

The Debian is one of mmdebstrap with the package's dependencies and systemd, and nothing else: no Swift.
It is kept in .build-package, where the packages are made; they are also given to lintian, and made twice
to see that both are the same.

  --short    as CI runs it: the debug programs, in an overlay over this machine's own files; where that
             cannot be booted (not root, no namespaces), says so, and only looks at the unit and packages
  --mutants  besides, runs the test with each of its wrong lines in the unit, which it must find
TEXT
}
short=()
mutants=false
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --short) short=(--short) ;;
    --mutants) mutants=true ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || [ ${#short[@]} -gt 0 ] || fail "only root can boot a Debian in namespaces"
need "${BUILD_NEEDS[@]}" "${PACKAGE_NEEDS[@]}" systemd adduser
python3 scripts/package/units.py

# Makes the package, and the same one as a later version.
make_packages() {
  MUSTER_PACKAGE_OLD=$(scripts/package.sh "$@")
  MUSTER_PACKAGE_NEW=$work/later.deb
  dpkg-deb --raw-extract "$MUSTER_PACKAGE_OLD" "$work/later"
  sed -i 's/^Version: .*/Version: 9.0.0/' "$work/later/DEBIAN/control"
  quietly dpkg-deb dpkg-deb --root-owner-group -Znone --build "$work/later" "$MUSTER_PACKAGE_NEW"
  export MUSTER_PACKAGE_OLD MUSTER_PACKAGE_NEW
}

# Unpacks a Debian with what the package depends on, made once.
make_debian() {
  local tar=$1 depends
  depends=$(dpkg-deb --field "$MUSTER_PACKAGE_OLD" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g')
  if [ ! -e "$tar" ]; then
    need mmdebstrap
    quietly mmdebstrap mmdebstrap --variant=minbase --include="systemd,$depends" bookworm "$tar.new"
    mv "$tar.new" "$tar"
  fi
  mkdir "$work/debian"
  tar -C "$work/debian" --extract --file "$tar"
  export MUSTER_ROOT=$work/debian
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ ${#short[@]} -gt 0 ]; then
  make_packages --debug --to "$work"
else
  make_packages --lint
  again=$(scripts/package.sh --to "$work")
  cmp "$again" "$MUSTER_PACKAGE_OLD" || fail "the package made again is another one"
  rm "$again"
  echo "$MUSTER_PACKAGE_OLD has $(stat --format=%s "$MUSTER_PACKAGE_OLD") bytes"
  make_debian .build-package/debian12.tar
fi

python3 scripts/package/installed.py "${short[@]}"
if $mutants; then
  for mutant in $(python3 scripts/package/installed.py --list-mutants); do
    python3 scripts/package/installed.py "${short[@]}" --mutant "$mutant"
  done
fi
