#!/usr/bin/env bash
# Installs a build, moves what was installed, and builds and runs a consumer of each kind against it:
#   consume.sh BUILD_DIR WORK_DIR C_COMPILER WITH_SANDBOX SANDBOX
# The compiled consumers are examples/hello.c: they must fetch a picture from the sandbox.
set -euo pipefail
export CMAKE_GENERATOR=Ninja  # make need not be there
build=$1 work=$2 cc=$3 with_sandbox=$4 sandbox=$5
here=$(cd "$(dirname "$0")" && pwd)
hello=$here/../../examples/hello.c

rm -rf "$work"
mkdir -p "$work"
cd "$work"
cmake --install "$build" --prefix "$work/first" --component runtime >/dev/null
(cd first && find . -type f -o -type l | sort) >runtime.txt
grep -q '/libpixazo\.so\.1$' runtime.txt || { echo "the runtime component has no libpixazo.so.1" >&2; exit 1; }
! grep -qE 'include|cmake|\.pc$|libpixazo\.so$' runtime.txt || { echo "the runtime component holds development files:" >&2; cat runtime.txt >&2; exit 1; }
cmake --install "$build" --prefix "$work/first" --component devel >/dev/null
mkdir elsewhere
mv first elsewhere/moved
tree=$work/elsewhere/moved
! grep -rlIF -e "$work/first" -e "$build" "$tree" || { echo "these installed files name the place they were made in" >&2; exit 1; }
library=$(find "$tree" -name libpixazo.so.1)

run() {  # what it was built by, program
  rm -rf pictures && mkdir pictures
  (cd pictures && "$with_sandbox" "$sandbox" --speed 50 -- "$2")
  [ -n "$(find pictures -type f -size +0)" ] || { echo "$1: no picture" >&2; exit 1; }
  echo "$1: works"
}

cmake -S "$here/find_package" -B find_package -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$tree" -DHELLO="$hello" >find_package.log 2>&1 ||
  { cat find_package.log >&2; exit 1; }
cmake --build find_package >>find_package.log 2>&1 || { cat find_package.log >&2; exit 1; }
run find_package "$work/find_package/hello"

export PKG_CONFIG_PATH=${library%/*}/pkgconfig
[ "$(pkg-config --modversion pixazo)" = "$(sed -n 's/.*PZ_VERSION_[A-Z]* //p' "$here/../../include/pixazo/version.h" | paste -sd.)" ]
# shellcheck disable=SC2046  # the flags are words
"$cc" -std=c99 -Wall -Wextra -Werror "$hello" -o by_pkg_config $(pkg-config --cflags --libs pixazo) -Wl,-rpath,"${library%/*}"
run pkg-config "$work/by_pkg_config"

"$cc" -std=c99 -D_GNU_SOURCE -Wall -Wextra -Werror -I "$tree/include" "$here/by_dlopen.c" -o by_dlopen -ldl
./by_dlopen "$library"
echo "dlopen: works"
