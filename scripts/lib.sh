# What the scripts share; sourced, never run. It changes into the project's directory.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Prints why the script gives up, and gives up.
fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# Runs a command quietly; what of its output tells why is shown if it fails, and all is kept in a log.
#   quietly NAME COMMAND...
quietly() {
  local log=".build-logs/$1.log"
  mkdir -p .build-logs
  shift
  "$@" > "$log" 2>&1 && return 0
  local code=$?
  grep -aE 'error:|✘|FAILED|^E |^ *--- FAIL|_test.go:[0-9]+:' "$log" |
    cut -c 1-600 | head -n 40 >&2 || true
  tail -n 20 "$log" | cut -c 1-600 >&2
  echo "$(basename "$0"): failed with code $code: $*" >&2
  echo "$(basename "$0"): the whole output is in $PWD/$log" >&2
  return "$code"
}

# Runs a build as `quietly` does, and shows how far it is. Compilers write their temporary files into the
# clone: in a TMPDIR that users share, one user's compiler may read the files of another.
#   building NAME COMMAND...
building() {
  local shown code=0
  mkdir -p .build-logs .build-tmp
  : > ".build-logs/$1.log"
  show_steps ".build-logs/$1.log" &
  shown=$!
  TMPDIR=$PWD/.build-tmp quietly "$@" || code=$?
  kill "$shown" 2> /dev/null || true
  wait "$shown" 2> /dev/null || true
  [ ! -t 1 ] || printf '\r%*s\r' 32 ''
  return "$code"
}

# Shows the last `[n/m]` of a build's log and the time that has passed, for as long as the script runs: in
# place at a terminal, else a line each half minute.
show_steps() {
  local start=$SECONDS last=$SECONDS elapsed step
  while sleep 1 && kill -0 $$ 2> /dev/null; do
    elapsed=$((SECONDS - start))
    step=$(grep -aoE '^\[[0-9]+/[0-9]+\]' "$1" | tail -n 1) || true
    if [ -t 1 ]; then
      printf '\r  %s %d:%02d ' "${step:-[preparing]}" $((elapsed / 60)) $((elapsed % 60))
    elif [ $((SECONDS - last)) -ge 30 ]; then
      last=$SECONDS
      printf '  %s %d:%02d\n' "${step:-[preparing]}" $((elapsed / 60)) $((elapsed % 60))
    fi
  done
}

# Whether a need is there, however it came to be installed.
has() {
  local go_sources=/usr/share/gocode/src
  case "$1" in
    pkg-config | sqlite3 | curl | faketime | adduser | lintian | mmdebstrap) command -v "$1" > /dev/null ;;
    protoc-gen-go | protoc-gen-go-grpc)
      command -v "$1" > /dev/null
      ;;
    binutils) command -v strip > /dev/null ;;
    dpkg-dev) command -v dpkg-shlibdeps > /dev/null ;;
    protobuf-compiler) command -v protoc > /dev/null ;;
    gcc) command -v cc > /dev/null ;;
    g++) command -v g++ > /dev/null ;;
    protobuf-compiler-grpc) command -v grpc_cpp_plugin > /dev/null ;;
    libgrpc++-dev) [ -e /usr/include/grpcpp/grpcpp.h ] ;;
    systemd) command -v systemd-socket-activate > /dev/null ;;
    golang-go) command -v go > /dev/null ;;
    golang-google-grpc-dev) [ -e $go_sources/google.golang.org/grpc/version.go ] ;;
    golang-google-protobuf-dev) [ -e $go_sources/google.golang.org/protobuf/proto/doc.go ] ;;
    # Version 1.3, which may stand there instead, has no such file, and does not fit the stubs.
    golang-github-golang-protobuf-1-5-dev)
      [ -e $go_sources/github.com/golang/protobuf/proto/registry.go ] ;;
    protobuf-c-compiler) command -v protoc-c > /dev/null ;;
    python3-venv) python3 -c 'import ensurepip, venv' 2> /dev/null ;;
    libprotobuf-c-dev) pkg-config --exists libprotobuf-c 2> /dev/null ;;
    libprotobuf-dev) [ -e /usr/include/google/protobuf/descriptor.proto ] ;;
    libsqlite3-dev) pkg-config --exists sqlite3 2> /dev/null ;;
    zlib1g-dev) pkg-config --exists zlib 2> /dev/null ;;
    *) return 1 ;;
  esac
}

# Prints those of the named Debian packages that are missing.
missing() {
  local package
  for package in "$@"; do
    has "$package" || echo "$package"
  done
}

