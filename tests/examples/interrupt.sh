#!/usr/bin/env bash
# interrupt.sh QUICKSTART WITH_SANDBOX SANDBOX: a signal while a job runs ends the job, says so in the table, exits non-zero, and
# the sandbox is gone afterwards.
set -euo pipefail
quickstart=$1 with_sandbox=$2 sandbox=$3
fail() { echo "$1" >&2; cat said.txt >&2; exit 1; }

# At this speed no queued job ends by itself before the test does.
# shellcheck disable=SC2016  # the inner shell expands these
exec 4< <("$with_sandbox" "$sandbox" --speed 0.1 -- bash -c \
  'echo "$$ $PIXAZO_BASE_URL" >started.txt; mkdir pictures; exec "$0" --out pictures gpt-image-2' "$quickstart" 2>&1)
script=$!
: >said.txt
while IFS= read -r line <&4; do
  echo "$line" >>said.txt
  case $line in *QUEUED* | *PROCESSING*) break ;; esac
done
read -r pid url <started.txt
kill -INT "$pid" || fail "it ended by itself"
cat <&4 >>said.txt
status=0
wait "$script" || status=$?
[ "$status" -ne 0 ] || fail "exit code 0 after a signal"
grep -q ' queued CANCELLED .* unknown$' said.txt || fail "the table does not tell the end"
(exec 3<>"/dev/tcp/127.0.0.1/${url##*:}") 2>/dev/null && fail "the sandbox still listens"
exit 0
