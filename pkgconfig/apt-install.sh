#!/usr/bin/env bash
# Installs the Debian packages that a piece of work needs, and only those that are missing.
#
#   pkgconfig/apt-install.sh build          libpixazo, pz-sandbox and the examples
#   pkgconfig/apt-install.sh build test     ... and tests/run.sh
#   pkgconfig/apt-install.sh build test long    ... and tests/run.sh --all
#   pkgconfig/apt-install.sh build bench    tests/bench; npm, where node brought none, is a group of its own
set -euo pipefail

build=(g++ cmake ninja-build pkg-config libcurl4-openssl-dev libsqlite3-dev rapidjson-dev libboost-dev libpng-dev libjpeg-dev libwebp-dev)
test=(clang libclang-rt-14-dev doctest-dev nlohmann-json3-dev python3 python3-venv mypy libssl-dev
  libcli11-dev libcpp-httplib-dev libchafa-dev libglib2.0-dev golang-go ca-certificates tmux zsh fish chromium curl nodejs python3-requests man-db groff mandoc
  openssl nginx-light haproxy tinyproxy-bin valgrind libnghttp2-dev zlib1g-dev
  rustc cargo librust-futures-core-dev librust-tokio-dev)
long=(clang-tidy)
bench=(libbenchmark-dev curl libssl-dev libnghttp2-dev openssl nodejs python3 python3-requests python3-aiohttp python3-matplotlib)
npm=(npm)

wanted=()
for group in "$@"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    long) wanted+=("${long[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    npm) wanted+=("${npm[@]}") ;;
    *) echo "apt-install.sh: no group of packages is called '$group' (build, test, long, bench, npm)" >&2; exit 2 ;;
  esac
done

if ! command -v apt-get >/dev/null; then
  echo "apt-install.sh: no apt-get here; going on in the hope that these, or what your system calls them, are there: ${wanted[*]}" >&2
  exit 0
fi

missing=()
installed=$'\n'$(dpkg-query -W -f='${Package} ${db:Status-Status}\n')$'\n'
for package in "${wanted[@]}"; do
  case $installed in *$'\n'"$package installed"$'\n'*) ;; *) missing+=("$package") ;; esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "apt-install.sh: these packages are missing; as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# RUNLEVEL=1: servers among them are used by tests, and not started as services.
quiet() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "$@" >"$log" 2>&1 || { cat "$log" >&2; echo "apt-install.sh: '$*' failed" >&2; exit 1; }; }
quiet apt-get -o DPkg::Lock::Timeout=300 update -q
quiet apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends "${missing[@]}"
