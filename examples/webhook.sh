#!/usr/bin/env bash
# Webhooks end to end: pz-sandbox posts over TLS to nginx, nginx hands on to examples/webhook_server, which hands to the library.
#
#   examples/webhook.sh PZ_SANDBOX WEBHOOK_SERVER [JOBS]
#
# The certificate is made here, for this run, and pz-sandbox is told to trust it (a real gateway trusts the web's authorities).
# Prints how many webhooks came and how many polls were made; with webhooks one poll a job is enough.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
sandbox=$1 server=$2 jobs=${3:-20}
for program in nginx openssl; do
  command -v $program >/dev/null || PATH=$PATH:/usr/sbin command -v $program >/dev/null || { echo "webhook.sh: $program is not installed" >&2; exit 77; }
done
PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
nginx=
stop() { [ -z "$nginx" ] || { kill "$nginx" 2>/dev/null && wait "$nginx" 2>/dev/null; } || true; rm -rf "$work"; }
trap stop EXIT

read -r tls inner < <(python3 - <<'P'
import socket
a, b = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
print(a.getsockname()[1], b.getsockname()[1])
P
)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
cat >"$work/nginx.conf" <<N
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events {}
http {
  access_log off;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  client_max_body_size 256k;
  server {
    listen 127.0.0.1:$tls ssl;
    ssl_certificate $work/cert.pem;
    ssl_certificate_key $work/key.pem;
    location /hooks/ { proxy_pass http://127.0.0.1:$inner/inner/; }
  }
}
N
nginx -p "$work" -c "$work/nginx.conf" -e "$work/error.log" &
nginx=$!
until curl -sk -o "$work/up" "https://127.0.0.1:$tls/"; do
  kill -0 "$nginx" 2>/dev/null || { cat "$work/error.log" >&2; echo "webhook.sh: nginx did not start" >&2; exit 1; }
done
"$here/with_sandbox.sh" "$sandbox" --speed 20 --webhook-ca "$work/cert.pem" -- "$server" "$inner" "https://127.0.0.1:$tls/hooks/" "$jobs"