# Installs what is missing of the named Debian packages.
need() {
  command -v swift > /dev/null ||
    fail "Swift is missing and apt has none; install 6.2 or newer from https://www.swift.org/install"
  local packages
  packages=$(missing "$@" | tr '\n' ' ')
  # A toolchain that was only unpacked cannot run yet.
  swift --version > /dev/null 2>&1 || packages+="${SWIFT_NEEDS[*]} "
  [ -n "$packages" ] || return 0
  command -v apt-get > /dev/null ||
    fail "missing: ${packages}(Debian's names); there is no apt-get here, so install them by hand"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || fail "missing: $packages; run as root: apt-get install $packages"
    as_root=(sudo)
  fi
  echo "Installing $packages"
  quietly apt-update "${as_root[@]}" apt-get update
  # shellcheck disable=SC2086
  quietly apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends $packages
  swift --version > /dev/null 2>&1 ||
    fail "swift cannot run; 'swift --version' says why, and https://www.swift.org/install what it needs"
  packages=$(missing "$@" | tr '\n' ' ')
  [ -z "$packages" ] || fail "still missing after apt-get install: $packages"
}

# What each kind of work needs; the first is what swift.org lists for Debian 12.
SWIFT_NEEDS=(
  binutils-gold gcc git libcurl4-openssl-dev libedit-dev libicu-dev libncurses-dev libpython3-dev
  libsqlite3-dev libstdc++-12-dev libxml2-dev pkg-config tzdata uuid-dev zlib1g-dev
)
BUILD_NEEDS=(pkg-config libprotobuf-c-dev libsqlite3-dev zlib1g-dev)
GENERATE_NEEDS=(protobuf-c-compiler libprotobuf-dev)
GO_NEEDS=(
  golang-go golang-google-grpc-dev golang-google-protobuf-dev golang-github-golang-protobuf-1-5-dev
  protobuf-compiler protoc-gen-go protoc-gen-go-grpc
)
FAULT_NEEDS=(gcc systemd python3-venv faketime)
PACKAGE_NEEDS=(dpkg-dev binutils)
CPP_NEEDS=(g++ libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc)
TEST_NEEDS=(sqlite3 curl python3-venv "${GO_NEEDS[@]}" "${CPP_NEEDS[@]}")

# Makes a Python environment with what a requirements file names, in .build-python or another place.
#   need_python REQUIREMENTS [DIRECTORY]
need_python() {
  local directory=${2:-.build-python}
  cmp -s "$1" "$directory/requirements.txt" && return 0
  rm -rf "$directory"
  quietly venv python3 -m venv "$directory"
  quietly pip "$directory/bin/pip" install --quiet --requirement "$1"
  cp "$1" "$directory/requirements.txt"
}

# Builds products for release in .build-release, as they are packaged: with the Swift runtime in them.
build_release() {
  local product
  for product in "$@"; do
    quietly "build-release-$product" \
      swift build -c release --static-swift-stdlib --scratch-path .build-release \
      --product "$product"
  done
}

# Makes Go's stubs of proto/, and nothing else, in .build-go. The definitions name no Go package:
# each folder becomes one of the same name.
make_go_stubs() {
  local file packages=
  local files=()
  while IFS= read -r file; do
    files+=("$file")
    packages+=,M$file=$(dirname "$file")
  done < <(cd proto && find . -name '*.proto' -printf '%P\n' | LC_ALL=C sort)
  rm -rf .build-go/src
  mkdir -p .build-go/src
  quietly protoc protoc -I proto --go_out=.build-go/src --go_opt="${packages#,}" \
    --go-grpc_out=.build-go/src --go-grpc_opt="${packages#,}" "${files[@]}"
}

# Compiles the client of Tests/Cpp with Debian's gRPC and stubs of proto/ alone, as .build-cpp/client,
# unless it is that of these sources.
make_cpp_client() {
  local made stubs=.build-cpp/src/muster/v1
  made=$(cat Tests/Cpp/* proto/muster/v1/{import,member,rows}.proto | sha256sum)
  [ ! -x .build-cpp/client ] || [ "$(cat .build-cpp/made)" != "$made" ] || return 0
  rm -rf .build-cpp
  mkdir -p .build-cpp/src
  quietly protoc-cpp protoc -I proto --cpp_out=.build-cpp/src --grpc_out=.build-cpp/src \
    --plugin="protoc-gen-grpc=$(command -v grpc_cpp_plugin)" muster/v1/{import,member,rows}.proto
  # shellcheck disable=SC2046
  quietly g++ g++ -std=c++17 -O1 -I .build-cpp/src $(pkg-config --cflags grpc++) Tests/Cpp/client.cpp \
    "$stubs"/{import.pb,member.pb,rows.pb,import.grpc.pb,member.grpc.pb}.cc -o .build-cpp/client \
    $(pkg-config --libs grpc++ protobuf)
  echo "$made" > .build-cpp/made
}

# Runs go on Tests/Go with Debian's packages and the stubs alone: no modules, no network, no C.
#   in_go ARGUMENT...
in_go() {
  (
    export GO111MODULE=off GOFLAGS='' GOPROXY=off CGO_ENABLED=0
    export GOPATH=$PWD/.build-go:/usr/share/gocode GOCACHE=$PWD/.build-go/cache
    cd Tests/Go
    go "$@"
  )
}
