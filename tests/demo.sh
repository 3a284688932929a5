#!/bin/sh
# SPDX-License-Identifier: MIT
# The demo (`make demo`): fills a bar store of its own with simulated prices, runs a strategy, sweeps
# it, and says what to type next. Everything it makes is in build/demo (or $BANYAN_DEMO).
set -eu
cd "$(dirname "$0")/.."

program=${BANYAN_PROGRAM:-build/release/banyan}
folder=${BANYAN_DEMO:-build/demo}
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
    bold='' plain=''
fi

say() { printf '%s\n' "$@"; }

# Shows a command as one would type it, and runs it.
try() {
    printf '\n%s$ banyan %s%s\n' "$bold" "$*" "$plain"
    "$program" "$@"
}

absolute() { (cd "$1" && pwd); }

rm -rf "$folder"
mkdir -p "$folder"
export BANYAN_DATA="$folder/data"

say "" "${bold}banyan: the demo${plain}" \
    "Every price below is SIMULATED: a market made up by banyan, not a quote of any fund." \
    "" "1. A bar store is filled with ten years of daily bars of 19 tickers."
try backfill examples/demo_plan.lua

say "" "2. A strategy of several hundred nodes runs on it."
try run strategies/canopy.lua

say "" "3. The same strategy runs for 20,956 combos of three params, with costs; the ten best:"
try sweep examples/demo_sweep.lua --store "$folder/canopy.sweep"

say "" "4. The results of all combos stay in a store. The best five by another measure:"
try top "$folder/canopy.sweep" --by calmar -n 5

cat <<END

${bold}What to type next${plain}
  export PATH="\$PWD/${program%/*}:\$PATH" BANYAN_DATA=$(absolute "$folder/data")

  banyan run strategies/tqqq_ftlt.lua           # a classic, in 33 lines
  banyan run strategies/canopy.lua -p trend_window=100 --from 2018-01-02
  banyan tree strategies/canopy.lua --depth 3   # what the strategy looks like inside
  banyan top $folder/canopy.sweep --keep "max_drawdown > -0.3" --distinct
  banyan stats $folder/canopy.sweep          # how much of the best is luck
  banyan show $folder/canopy.sweep best      # one combo again, and its neighbours
  banyan report $folder/canopy.sweep         # a page for the browser: canopy.html
  banyan repl strategies/tqqq_ftlt.lua          # look around at a prompt: :set overbought 82
  banyan --help

A folder to begin with, with a strategy, a sweep and a plan: banyan init mine
The first ten minutes, step by step: docs/tutorial.md

Your own strategy: copy strategies/canopy.lua and change it. Your own prices: a folder of CSV files
named by ticker (date,open,high,low,close,volume), in a store of their own:
  BANYAN_DATA=my_bars banyan data import FOLDER
  BANYAN_DATA=my_bars banyan run strategies/tqqq_ftlt.lua
END
