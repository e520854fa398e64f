#!/usr/bin/env bash
# Puts the pictures that quickstart made on one sheet: examples/contact_sheet.sh [DIRECTORY [SHEET.png]]
# Needs ImageMagick and a font: apt-get install imagemagick fonts-dejavu-core
set -euo pipefail
directory=${1:-out} sheet=${2:-examples/contact-sheet.png}
mapfile -t pictures < <(find "$directory" -maxdepth 1 \( -name '*.png' -o -name '*.jpg' -o -name '*.webp' \) | LC_ALL=C sort)
[ ${#pictures[@]} -gt 0 ] || { echo "contact_sheet.sh: no pictures in $directory; run examples/quickstart.sh first" >&2; exit 1; }
montage -label '%t' "${pictures[@]}" -tile 5x -geometry 200x200+5+5 -background white -font DejaVu-Sans -pointsize 13 miff:- |
  convert - -strip -dither FloydSteinberg -colors 255 -define png:compression-level=9 "png8:$sheet"
echo "$sheet: ${#pictures[@]} pictures, $(stat -c %s "$sheet") bytes"
