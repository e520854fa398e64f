#!/usr/bin/env bash
# Builds and runs every test:
#
#   tests/run.sh                 on a clean Debian 12 too: what is missing is installed first
#   tests/run.sh dev             only this build (dev, asan, tsan; several may be named)
#   tests/run.sh --all           ... and the long runs of tests/long_runs.sh
#
# Builds: dev, asan (AddressSanitizer, UndefinedBehaviorSanitizer) and tsan (ThreadSanitizer); every warning is an error in
# all of them. Then a ctest for each build, in random order, and the bindings' tables. The summary of all builds is the last thing
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

# A ctest for each build: fixtures and dependencies are by names, and the builds have the same ones. One test more than there are
# processors: most wait for a socket or a process as long as they compute.
status=0
for build in "${builds[@]}"; do
  say "Testing $build"
  ctest --test-dir "build/$build" --schedule-random --output-on-failure --no-tests=error -j "$((jobs + 1))" | tee "$TMPDIR/ctest-$build.log" ||
    status=$?
done
for build in "${builds[@]}"; do  # the table of languages and scenarios, where its tests have run
  table=$root/build/$build/conformance/table.txt
  [ ! -f "$table" ] || { say "Bindings, as shown by $build"; cat "$table"; }
done
# The summary, of all builds together, is the last thing.
say "Summary of ${builds[*]}"
summary() {
  local logs=() build
  for build in "${builds[@]}"; do
    logs+=("$TMPDIR/ctest-$build.log")
    sed -n "/^The following tests FAILED:/,/^Errors while/{s/^\t/  $build:/p}" "$TMPDIR/ctest-$build.log"
  done
  sed -n 's/.*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "${logs[@]}" |
    awk '{f += $1; t += $2} END {printf "%d%% tests passed, %d tests failed out of %d\n", t ? int(100 * (t - f) / t) : 0, f, t}'
}
running=$(left_running)
[ -z "$running" ] || die "left running: $running"
summary
exit "$status"
