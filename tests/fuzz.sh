#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every fuzzer on each of its corpora for some seconds: fuzz.sh build/fuzz 60. New inputs stay in the build
# folder; a finding is left beside it and ends the run.
set -eu
build=$1 seconds=$2
cd "$(dirname "$0")/.."

fuzz() { # fuzzer, corpus
    mkdir -p "$build/corpus/$2"
    echo "fuzzing $2 for $seconds s"
    "$build/tests/$1" -max_total_time="$seconds" -max_len=20000 -rss_limit_mb=4096 -timeout=20 \
        -artifact_prefix="$build/finding-$2-" -print_final_stats=1 -verbosity=0 \
        "$build/corpus/$2" "tests/corpus/$2"
}

fuzz fuzz_csv csv
for corpus in decode_json decode_csv; do
    fuzz fuzz_decode $corpus
done
for corpus in json edn quantmage flow; do
    fuzz fuzz_import $corpus
done
