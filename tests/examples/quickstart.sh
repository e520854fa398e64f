#!/usr/bin/env bash
# quickstart.sh QUICKSTART WITH_SANDBOX SANDBOX, in an empty directory: every endpoint completes, each picture is named after its
# endpoint and is what its name says, and the key is nowhere but in the requests.
set -euo pipefail
quickstart=$1 with_sandbox=$2 sandbox=$3
fail() { echo "$1" >&2; exit 1; }

env -u PIXAZO_API_KEY PIXAZO_BASE_URL=http://127.0.0.1:1 "$quickstart" 2>/dev/null && fail "it ran without a key"
env -u PIXAZO_BASE_URL PIXAZO_API_KEY=unused "$quickstart" 2>/dev/null && fail "it would have sent every endpoint's request to the real gateway"

key=canary-$$-$RANDOM$RANDOM
rm -rf pictures one
mkdir pictures one
PIXAZO_API_KEY=$key "$with_sandbox" "$sandbox" --speed 20 -- "$quickstart" --out pictures >table.txt 2>&1 || { cat table.txt; fail "it failed"; }
cat table.txt
[ "$(grep -cE ' (sync  |queued) COMPLETED +[0-9.]+ +[0-9]+ +[0-9]+  image/(png|jpeg|webp) +[0-9]+x[0-9]+ +yes$' table.txt)" = 15 ] || fail "not 15 rows"
[ "$(find pictures -type f | wc -l)" = 15 ] || fail "not 15 pictures"
for picture in pictures/*; do
  head=$(od -An -tx1 -N12 "$picture" | tr -d ' \n')
  case $head:$picture in
    89504e470d0a1a0a*:*.png | ffd8ff*:*.jpg | 52494646????????57454250:*.webp) ;;
    *) fail "$picture begins with $head" ;;
  esac
  name=${picture##*/}
  grep -q "^${name%.*} " table.txt || fail "$picture is named after no endpoint"
done

PIXAZO_API_KEY=$key "$with_sandbox" "$sandbox" --speed 20 -- "$quickstart" --out one sd3 >one.txt 2>&1 || { cat one.txt; fail "one endpoint failed"; }
[ "$(find one -name 'sd3.*' | wc -l)" = 1 ] || fail "no picture of the one endpoint"
! grep -rlF "$key" . || fail "the key is in these files"
