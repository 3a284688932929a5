#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs all tests of a build folder, two at a time: run.sh build/release. The last line is `N passed, N failed`.
set -u
# With mounts of its own: whatever a test leaves mounted goes when the last of them ends.
if [ -z "${BANYAN_OWN_MOUNTS-}" ] && unshare -m true 2>/dev/null; then
    exec env BANYAN_OWN_MOUNTS=1 unshare -m sh "$0" "$@"
fi
build=$1
cd "$(dirname "$0")/.."
export BANYAN_PROGRAM="$build/banyan" LC_ALL=C TZ=UTC CMOCKA_MESSAGE_OUTPUT=TAP
folder=$(mktemp -d)
reporter=
trap '[ -z "$reporter" ] || kill "$reporter" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# Tests are lines `NUMBER|NAME|COMMAND`.
programs() {
    for program in "$build"/tests/test_*; do
        case $program in *.o | *.d) continue ;; esac
        echo "$(basename "$program")|exec $program"
    done
}
# A corpus passes when its fuzzer takes every file of it.
corpora() {
    echo "corpus csv|$build/tests/fuzz_csv tests/corpus/csv && echo ok"
    echo "corpora of answers|$build/tests/fuzz_decode tests/corpus/decode_json tests/corpus/decode_csv && echo ok"
    echo "corpora of imports|$build/tests/fuzz_import tests/corpus/json tests/corpus/edn tests/corpus/quantmage" \
        "tests/corpus/flow && echo ok"
}
specs() {
    for spec in tests/spec/*_spec.lua; do
        echo "$(basename "$spec" .lua)|exec $BANYAN_PROGRAM lua /usr/bin/busted --ignore-lua -o TAP $spec"
    done
}
{
    programs
    corpora
    specs
} | awk '{ print NR "|" $0 }' >"$folder/tests"

# What each test has to say, in their order.
report() {
    while IFS='|' read -r number _; do
        while [ ! -e "$folder/$number.counts" ]; do sleep 0.1; done
        cat "$folder/$number"
    done <"$folder/tests"
}

report &
reporter=$!
# Limits are measured against a clock that runs fast, so that spec has the processors for itself, and comes last.
alone='|loader_limits_spec|'
grep -vF "$alone" "$folder/tests" | xargs -d '\n' -n 1 -P 2 sh tests/run_one.sh "$folder"
grep -F "$alone" "$folder/tests" | xargs -d '\n' -r -n 1 sh tests/run_one.sh "$folder"
wait "$reporter"
reporter=

cat "$folder"/*.counts | awk '{ passed += $1; failed += $2; skipped += $3 } END {
    if (skipped) print skipped " skipped: each says why above"
    print passed " passed, " failed + 0 " failed"
    exit failed > 0
}'
