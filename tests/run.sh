#!/usr/bin/env bash
# Builds and runs every test:
#
#   tests/run.sh                 on a clean Debian 12 too: what is missing is installed first
#   tests/run.sh dev             only this build (dev, asan, tsan; several may be named)
#   tests/run.sh --all           ... and the long runs of tests/long_runs.sh
#
# Builds: dev, asan (AddressSanitizer, UndefinedBehaviorSanitizer) and tsan (ThreadSanitizer); every warning is an error in
# all of them. Then one ctest over the tests of all builds, in random order. Its summary and the bindings' tables are the last things
# printed; the exit code is not 0 if anything failed. Writes to build/ only.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

all=
builds=()
for word in "$@"; do
  case $word in
    --all) all=1 ;;
    dev | asan | tsan) builds+=("$word") ;;
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' tests/run.sh; exit 0 ;;
    *) sed -n '2,10s/^# \{0,1\}//p' tests/run.sh >&2; exit 2 ;;
  esac
done
[ ${#builds[@]} -gt 0 ] && [ -z "$all" ] || builds=(dev asan tsan)

jobs=$(nproc)
launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
SECONDS=0
say() { printf '\n== %s (after %d min %02d s)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }
die() { printf '\ntests/run.sh: FAILED: %s\n' "$1" >&2; exit 1; }

# Temporary files of the tests lie where they can be found, and removed.
export TMPDIR=$root/build/tmp
rm -rf "$TMPDIR"
mkdir -p "$TMPDIR"
rm -rf "$root"/build/*/conformance

left_running() {  # programs of these builds that still run
  local exe target
  for exe in /proc/[0-9]*/exe; do
    target=$(readlink "$exe" 2>/dev/null) || continue
    case $target in "$root"/build/dev/* | "$root"/build/asan/* | "$root"/build/tsan/*) echo "$target" ;; esac
  done
}

say "Packages"
groups=(build test)
[ -z "$all" ] || groups+=(long)
(unset TMPDIR; pkgconfig/apt-install.sh "${groups[@]}")

for build in "${builds[@]}"; do
  say "Building $build"
  cmake --preset "$build" "${launcher[@]}" >"$TMPDIR/configure.log" 2>&1 || { cat "$TMPDIR/configure.log"; die "configuring $build"; }
  grep 'left out' "$TMPDIR/configure.log" || true
  cmake --build --preset "$build" -j "$jobs" >"$TMPDIR/build.log" 2>&1 || { grep -v '^\[' "$TMPDIR/build.log" | head -n 200; die "building $build"; }
done

if [ -n "$all" ]; then
  . tests/long_runs.sh
  long_runs
fi

case " ${builds[*]} " in *" dev "*)
  say "The fault list (tests/faults/README.md)"
  python3 -B tests/faults/table.py build/dev || die "the table of the fault list"
esac

# One ctest over all builds. Their tests have the same names; the numbers tell them apart.
say "Testing ${builds[*]}"
mkdir -p build/all
: >build/all/CTestTestfile.cmake
from=1
for build in "${builds[@]}"; do
  echo "subdirs(\"$root/build/$build\")" >>build/all/CTestTestfile.cmake
  count=$(ctest --test-dir "build/$build" -N | sed -n 's/^Total Tests: //p')
  echo "Tests $from to $((from + count - 1)) are those of $build."
  from=$((from + count))
done
cd build/all
status=0
ctest --schedule-random --output-on-failure --no-tests=error -j "$jobs" | tee "$TMPDIR/ctest.log" || status=$?
for build in "${builds[@]}"; do  # the table of languages and scenarios, where its tests have run
  table=$root/build/$build/conformance/table.txt
  [ ! -f "$table" ] || { say "Bindings, as shown by $build"; cat "$table"; }
done
sed -n '/% tests passed/,$p' "$TMPDIR/ctest.log"  # its summary is the last thing
running=$(left_running)
[ -z "$running" ] || die "left running: $running"
exit "$status"
