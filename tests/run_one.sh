#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs one test for run.sh, whose output is TAP: run_one.sh FOLDER 'NUMBER|NAME|COMMAND'. What is to be said about it
# goes to FOLDER/NUMBER, its counts to FOLDER/NUMBER.counts. A command that fails without a `not ok` counts as one
# failure.
set -u
number=${2%%|*} rest=${2#*|}
name=${rest%%|*} command=${rest#*|}
out=$1/$number log=$1/$number.log
begin=$(date +%s)
timeout -k 10 900 sh -c "$command" >"$log" 2>&1
code=$?
ok=$(grep '^ok' "$log" | grep -vc '# SKIP')
skips=$(grep -c '# SKIP' "$log")
bad=$(grep '^not ok' "$log" | grep -vc '# SKIP')
[ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
[ "$code" -eq 0 ] && [ "$((ok + bad + skips))" -eq 0 ] && bad=1 # a test that tests nothing
{
    printf '  %-24s %4d passed, %d failed, %d skipped  (%d s)\n' "$name" "$ok" "$bad" "$skips" \
        "$(($(date +%s) - begin))"
    grep -E '# SKIP|skipped' "$log" | sed -E 's/^(not )?ok [0-9]+ - *//' | sort -u | head -n 2 | sed 's/^/      /'
    if [ "$bad" -gt 0 ]; then
        echo "      exit code $code; what it said:"
        grep -v '^ok' "$log" | tail -n 60 | sed 's/^/      /'
    fi
} >"$out"
echo "$ok $bad $skips" >"$out.counts"
