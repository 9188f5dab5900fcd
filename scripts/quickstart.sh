#!/usr/bin/env bash
# From a clone to imported members, in one command.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/quickstart.sh [--keep]

Installs what is missing, builds, starts a daemon of its own in a new temporary directory, makes the
labels and the form that scripts/sample/members.csv needs, imports that file twice, and stops the
daemon. The members stay in the temporary directory, so that you can look at them.

  --keep   leave the daemon running
TEXT
}
keep=false
case "${1:-}" in
  --help | -h) usage; exit 0 ;;
  --keep) keep=true ;;
  "") ;;
  *) usage >&2; exit 64 ;;
esac
source "$(dirname "$0")/lib.sh"

heading() { printf '\n== %s\n' "$*"; }

# Prints a command as one would type it, then runs it.
run() {
  local word
  printf '$'
  for word in "${@/#$bin\//}"; do
    [[ $word =~ ^[A-Za-z0-9_./:=,+-]+$ ]] || word="'$word'"
    printf ' %s' "$word"
  done
  echo
  "$@"
}

need "${BUILD_NEEDS[@]}"
# A debug build is what the tests use, so that it is made once for both; rows a second are no matter
# here. Use `swift build -c release` for daily work.
heading "Building"
bin=.build/debug
[ -x $bin/musterd ] || echo "The first time this takes some minutes."
building build-musterd swift build --product musterd
building build-muster swift build --product muster

directory=$(mktemp -d "${TMPDIR:-/tmp}/muster-XXXXXX")
daemon=
is_done=false
clean_up() {
  if [ -n "$daemon" ] && ! { $keep && $is_done; }; then
    kill "$daemon" 2> /dev/null || true
    wait "$daemon" 2> /dev/null || true
  fi
  $is_done || rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

heading "Starting a daemon"
export MUSTER_SOCKET=$directory/muster.sock XDG_STATE_HOME=$directory/state
[ ${#MUSTER_SOCKET} -le 107 ] ||
  fail "the socket's path would be longer than 107 bytes; set TMPDIR to a shorter directory"
# Its own session: with --keep, a Ctrl-C that is meant for a later command does not end it.
setsid $bin/musterd --socket "$MUSTER_SOCKET" --data "$directory/data" \
  2> "$directory/musterd.log" < /dev/null > /dev/null &
daemon=$!
for _ in {1..100}; do
  kill -0 "$daemon" 2> /dev/null || break
  $bin/muster health > /dev/null 2>&1 && break
  sleep 0.1
done
$bin/muster health > /dev/null || { cat "$directory/musterd.log" >&2; fail "musterd did not start"; }
echo "musterd, process $daemon, serves $MUSTER_SOCKET"

heading "Making what the sample refers to"
labels=(
  alumni board donor east event-1 event-2 lapsed newsletter north partner
  premium press south sponsor staff student trial vip volunteer west
)
run $bin/muster label create "${labels[@]}" --output text | tail -n 4
run $bin/muster form create survey --output text \
  --field "color:choice=black|blue|green|red|white" size:number

# Imports the sample; its three rows with faults make the exit code 2, and no other is right.
import() {
  local code=0
  run $bin/muster import scripts/sample/members.csv --yes --output text \
    --rejects "$directory/members.rejects.csv" || code=$?
  [ "$code" = 2 ] || fail "the import ended with code $code instead of 2"
}
heading "Importing 203 rows, three of them with faults"
import
heading "The rejected rows, to be corrected and imported"
run cut -c 1-96 "$directory/members.rejects.csv"
heading "Importing the same file again changes nothing"
import

is_done=true
heading "Done"
store=$directory/data/workspaces/default.db
if $keep; then
  cat <<TEXT
The daemon still runs, for commands with MUSTER_SOCKET=$MUSTER_SOCKET; stop it with: kill $daemon
TEXT
else
  cat <<TEXT
The daemon is stopped. Start it again with:
  $bin/musterd --socket $MUSTER_SOCKET --data $directory/data &
TEXT
fi
cat <<TEXT
The members of the sample are in $store
When you are done with them: rm -r $directory
To import a file of your own, into a daemon that starts by itself:
  export PATH="$PWD/$bin:\$PATH"
  muster import your.csv
TEXT
