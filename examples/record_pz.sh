#!/usr/bin/env bash
# Records pz at work, against a pz-sandbox of its own, as a picture that moves:
#
#   examples/record_pz.sh [BUILD-DIRECTORY [OUT.svg]]     default: build/quickstart examples/pz.svg
#
# Needs tmux and python3. Nothing is sent anywhere but to this machine.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../build/quickstart}" && pwd)
out=${2:-$here/pz.svg}
work=$(mktemp -d)
tmux=(tmux -S "$work/tmux" -f /dev/null)
recorder=
finish() {
  [ -z "$recorder" ] || kill "$recorder" 2>/dev/null || true
  "${tmux[@]}" kill-server 2>/dev/null || true
  rm -rf "$work"
}

# The second half runs inside with_sandbox.sh, which names the sandbox in PIXAZO_BASE_URL.
if [ "${RECORD_PZ_INSIDE:-}" != yes ]; then
  rm -rf "$work"
  RECORD_PZ_INSIDE=yes exec "$here/with_sandbox.sh" "$build/bin/pz-sandbox" --speed 2 --seed 7 --quiet -- "$0" "$build" "$out"
fi
trap finish EXIT

mkdir "$work/frames" "$work/home"
cat >"$work/home/moods.txt" <<'PROMPTS'
a quiet harbour at dawn
the same harbour in a storm
fishing boats in fog
a lighthouse at night
nets drying in the sun
PROMPTS

environment=(env -i "HOME=$work/home" "PATH=$build/bin:$PATH" LANG=C.UTF-8 TERM=xterm-256color COLORTERM=truecolor
  "PIXAZO_BASE_URL=$PIXAZO_BASE_URL" "PIXAZO_API_KEY=$PIXAZO_API_KEY" 'PS1=$ ')
"${tmux[@]}" new-session -d -x 96 -y 30 -c "$work/home" "$(printf '%q ' "${environment[@]}" bash --norc --noprofile)"
"${tmux[@]}" set -g status off

now() { date +%s%3N; }
begun=$(now)
record() {
  while :; do
    "${tmux[@]}" capture-pane -e -p >"$work/frame" 2>/dev/null && mv "$work/frame" "$work/frames/$(($(now) - begun)).ansi"
    sleep 0.3
  done
}
type_line() {
  local i
  for ((i = 0; i < ${#1}; i += 6)); do
    "${tmux[@]}" send-keys -l -- "${1:i:6}"
    sleep 0.12
  done
  "${tmux[@]}" send-keys Enter
}
await() {  # until the screen holds this text
  for _ in $(seq 1 600); do
    "${tmux[@]}" capture-pane -p | grep -q -- "$1" && return
    sleep 0.1
  done
  echo "record_pz.sh: '$1' never came" >&2
  exit 1
}

await '^\$ *$'
record &
recorder=$!
type_line "pz generate studio-ghibli -p 'a lake in the mountains' -s 640x360 --show"
await 'a-lake-in-the-mountains.png'
await '^\$ *$'
sleep 2.5
"${tmux[@]}" send-keys -l 'clear'
"${tmux[@]}" send-keys Enter
await '^\$ *$'
type_line 'pz generate gpt-image-2 --batch moods.txt --out moods'
await 'contact-sheet.png'
sleep 0.7
kill "$recorder" && wait "$recorder" 2>/dev/null || true
recorder=
python3 "$here/terminal_svg.py" "$out" "$work/frames" --recording --title 'pz, against pz-sandbox'
echo "$out: $(wc -c <"$out") bytes"
