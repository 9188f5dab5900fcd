#!/usr/bin/env bash
# Makes the Debian package.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/package.sh [--debug] [--version VERSION] [--to DIR] [--lint]

Builds muster and musterd for release, with the Swift runtime in them, and makes a package for Debian 12
of them: programs, systemd units, configuration, man pages, completions, the definitions of proto/, and
the licences of what is linked in. Prints where it is. Made again of the same commit, it is the same
file; its time is the changelog's, or SOURCE_DATE_EPOCH.

  --debug    the programs of .build, for tests; they run only where Swift is
  --version  another version than that of scripts/package/debian/changelog
  --to       where (.build-package)
  --lint     lets lintian look at it; what it says is an error
TEXT
}
to=.build-package
version=
is_debug=false
lint=false
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --debug) is_debug=true ;;
    --lint) lint=true ;;
    --version | --to)
      [ -n "${2:-}" ] || { usage >&2; exit 64; }
      if [ "$1" = --to ]; then to=$2; else version=$2; fi
      shift
      ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
to=$(realpath -m "$to")
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}" "${PACKAGE_NEEDS[@]}"

parts=scripts/package
changelog=$parts/debian/changelog
if $is_debug; then
  scratch=.build
  for product in musterd muster; do
    quietly "build-$product" swift build --product "$product"
  done
  binaries=.build/debug
else
  scratch=.build-release
  build_release musterd muster
  binaries=.build-release/release
fi

export LC_ALL=C.UTF-8
umask 022
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(dpkg-parsechangelog -l "$changelog" -S Timestamp)}
export SOURCE_DATE_EPOCH
if [ -z "$version" ]; then
  version=$(dpkg-parsechangelog -l "$changelog" -S Version)
  [ "$($binaries/muster --version)" = "$version" ] ||
    fail "$changelog is about $version, and muster says that it is $($binaries/muster --version)"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# Puts files into a directory of the package, with a mode.
#   put MODE DIRECTORY FILE...
put() {
  local mode=$1 directory=$root/$2
  shift 2
  install -d "$directory"
  install -m "$mode" -t "$directory" "$@"
}

# Puts a compressed copy of a file into the package's documents.
put_document() {
  install -d "$root/usr/share/doc/muster"
  gzip -9nc "$1" > "$root/usr/share/doc/muster/$2.gz"
}

put 755 usr/bin $binaries/muster $binaries/musterd
strip --strip-unneeded --remove-section=.comment --remove-section=.note \
  "$root/usr/bin/muster" "$root/usr/bin/musterd"
put 644 lib/systemd/system $parts/musterd.service $parts/musterd.socket
put 644 etc/muster $parts/musterd.json
for kind in sysusers tmpfiles; do
  install -D -m 644 "$parts/muster.$kind" "$root/usr/lib/$kind.d/muster.conf"
done
install -D -m 644 $parts/debian/lintian-overrides "$root/usr/share/lintian/overrides/muster"

# Out of --help, which says the same in every build.
quietly manual scripts/manual.sh --to "$work/share"
put 644 usr/share/man/man1 "$work"/share/man/man1/*
put 644 usr/share/man/man8 "$work"/share/man/man8/*
find "$root/usr/share/man" -type f -exec gzip -9n {} +
sed -i '1{/^#!/d}' "$work/share/bash-completion/completions/muster"  # It is sourced, never run.
put 644 usr/share/bash-completion/completions "$work/share/bash-completion/completions/muster"
put 644 usr/share/zsh/vendor-completions "$work/share/zsh/site-functions/_muster"
put 644 usr/share/fish/vendor_completions.d "$work/share/fish/vendor_completions.d/muster.fish"

(cd proto && find . -name '*.proto' -exec install -D -m 644 {} "$root/usr/share/muster/proto/{}" \;)
put_document README.md README.md
put_document proto/PROTOCOL.md PROTOCOL.md
sed "1s/([^)]*)/($version)/" $changelog > "$work/changelog"
put_document "$work/changelog" changelog
python3 $parts/copyright.py --scratch $scratch --binaries $binaries > "$work/copyright"
put 644 usr/share/doc/muster "$work/copyright"

# What the programs need of other packages, and the package's own description.
install -d "$root/DEBIAN" "$work/debian"
cp $parts/debian/control "$work/debian/control"
cp "$work/changelog" "$work/debian/changelog"
unknown=()
if $is_debug; then unknown=(--ignore-missing-info --warnings=0); fi
(
  cd "$work"
  dpkg-shlibdeps "${unknown[@]}" root/usr/bin/muster root/usr/bin/musterd
  dpkg-gencontrol -pmuster -Proot
) > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "the dependencies cannot be told"; }
cp $parts/debian/conffiles "$root/DEBIAN/"
install -m 755 $parts/debian/postinst $parts/debian/prerm $parts/debian/postrm "$root/DEBIAN/"
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path ./etc/muster/musterd.json -printf '%P\0' |
  sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$root" -type d -exec chmod 755 {} +

architecture=$(dpkg --print-architecture)
package=$to/muster_${version}_$architecture.deb
mkdir -p "$to"
if $is_debug; then compression=(-Znone); else compression=(-Zxz); fi
quietly dpkg-deb dpkg-deb --root-owner-group "${compression[@]}" --build "$root" "$package"
if $lint; then
  need lintian
  quietly lintian lintian --fail-on error,warning,info,pedantic --display-info --pedantic "$package"
fi
echo "$package"
