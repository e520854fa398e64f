#!/usr/bin/env bash
# dlopen.sh CARGO_SH CARGO BUILD: the crates with the feature `dlopen`, without a library to link with in sight.
set -euo pipefail
export CARGO_TARGET_DIR=$3/dlopen PIXAZO_NO_PKG_CONFIG=1
unset PIXAZO_LIB_DIR LD_LIBRARY_PATH
"$@" . test --features pixazo/dlopen --test dlopen --test jobs
"$@" . build --features pixazo/dlopen --example conformance
program=$CARGO_TARGET_DIR/debug/examples/conformance
! ldd "$program" | grep pixazo
root=$(dirname "$1")/../..
python3 -B "$root/conformance/run.py" --sandbox "$PIXAZO_SANDBOX_PROGRAM" --language rust-dlopen \
  --only generate_memory,exit_running,destroy_midflight -- "$program"
! PIXAZO_LIBRARY=/no/such/library "$program" catalogue_form
