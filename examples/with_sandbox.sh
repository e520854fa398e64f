#!/usr/bin/env bash
# Runs a program with a pz-sandbox of its own, which is stopped whatever happens:
#
#   examples/with_sandbox.sh build/quickstart/bin/pz-sandbox [SANDBOX OPTION...] -- PROGRAM [ARGUMENT...]
#
# The program finds the sandbox in PIXAZO_BASE_URL, and a key in PIXAZO_API_KEY if there was none.
set -euo pipefail

sandbox=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do sandbox+=("$1"); shift; done
[ ${#sandbox[@]} -gt 0 ] && [ $# -gt 1 ] || { sed -n '2,6p' "$0" >&2; exit 2; }
shift

exec 3< <(exec "${sandbox[@]}" --port 0)
pid=$!
stop() { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

url=
while [ -z "$url" ]; do
  IFS= read -r -t 60 line <&3 || { echo "with_sandbox.sh: ${sandbox[0]} did not start" >&2; exit 1; }
  case $line in *"listening on http://"*) url=http://${line##*http://} ;; esac
done
cat <&3 >/dev/null &  # so that the sandbox never waits for a reader

export PIXAZO_BASE_URL=$url PIXAZO_API_KEY=${PIXAZO_API_KEY:-sandbox-key}
status=0
"$@" 3<&- || status=$?
exit "$status"
