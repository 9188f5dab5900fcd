#!/usr/bin/env bash
# An import that does not notice that its daemon is killed five times.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/crash-demo.sh [--rows N] [--kills N] [--debug]

Makes a file of members and imports it with one command, which nobody touches. Meanwhile the daemon is
killed with SIGKILL again and again, each time in the middle of what is left, and started again. At the
end the export and the rejects file must be those of an undisturbed import, to the last byte, and the ledger
must add up; it is printed.

  --rows   members (1000000)
  --kills  how often the daemon is killed (5)
  --debug  the binaries of .build instead of a release build
TEXT
}
rows=1000000
kills=5
binaries=.build-release/release
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --debug) binaries=.build/debug ;;
    --rows | --kills)
      [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 64; }
      if [ "$1" = --rows ]; then rows=$2; else kills=$2; fi
      shift
      ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}"
if [ "$binaries" = .build-release/release ]; then build_release musterd muster; fi

directory=$(mktemp -d "${TMPDIR:-/tmp}/muster-XXXXXX")
daemon=
command=
clean_up() {
  local process
  for process in $command $daemon; do
    kill -KILL "$process" 2> /dev/null || true
    wait "$process" 2> /dev/null || true
  done
  rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
export XDG_STATE_HOME=$directory/state MUSTER_RECONNECT_SECONDS=30
[ ${#directory} -le 90 ] || fail "the socket's path would be too long; set TMPDIR to a shorter one"
echo '{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}' > "$directory/config.json"

# Starts a daemon on a store of its own, and waits until it serves.
#   start_daemon STORE
start_daemon() {
  export MUSTER_SOCKET=$directory/$1.sock
  "$binaries/musterd" --socket "$MUSTER_SOCKET" --data "$directory/$1" \
    --config "$directory/config.json" 2>> "$directory/$1.log" &
  daemon=$!
  local attempt
  for ((attempt = 0; attempt < 500; attempt++)); do
    "$binaries/muster" health > /dev/null 2>&1 && return 0
    kill -0 "$daemon" 2> /dev/null || break
    sleep 0.02
  done
  cat "$directory/$1.log" >&2
  fail "musterd did not start"
}

# Ends the daemon with a signal.
stop_daemon() {
  kill "-$1" "$daemon"
  wait "$daemon" 2> /dev/null || true
  daemon=
}

make_catalogue() {
  "$binaries/muster" label create alumni board donor east event-1 event-2 lapsed newsletter north \
    partner premium press south sponsor staff student trial vip volunteer west > /dev/null
  "$binaries/muster" form create survey --field 'color:choice=black|blue|green|red|white' \
    size:number > /dev/null
}

# How many rows the command has heard to be decided.
heard_rows() {
  local number
  number=$(grep -o '"received":[0-9]*' "$directory/events" | tail -n 1 | cut -d : -f 2) || true
  echo "${number:-0}"
}

echo "Making $rows members"
python3 scripts/bench/make_members.py "$rows" > "$directory/members.csv"
# Some rows that are rejected, so that faults must survive too.
sed -i '0~5000s/^[^,]*,/nobody,/' "$directory/members.csv"

echo "Importing them undisturbed"
start_daemon calm
make_catalogue
started=$(date +%s%3N)
"$binaries/muster" import "$directory/members.csv" --rejects "$directory/calm.rejects.csv" \
  --output ndjson > "$directory/calm.events" || [ $? = 2 ]
calm_time=$(($(date +%s%3N) - started))
"$binaries/muster" export > "$directory/calm.csv"
stop_daemon TERM

echo "Importing them while the daemon is killed $kills times"
start_daemon killed
make_catalogue
: > "$directory/events"
"$binaries/muster" import "$directory/members.csv" --rejects "$directory/killed.rejects.csv" \
  --output ndjson > "$directory/events" 2> "$directory/errors" &
command=$!
killed=0
durable=0
while [ "$killed" -lt "$kills" ]; do
  # Somewhere in what is left of the import: in a commit, between two, in a checkpoint.
  part=$((calm_time * (rows - durable) / rows * (30 + RANDOM % 50) / 100))
  sleep "$((part / 1000)).$(printf %03d $((part % 1000)))"
  kill -0 "$command" 2> /dev/null || break
  stop_daemon KILL
  killed=$((killed + 1))
  echo "  killed when the command had heard of $(heard_rows) rows"
  start_daemon killed
  import_id=$(grep -o '"import_id":"[^"]*"' "$directory/events" | head -n 1 | cut -d '"' -f 4)
  [ -n "$import_id" ] || continue
  durable=$("$binaries/muster" imports show "$import_id" --output ndjson |
    grep -o '"committed":[0-9]*' | cut -d : -f 2)
  echo "  started again with $durable durable"
done
code=0
wait "$command" || code=$?
command=
if [ "$code" != 0 ] && [ "$code" != 2 ]; then
  cat "$directory/errors" >&2
  fail "the import ended with code $code"
fi
cat "$directory/errors" >&2
[ "$killed" = "$kills" ] || fail "the import was over after $killed kills; give it more --rows"

"$binaries/muster" export > "$directory/killed.csv"
import_id=$(grep -o '"import_id":"[^"]*"' "$directory/events" | head -n 1 | cut -d '"' -f 4)
"$binaries/muster" imports show "$import_id" --output text
"$binaries/muster" imports show "$import_id" --output ndjson > "$directory/ledger"
cmp "$directory/calm.csv" "$directory/killed.csv" || fail "the stores differ"
python3 - "$directory" "$rows" <<'PYTHON'
import json
import sys

directory, rows = sys.argv[1], int(sys.argv[2])
ledger = json.load(open(f"{directory}/ledger"))
calm = json.loads(open(f"{directory}/calm.events").read().splitlines()[-1])
outcomes = ["created", "updated", "unchanged", "rejected"]
members = sum(1 for _ in open(f"{directory}/killed.csv", "rb")) - 1
wrong = [key for key in outcomes if ledger[key] != calm[key]]
if wrong or ledger["state"] != "finished" or not (
        ledger["received"] == ledger["committed"] == sum(ledger[key] for key in outcomes) == rows):
    sys.exit(f"crash-demo.sh: the ledger does not add up: {ledger}")
if members != ledger["created"]:
    sys.exit(f"crash-demo.sh: {members} members, of {ledger['created']} created")
PYTHON
cmp "$directory/calm.rejects.csv" "$directory/killed.rejects.csv" || fail "the rejects files differ"
echo "The rejects file is the undisturbed one's."
echo "The store is that of an undisturbed import, and the ledger adds up."
