#!/usr/bin/env bash
# installed.sh BUILD WITH_SANDBOX SANDBOX WORD... -- CARGO_SH CARGO BUILD: a program against the installed library.
set -euo pipefail
build=$1
shift
prefix=$build/bindings/rust/installed
rm -rf "$prefix"
for component in runtime devel; do cmake --install "$build" --prefix "$prefix" --component "$component" >/dev/null; done
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name pixazo.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$prefix" -name libpixazo.so)")
export PKG_CONFIG_PATH LD_LIBRARY_PATH CARGO_TARGET_DIR=$build/bindings/rust/pkg-config
unset PIXAZO_LIB_DIR
"$@" . run --example hello
