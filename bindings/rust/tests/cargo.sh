#!/usr/bin/env bash
# Runs cargo on a copy of these crates, so that nothing is written beside the sources:
#
#   cargo.sh CARGO BUILD_DIRECTORY --copy                     makes the copy anew
#   cargo.sh CARGO BUILD_DIRECTORY CRATES WORD...             cargo WORD... in CRATES (. or tokio) of the copy
#
# Crates that these depend on come from Debian's packages where those are installed, without a network; elsewhere from where
# cargo is set up to look. If they cannot be had, that is said and the exit code is 77. Warnings are errors.
set -euo pipefail
cargo=$1 build=$2 crates=$3
shift 3
if [ "$crates" = --copy ]; then
  rm -rf "$build/source"
  mkdir -p "$build"
  cp -a "$(dirname "$0")/.." "$build/source"  # with its times: cargo knows by them what has changed
  exit
fi
cd "$build/source/$crates"
folder=$(dirname "$cargo")
[ ! -x "$folder/rustc" ] || export RUSTC=$folder/rustc RUSTDOC=$folder/rustdoc
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$build/target}
export RUSTFLAGS="-D warnings ${RUSTFLAGS:-}" RUSTDOCFLAGS="-D warnings ${RUSTDOCFLAGS:-}" CARGO_TERM_COLOR=never
words=()
if compgen -G '/usr/share/cargo/registry/futures-core-0.3*' >/dev/null && compgen -G '/usr/share/cargo/registry/tokio-1*' >/dev/null; then
  export CARGO_HOME=$build/home  # nothing is looked up in a user's, and nothing written there
  words=(--offline --config 'source.crates-io.replace-with="debian"' --config 'source.debian.directory="/usr/share/cargo/registry"')
fi
if ! said=$("$cargo" "${words[@]}" metadata --format-version 1 2>&1 >/dev/null); then
  printf '%s\n' "$said"
  echo "the crates that these depend on cannot be had here (Debian: librust-futures-core-dev, librust-tokio-dev)"
  exit 77
fi
exec "$cargo" "${words[@]}" "$@"
