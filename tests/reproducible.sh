#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether the program is the same bytes when it is built elsewhere: reproducible.sh build/release/banyan.
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git ls-files --cached --others --exclude-standard | tar -cf - -T - | tar -xf - -C "$folder"
make -s -j2 -C "$folder" all >/dev/null
cmp "$program" "$folder/build/release/banyan"
echo "reproducible: the same bytes from another folder"
