#!/usr/bin/env bash
# journal.sh JOURNAL (within with_sandbox.sh, whose jobs take long), in a directory of its own: four lives of one journal.
set -euo pipefail
journal=$1
fail() { echo "$1" >&2; cat said.txt >&2; exit 1; }
sandbox() { curl -sSf --noproxy '*' "$@"; }
live() { "$journal" jobs.sqlite pictures >said.txt 2>&1; }
# No life after the first pays.
paid_once() {
  sandbox "$PIXAZO_BASE_URL/sandbox/state" | python3 -c '
import json, sys
prompts = json.load(sys.stdin)["prompts"]
sys.exit(0 if sorted(prompts.values()) == [1, 1, 1] else f"POSTs: {prompts}")' || fail "not one POST each $1"
}
pictures() { (cd pictures && find . -type f | sort | tr '\n' ' '); }

rm -rf pictures jobs.sqlite* && mkdir pictures

# The first life is killed when the gateway has all three and none is made.
exec 4< <(exec "$journal" jobs.sqlite pictures 2>&1)
first=$!
: >said.txt
while [ "$(grep -c QUEUED said.txt)" -lt 3 ]; do
  IFS= read -r -t 60 line <&4 || fail "the first life ended by itself"
  echo "$line" >>said.txt
done
kill -9 "$first"
wait "$first" 2>/dev/null && fail "the first life was not killed"
[ -z "$(pictures)" ] || fail "the first life was not killed in the middle: $(pictures)"

# The second makes all, but one picture's host refuses it.
sandbox -o answer -d '{"speed": 500}' "$PIXAZO_BASE_URL/sandbox/settings"
sandbox -o answer -X PUT -d '{"rules": [{"on": "media", "prompt": "harbour", "times": 0, "status": 403}]}' "$PIXAZO_BASE_URL/sandbox/faults"
live && fail "a missing picture is no failure"
grep -qx '3 jobs of an earlier life' said.txt || fail "not all of the first life were restored"
grep -qx 'harbour: missing, charged yes' said.txt || fail "it does not say what is missing"
[ "$(pictures)" = './lighthouse.png ./map.png ' ] || fail "after the second life: $(pictures)"
paid_once "after the second life"

# The third fetches it, the fourth has nothing to do.
sandbox -o answer -X DELETE "$PIXAZO_BASE_URL/sandbox/faults"
live || fail "the third life failed"
grep -qx 'harbour is fetched again' said.txt || fail "the third life did not fetch what was missing"
for _ in third fourth; do
  [ "$(pictures)" = './harbour.png ./lighthouse.png ./map.png ' ] || fail "not every picture once: $(pictures)"
  live || fail "the last life failed"
  grep -qx '0 jobs of an earlier life' said.txt || fail "something was left to do"
  [ "$(grep -cE '^(lighthouse|harbour|map): here, charged yes$' said.txt)" = 3 ] || fail "not all are here"
done
paid_once "at the end"
