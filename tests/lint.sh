#!/bin/sh
# SPDX-License-Identifier: MIT
# The rules of the house: lint.sh 'COMPILER FLAGS' 'INCLUDE FLAGS'. Prints what breaks one and exits with 1.
set -u
cd "$(dirname "$0")/.."
base=$1 includes=$2
failed=0
bad() {
    echo "lint: $1"
    failed=1
}

sources=$(git ls-files --cached --others --exclude-standard 'engine/*.c' 'cache/*.c' 'lua/*.c' 'tests/*.c')
headers=$(git ls-files --cached --others --exclude-standard 'engine/*.h' 'cache/*.h' 'lua/*.h' 'tests/*.h')

# shellcheck disable=SC2086
clang-format --dry-run -Werror $sources $headers || bad "format: run make format"

# shellcheck disable=SC2086
cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability \
    --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 -j 2 \
    $(echo "$sources" | tr ' ' '\n' | grep -v '^tests/') || bad "cppcheck"

luacheck -q lua strategies examples tests || bad "luacheck"

for script in $(git ls-files --cached --others --exclude-standard '*.js'); do
    node --check "$script" || bad "$script: no JavaScript"
done

# Each header compiles alone.
for header in $headers; do
    # shellcheck disable=SC2086
    printf '#include "%s"\nextern int only;\n' "$header" | ${CC:-cc} $base $includes -I. -fsyntax-only -x c - ||
        bad "$header does not compile alone"
done

# Arrows: engine <- cache <- lua, and what users write sees the API alone.
grep -nE '#include "(\.\./)*(cache|lua|tests)/' $(echo "$sources $headers" | tr ' ' '\n' | grep '^engine/') &&
    bad "engine/ includes something above it"
grep -nE '#include <(uv|curl|lmdb|lua|lauxlib|zlib|sqlite3)' \
    $(echo "$sources $headers" | tr ' ' '\n' | grep '^engine/') &&
    bad "engine/ includes a library that is not its own"
grep -nE '#include "(\.\./)*(lua|tests)/' $(echo "$sources $headers" | tr ' ' '\n' | grep '^cache/') &&
    bad "cache/ includes something above it"
grep -nE '#include <(lua|lauxlib|lualib)' $(echo "$sources $headers" | tr ' ' '\n' | grep -E '^(engine|cache)/') &&
    bad "the Lua C API is used outside lua/"
grep -nE 'require *\(? *"(banyan\.|ffi|io|os)' strategies/*.lua examples/*.lua &&
    bad "strategies/ and examples/ use only require \"banyan\""
grep -nE '\b(printf|puts|fprintf|exit|abort)\(' $(echo "$sources" | tr ' ' '\n' | grep -E '^(engine|cache)/') &&
    bad "library code prints or exits"

# Functions stay under 70 lines, lines under 101 characters, and every file says its licence.
# shellcheck disable=SC2086
ctags --languages=C --kinds-C=f --fields=+ne -o - $sources |
    awk -F'\t' '{
        for (i = 4; i <= NF; i++) {
            if ($i ~ /^line:/) l = substr($i, 6)
            if ($i ~ /^end:/) e = substr($i, 5)
        }
        if (e - l + 1 > 70) { print $2 ":" l ": " $1 " has " e - l + 1 " lines"; bad = 1 } } END { exit bad }' ||
    bad "functions of over 70 lines"
files=$(git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.lua' '*.sh' '*.js' Makefile .ci/run)
for file in $files; do
    [ -f "$file" ] || continue
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || bad "$file: no SPDX line"
done
# shellcheck disable=SC2086
awk 'length($0) > 120 { print FILENAME ":" FNR ": " length($0) " characters"; bad = 1 } END { exit bad }' $files ||
    bad "lines of over 120 characters"

[ "$failed" -eq 0 ] && echo "lint: clean"
exit "$failed"
