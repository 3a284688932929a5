#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs all tests of a build folder: run.sh build/release. The last line is `N passed, N failed`.
set -u
build=$1
cd "$(dirname "$0")/.."
export BANYAN_PROGRAM="$build/banyan" LC_ALL=C TZ=UTC CMOCKA_MESSAGE_OUTPUT=TAP
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

# Runs one command whose output is TAP. A command that fails without a `not ok` counts as one failure.
tap() {
    name=$1
    shift
    begin=$(date +%s)
    timeout -k 10 900 "$@" >"$log" 2>&1
    code=$?
    ok=$(grep '^ok' "$log" | grep -vc '# SKIP')
    skips=$(grep -c '# SKIP' "$log")
    bad=$(grep '^not ok' "$log" | grep -vc '# SKIP')
    [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    [ "$code" -eq 0 ] && [ "$((ok + bad + skips))" -eq 0 ] && bad=1 # a test that tests nothing
    passed=$((passed + ok))
    failed=$((failed + bad))
    skipped=$((skipped + skips))
    printf '  %-24s %4d passed, %d failed, %d skipped  (%d s)\n' "$name" "$ok" "$bad" "$skips" \
        "$(($(date +%s) - begin))"
    grep -E '# SKIP|skipped' "$log" | sed -E 's/^(not )?ok [0-9]+ - *//' | sort -u | head -n 2 | sed 's/^/      /'
    if [ "$bad" -gt 0 ]; then
        echo "      exit code $code; what it said:"
        grep -v '^ok' "$log" | tail -n 60 | sed 's/^/      /'
    fi
}

# A corpus passes when its fuzzer takes every file of it.
replay='"$@" && echo "ok - $*"'

for program in "$build"/tests/test_*; do
    case $program in *.o | *.d) continue ;; esac
    tap "$(basename "$program")" "$program"
done
tap "corpus csv" sh -c "$replay" sh "$build/tests/fuzz_csv" tests/corpus/csv
tap "corpora of imports" sh -c "$replay" sh "$build/tests/fuzz_import" tests/corpus/json \
    tests/corpus/edn tests/corpus/quantmage tests/corpus/flow
for spec in tests/spec/*_spec.lua; do
    tap "$(basename "$spec" .lua)" "$BANYAN_PROGRAM" lua /usr/bin/busted --ignore-lua -o TAP "$spec"
done
[ "$skipped" -eq 0 ] || echo "$skipped skipped: each says why above"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
