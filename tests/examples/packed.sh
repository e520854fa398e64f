#!/usr/bin/env bash
# packed.sh WEBHOOK_SERVER (within with_sandbox.sh, whose jobs take long): what is posted packed is refused, unpacked by nobody.
set -euo pipefail
port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
"$1" "$port" https://hooks.invalid/ 1 &
server=$!
trap 'kill $server; wait $server 2>/dev/null || true' EXIT
post() { curl -s -o answer -w '%{http_code}' --noproxy '*' -H 'Content-Type: application/json' --data-binary @- "$@" "http://127.0.0.1:$port/x"; }
until answered=$(post <<<'{}'); do
  kill -0 $server || { echo "webhook_server ended" >&2; exit 1; }
done
[ "$answered" = 404 ] || { echo "a plain body got $answered" >&2; exit 1; }
answered=$(head -c 30000000 /dev/zero | gzip | post -H 'Content-Encoding: gzip')
[ "$answered" = 415 ] || { echo "a packed body got $answered" >&2; exit 1; }
answered=$(head -c 300000 /dev/zero | post -H 'Transfer-Encoding: chunked' || true)
[ "$answered" = 413 ] || { echo "a body of 300 kB in chunks got $answered" >&2; exit 1; }
