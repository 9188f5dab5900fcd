#!/usr/bin/env bash
# Makes the man pages and the shells' completions.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/manual.sh [--to DIR]

Makes the man pages of muster, of each of its commands and of musterd, and completions for bash, zsh and
fish, out of what --help says. They lie as below /usr/share: copy them there, or to ~/.local/share.

  --to DIR  where (.build/share)
TEXT
}
to=.build/share
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --to) [ $# -gt 1 ] || { usage >&2; exit 64; }; to=$2; shift ;;
    --to=*) to=${1#--to=} ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
[ -n "$to" ] || { usage >&2; exit 64; }
to=$(realpath -m "$to")
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}"
for product in musterd muster generate-manual; do
  quietly "build-$product" swift build --product "$product"
done
binaries=$(swift build --show-bin-path)

# Makes the pages of a program in a section.
pages() {
  local program=$1 section=$2 directory="$to/man/man$2" page
  shift 2
  mkdir -p "$directory"
  rm -f "$directory/$program".* "$directory/$program"-*
  "$binaries/generate-manual" "$binaries/$program" --section "$section" "$@" \
    --date "$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%F)" --output-directory "$directory"
  # muster.member.get.1 is found as muster-member-get, as other programs' pages are.
  for page in "$directory/$program".*."$section"; do
    [ -e "$page" ] || continue
    page=$(basename "$page" ".$section")
    mv "$directory/$page.$section" "$directory/${page//./-}.$section"
  done
  # The NAME of a page is one word, as it is looked for; the command is written as it is typed.
  local words
  for page in "$directory/$program"-*."$section"; do
    [ -e "$page" ] || continue
    words=$(sed -n 's/^\.Nm "\(.*\)"$/\1/p' "$page" | head -n 1)
    sed -i -e "s/^\.Nm \"$words\"$/.Nm $(basename "$page" ".$section")/" \
      -e "s/^\.Nm$/.Nm \"$words\"/" "$page"
  done
  # An empty line is none of mdoc's; references follow the pages' names.
  sed -i -e 's/^$/.Pp/' -e '/^\.\(Xr\|Dt\) /s/\./-/2g' "$directory/$program"*".$section"
}
pages muster 1 --multi-page
pages musterd 8
sed -i '/^\.Ar subcommand$/d' "$to/man/man8/musterd.8"  # It has none.

# Writes a completion of muster to a file.
completion() {
  mkdir -p "$to/$(dirname "$2")"
  "$binaries/muster" --generate-completion-script "$1" > "$to/$2"
}
completion bash bash-completion/completions/muster
completion zsh zsh/site-functions/_muster
completion fish fish/vendor_completions.d/muster.fish
echo "$(find "$to/man" -type f | wc -l) man pages and 3 completions are in $to"
