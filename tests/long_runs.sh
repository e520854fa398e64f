# What tests/run.sh --all adds; sourced by it. Each part ends the run if it fails.
# shellcheck shell=bash

long_runs() {
  local minutes=${PIXAZO_FUZZ_MINUTES:-3} seeds=${PIXAZO_SEEDS:-20000} rounds=${PIXAZO_ROUNDS:-5} kills=${PIXAZO_KILL_ROUNDS:-1000}
  cat <<TEXT

--all adds: the simulation with $seeds seeds; $kills rounds of killed processes; every byte of a journal hit and cut off; every allocation failing, with a journal too; every fuzz target for $minutes min; the unit programs, lives of a journal and an example under valgrind;
clang-tidy over src/; the dev tests $rounds more times, each time in another order. (PIXAZO_SEEDS, PIXAZO_KILL_ROUNDS,
PIXAZO_FUZZ_MINUTES, PIXAZO_ROUNDS)
TEXT
  say "Simulation, $seeds seeds"
  build/dev/bin/simulation --seeds "$seeds" || die "simulation"

  say "Processes killed, $kills rounds"
  PIXAZO_KILL_ROUNDS=$kills PIXAZO_KILL_SEED=${PIXAZO_KILL_SEED:-2} build/dev/bin/kill_rounds || die "kill rounds"

  say "Every byte of a journal is hit, and cut off"
  PIXAZO_EVERY_BYTE=1 build/dev/bin/unit_journal_test -tc='J4: cut*,J5: any byte*' >"$TMPDIR/bytes.log" || { tail -n 50 "$TMPDIR/bytes.log"; die "damaged journals"; }
  tail -n 2 "$TMPDIR/bytes.log"

  say "Every allocation fails once, with a journal"
  PIXAZO_TORTURE_STEP=1 build/dev/bin/capi_torture memory_journal || die "torture"

  say "Fuzz targets, $minutes min each, $jobs at a time"
  cmake --preset fuzz "${launcher[@]}" >"$TMPDIR/configure.log" 2>&1 || { cat "$TMPDIR/configure.log"; die "configuring fuzz"; }
  local targets target
  mapfile -t targets < <(find tests/fuzz -maxdepth 1 -name '*.cpp' ! -name replay.cpp -printf '%f\n' | sed 's/\.cpp$//' | LC_ALL=C sort)
  cmake --build --preset fuzz -j "$jobs" --target "${targets[@]/#/fuzz_}" >"$TMPDIR/build.log" 2>&1 ||
    { grep -v '^\[' "$TMPDIR/build.log" | head -n 200; die "building the fuzz targets"; }
  for target in "${targets[@]}"; do
    mkdir -p "build/fuzz/found/$target"
    printf '%s\0' "$target"
  done | xargs -0 -P "$jobs" -I '{}' bash -c 'fuzz_one "$1" "$2"' _ '{}' "$minutes" || die "a fuzz target; what broke it lies in build/fuzz/found"

  say "valgrind"
  local program memcheck=(valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite)
  for program in wire catalogue core transport client; do
    "${memcheck[@]}" "build/dev/bin/unit_${program}_test" >"$TMPDIR/valgrind.log" 2>&1 || { cat "$TMPDIR/valgrind.log"; die "unit_${program}_test under valgrind"; }
    echo "unit_${program}_test: clean"
  done
  # Lives that are killed say nothing; the ones that go on with their journals are looked at.
  for program in journal carried; do
    "${memcheck[@]}" --child-silent-after-fork=yes "build/dev/bin/capi_$program" >"$TMPDIR/valgrind.log" 2>&1 ||
      { cat "$TMPDIR/valgrind.log"; die "capi_$program under valgrind"; }
    echo "capi_$program: clean"
  done
  (cd "$TMPDIR" && "$root/examples/with_sandbox.sh" "$root/build/dev/bin/pz-sandbox" --speed 20 -- "${memcheck[@]}" "$root/build/dev/bin/hello") ||
    die "hello under valgrind"

  say "clang-tidy"
  run-clang-tidy -quiet -p build/asan -j "$jobs" "$root/src/(wire|catalogue|core|transport|journal|client|capi|sandbox)/" >"$TMPDIR/tidy.log" 2>/dev/null ||
    { grep -E 'warning:|error:' "$TMPDIR/tidy.log" | sort -u; die "clang-tidy"; }
  echo "clean"

  local round
  for ((round = 1; round <= rounds; round++)); do
    say "The dev tests once more ($round of $rounds)"
    ctest --test-dir build/dev --schedule-random --output-on-failure -j "$jobs" >"$TMPDIR/round.log" 2>&1 || { tail -n 100 "$TMPDIR/round.log"; die "round $round"; }
    tail -n 3 "$TMPDIR/round.log"
  done
}

fuzz_one() {  # target, minutes
  local log=build/fuzz/found/$1.log
  build/fuzz/bin/"fuzz_$1" -max_total_time=$(($2 * 60)) -timeout=30 -rss_limit_mb=2048 -artifact_prefix="build/fuzz/found/$1/" \
    "build/fuzz/found/$1" "tests/fuzz/corpus/$1" >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
  echo "fuzz_$1: $(grep -o 'Done [0-9]* runs.*' "$log")"
}
export -f fuzz_one
