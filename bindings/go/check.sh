#!/usr/bin/env bash
# Builds and runs what tests the Go binding; CMakeLists.txt calls it. Exit code 77: it cannot, and the last line says why.
#
#   check.sh build FLAVOUR             the unit tests and the conformance program, and what `go vet` says
#   check.sh test FLAVOUR              runs the unit tests
#   check.sh run FLAVOUR [ARGUMENT...] runs the conformance program
#   check.sh readme                    compiles and runs README.md's programs
#
# Flavours: cgo (with the race detector), purego (no C compiler), purego-race, asan (cgo against a library with AddressSanitizer),
# oldest (cgo, Go 1.19 as Debian 12 has it), newer (cgo, a Go that has iterators; the module proxy gives one where there is none).
# PZ_GO is the program go, PZ_BUILD the build of libpixazo, PZ_OUT what may be written to.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
action=$1
flavour=${2:-cgo}
[ $# -gt 1 ] && shift 2
out=$PZ_OUT/$flavour
mkdir -p "$out"

cannot() { echo "$1" | tee "$out/why"; exit 77; }

# Go's settings stay those of its user; what it writes stays in the build.
GOENV=$("$PZ_GO" env GOENV)
export GOENV GOPATH=$PZ_OUT/path GOMODCACHE=$PZ_OUT/path/mod GOCACHE=$PZ_OUT/cache XDG_CONFIG_HOME=$PZ_OUT/config
export GOFLAGS="-buildvcs=false -modcacherw" GOTOOLCHAIN=local CGO_ENABLED=1
unset GOROOT CGO_LDFLAGS CGO_CFLAGS GOEXPERIMENT

version_of() { "$1" env GOVERSION | sed 's/^go1\.\([0-9]*\).*/\1/'; }

newer_go() { # prints the path of a Go with iterators
  if [ "$(version_of "$PZ_GO")" -ge 23 ]; then echo "$PZ_GO"; return; fi
  local toolchain=golang.org/toolchain@v0.0.1-go1.23.12.linux-amd64 folder
  [ "$("$PZ_GO" env GOOS)-$("$PZ_GO" env GOARCH)" = linux-amd64 ] || return 1
  mkdir -p "$out/empty"
  printf 'module empty\n' >"$out/empty/go.mod"
  (cd "$out/empty" && "$PZ_GO" mod download "$toolchain" >"$out/download.log" 2>&1) || return 1
  folder=$GOMODCACHE/$toolchain
  chmod -R u+w "$folder" # a module's files come without the right to be run
  chmod u+x "$folder"/bin/* "$folder"/pkg/tool/*/*
  echo "$folder/bin/go"
}

go=$PZ_GO
flags=()
case $flavour in
  cgo) flags=(-race) ;;
  purego) export CGO_ENABLED=0 ;;
  purego-race) flags=(-race -tags pixazo_purego) ;;
  asan)
    flags=(-asan)
    # Go names AddressSanitizer only; the library also wants the other one's run time, and the part of it that is in C++.
    export CC=clang CGO_LDFLAGS="-fsanitize=address,undefined -fsanitize-link-c++-runtime -lstdc++" ASAN_OPTIONS=detect_leaks=0 ;;
  oldest) go=/usr/lib/go-1.19/bin/go ;;
  newer) ;;
  *) echo "check.sh: no flavour '$flavour'" >&2; exit 2 ;;
esac

install_library() { # where pkg-config finds it; both flavours use this copy
  mkdir -p "$PZ_OUT"
  (
    flock 9
    cmake --install "$PZ_BUILD" --component runtime --prefix "$PZ_OUT/prefix" >/dev/null
    cmake --install "$PZ_BUILD" --component devel --prefix "$PZ_OUT/prefix" >/dev/null
  ) 9>"$PZ_OUT/lock"
}

find_library() {
  PKG_CONFIG_PATH=$(dirname "$(find "$PZ_OUT/prefix" -name pixazo.pc)")
  LD_LIBRARY_PATH=$(dirname "$(find "$PZ_OUT/prefix" -name libpixazo.so.1)")
  PIXAZO_LIBRARY=$LD_LIBRARY_PATH/libpixazo.so.1
  export PKG_CONFIG_PATH LD_LIBRARY_PATH PIXAZO_LIBRARY
}

have_modules() { # purego is the one module that is not ours; without it there is cgo alone
  (cd "$here" && "$PZ_GO" mod download >"$out/download.log" 2>&1) || cannot "purego's module cannot be had: $(tail -n 1 "$out/download.log")"
}

case $action in
  build)
    rm -f "$out"/why "$out"/*.test "$out/conformance"
    install_library
    find_library
    case $flavour in
      purego*) have_modules ;;
      newer) go=$(newer_go) || cannot "there is no Go 1.23 or newer here, and the module proxy gives none: $(tail -n 1 "$out/download.log" 2>/dev/null || echo not for this machine)" ;;
    esac
    [ "$flavour" != newer ] || export GOEXPERIMENT=cgocheck2 # what GODEBUG=cgocheck=2 was before Go 1.21
    echo "$go" >"$out/go"
    "$go" version
    cd "$here"
    if [ "$flavour" = cgo ] || [ "$flavour" = purego ]; then "$go" vet ./...; fi
    "$go" test -c "${flags[@]}" -o "$out/pixazo.test" .
    "$go" test -c "${flags[@]}" -o "$out/webhook.test" ./webhook
    "$go" build "${flags[@]}" -o "$out/conformance" ./conformance
    ;;
  test)
    [ -x "$out/webhook.test" ] || { cat "$out/why"; exit 77; }
    find_library
    [ "$(version_of "$(cat "$out/go")")" -ge 21 ] && export GODEBUG=cgocheck=1 || export GODEBUG=cgocheck=2
    cd "$here" && "$out/pixazo.test" && cd webhook && "$out/webhook.test"
    ;;
  run)
    [ -x "$out/conformance" ] || { cat "$out/why"; exit 77; }
    find_library
    exec "$out/conformance" "$@"
    ;;
  readme)
    find_library
    have_modules
    python3 -B "$here/readme.py" "$go" "$PZ_OUT/readme"
    ;;
esac
