#!/usr/bin/env bash
# hello.sh HELLO (within with_sandbox.sh): without a key, and where the picture was made and its host refuses it.
set -euo pipefail
hello=$1
says() { # WHAT, then the command
  local what=$1 said
  shift
  said=$("$@") && { echo "exit code 0: $said" >&2; exit 1; }
  [[ $said == *"$what"* ]] || { echo "'$said' does not say '$what'" >&2; exit 1; }
}
says 'no API key is set' env -u PIXAZO_API_KEY "$hello"
curl -sSf --noproxy '*' -o answer -d '{"rules": [{"on": "media", "times": 0, "status": 403}]}' "$PIXAZO_BASE_URL/sandbox/faults"
says 'HTTP 403' "$hello"
