#!/usr/bin/env bash
# conformance.sh PROGRAM WORD...: runs it, or says why there is no such program.
if [ ! -x "$1" ]; then
  echo "it was not built: the crates that it depends on cannot be had here (Debian: librust-futures-core-dev)"
  exit 77
fi
exec env ${PIXAZO_PRELOAD:+LD_PRELOAD="$PIXAZO_PRELOAD"} "$@"
