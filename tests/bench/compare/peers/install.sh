#!/usr/bin/env bash
# Installs what users would pick instead of libpixazo, at the versions that package.json names: node_modules/ beside this script, and
# Debian's packages for Python. An npm that is there already is used.
set -euo pipefail
cd "$(dirname "$0")"
install=../../../../pkgconfig/apt-install.sh

"$install" build bench
command -v npm >/dev/null || "$install" npm
npm ci --no-audit --no-fund --ignore-scripts
