#!/usr/bin/env bash
# Builds everything and runs every test.
set -euo pipefail
usage() {
  cat <<'TEXT'
Usage: scripts/test.sh [--sanitize=address|thread] [--filter PATTERN]

Installs what is missing, builds with warnings as errors, runs the Swift tests, then Tests/Python
(clients in Python, that of Tests/Cpp and curl, and the commands of the documents as they are typed) and
the clients of Tests/Go, and prints each runner's closing line. Runs all of them, whatever fails, and names those that failed; a runner that
ran no test has failed. Output goes to .build-logs and is shown if something fails.

  --sanitize=KIND   build with a sanitizer, in .build-KIND
  --filter PATTERN  only the Swift tests whose names match; no Python, no Go
TEXT
}
filter=()
sanitize=()
scratch=.build
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --sanitize=address | --sanitize=thread)
      sanitize=("$1")
      scratch=".build-${1#--sanitize=}"
      ;;
    --filter) [ $# -gt 1 ] || { usage >&2; exit 64; }; filter=(--filter "$2"); shift ;;
    --filter=*) filter=(--filter "${1#--filter=}") ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done
source "$(dirname "$0")/lib.sh"
need "${BUILD_NEEDS[@]}" "${TEST_NEEDS[@]}"

# Swift Testing only: XCTest's runner would end every log with its own 0 tests, and is not clean
# under the address sanitizer.
options=(--scratch-path "$scratch" --disable-xctest "${sanitize[@]}")
[ -e "$scratch/debug/musterd" ] || echo "Building (the first time takes some minutes)"
building swift-build swift build --build-tests "${options[@]}"
MUSTER_BIN_DIR=$(swift build --show-bin-path "${options[@]}")
export MUSTER_BIN_DIR

failures=()
# Runs one runner to its end, whatever it finds, and prints its closing line.
#   runner TITLE FUNCTION
runner() {
  local code=0
  echo "Running $1"
  # Not behind `||`, where a failure in the middle would not end the function.
  set +e
  (set -e; "$2")
  code=$?
  set -e
  [ "$code" = 0 ] || failures+=("$1")
}

swift_tests() {
  local closing
  # One test after the other: on two cores, tests that compute would starve those that wait.
  quietly swift-test swift test --skip-build --no-parallel "${options[@]}" "${filter[@]}"
  closing=$(grep -aE 'Test run with [0-9]+ tests?' .build-logs/swift-test.log | tail -n 1) ||
    fail "the Swift tests ended without a closing line; see $PWD/.build-logs/swift-test.log"
  [[ ! "$closing" =~ with\ 0\ test ]] || fail "no Swift test ran: $closing"
  echo "$closing"
}

python_tests() {
  local closing
  need_python Tests/Python/requirements.txt
  make_cpp_client
  # A test that stands alone must not find another one's files: no cache, no bytecode.
  quietly pytest env PYTHONDONTWRITEBYTECODE=1 \
    .build-python/bin/python -m pytest -q -p no:cacheprovider Tests/Python
  closing=$(tail -n 1 .build-logs/pytest.log)
  [[ "$closing" =~ [0-9]+\ passed ]] || fail "no Python test ran: $closing"
  echo "$closing"
}

go_tests() {
  local closing
  make_go_stubs
  # Some wait half a minute for progress, and take no processor meanwhile: all run side by side.
  quietly go-test in_go test -v -count=1 -parallel 16 -timeout 180s .
  closing=$(grep -aE '^ok ' .build-logs/go-test.log) || fail "the Go tests ended without a closing line"
  grep -qaE '^--- PASS' .build-logs/go-test.log || fail "no Go test ran: $closing"
  echo "$closing"
}

runner "the Swift tests" swift_tests
if [ ${#filter[@]} = 0 ]; then
  runner "the clients in Python, in C++ and of curl, and the commands of the documents" python_tests
  runner "the Go clients" go_tests
fi
[ ${#failures[@]} = 0 ] || fail "failed: $(printf '%s; ' "${failures[@]}" | sed 's/; $//')"
