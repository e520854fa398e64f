#!/usr/bin/env bash
# From a clone to fifteen pictures: installs what is missing, builds libpixazo, pz-sandbox and the examples, starts the
# sandbox on a free loopback port, and sends the documents' first printed request of every endpoint. Pictures go to out/, where
# those of an earlier run are replaced.
#
#   examples/quickstart.sh
#   examples/quickstart.sh --live ENDPOINT [--yes]   one request to the real gateway instead, with the key in PIXAZO_API_KEY.
#                                                    It costs money, and it asks first unless there is nobody to answer or --yes.
#                                                    The picture goes to out/live/, where nothing is ever replaced.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,9s/^# \{0,1\}//p' examples/quickstart.sh; exit "$1"; }
live=
yes=()
while [ $# -gt 0 ]; do
  case $1 in
    --live) live=${2:-}; [ -n "$live" ] || usage 2 >&2; shift ;;
    --yes) yes=(--yes) ;;
    -h | --help) usage 0 ;;
    *) usage 2 >&2 ;;
  esac
  shift
done
if [ -n "$live" ] && [ -z "${PIXAZO_API_KEY:-}" ]; then
  echo "quickstart.sh: --live sends a paid request and needs a key: PIXAZO_API_KEY is not set. Nothing was sent." >&2
  exit 2
fi

pkgconfig/apt-install.sh build
build=build/quickstart
targets=(quickstart form)
[ -n "$live" ] || targets+=(pz-sandbox)
mkdir -p "$build" out/live
quietly() { "$@" >"$build/last.log" 2>&1 || { cat "$build/last.log" >&2; echo "quickstart.sh: '$*' failed" >&2; exit 1; }; }
echo "Building ${targets[*]} and libpixazo in $build"
launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
quietly cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DPIXAZO_BUILD_TESTS=OFF "${launcher[@]}"
if [ -t 1 ]; then cmake --build "$build" --target "${targets[@]}"; else quietly cmake --build "$build" --target "${targets[@]}"; fi

if [ -n "$live" ]; then
  exec "$build/bin/quickstart" --out out/live "${yes[@]}" "$live"
fi
printf '\nThe form of one endpoint, from what the library says about it:\n\n'
"$build/bin/form" gpt-image-2-edit
printf '\nEvery endpoint, on the sandbox:\n\n'
find out -maxdepth 1 -type f \( -name '*.png' -o -name '*.jpg' -o -name '*.webp' \) -delete
unset PIXAZO_API_KEY  # the sandbox needs none of yours
examples/with_sandbox.sh "$build/bin/pz-sandbox" --speed "${SANDBOX_SPEED:-20}" -- "$build/bin/quickstart" --out out
printf 'The pictures are in out/\n'
