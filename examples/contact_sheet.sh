#!/usr/bin/env bash
# Puts the pictures that quickstart made on one sheet: examples/contact_sheet.sh [DIRECTORY [SHEET.png]]
# Needs ImageMagick (apt-get install imagemagick).
set -euo pipefail
directory=${1:-out} sheet=${2:-examples/contact-sheet.png}
mapfile -t pictures < <(find "$directory" -maxdepth 1 \( -name '*.png' -o -name '*.jpg' -o -name '*.webp' \) | LC_ALL=C sort)
[ ${#pictures[@]} -gt 0 ] || { echo "contact_sheet.sh: no pictures in $directory; run examples/quickstart.sh first" >&2; exit 1; }
montage -label '%t' "${pictures[@]}" -tile 5x -geometry 220x165+6+6 -background white -pointsize 13 miff:- |
  convert - -strip +dither -colors 224 -define png:compression-level=9 "png8:$sheet"
echo "$sheet: ${#pictures[@]} pictures, $(stat -c %s "$sheet") bytes"
