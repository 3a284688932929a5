-- SPDX-License-Identifier: MIT
-- Verbs about bars.
local option = require "banyan.cli.option_rows"

---@type banyan.Verb[]
return {
  { name = "backfill", arguments = "PLAN.lua", min = 1, max = 1, graceful = true,
    module = "banyan.cli.backfill", call = "backfill", summary = "fetch bars from a provider",
    description = {
      "Fetches the bars that a plan asks for and that the store does not have, within the limits "
        .. "of the provider, and reports what came and what did not. The plan is a Lua file that "
        .. "returns b.backfill { ... }; it is trusted code: nothing is closed to it. Keys come from "
        .. "the environment, or from the file $XDG_CONFIG_HOME/banyan/keys (~/.config/banyan/keys).",
      "A backfill that was stopped goes on where it was when the same command is given again. The "
        .. "first Ctrl-C stores what is on its way; the second one stops at once. The exit code is "
        .. "5 when something could not be had." },
    options = {
      { name = "dry-run", type = "flag", help = "say what would be asked for, how long that takes "
        .. "under the limits, and what is there already; needs no key and no network" },
      { name = "watch", type = "flag", help = "keep the plan fresh: fetch again whenever a session "
        .. "has closed (a bar has ended, for bars shorter than a day), until Ctrl-C" },
      { name = "metrics", type = "string", value = "FILE",
        help = "write metrics for Prometheus, every 10 seconds and at the end" },
      option.json },
    examples = { "banyan backfill examples/backfill_plan.lua --dry-run",
      "banyan backfill plan.lua --watch --metrics /var/lib/node_exporter/banyan.prom" } },
  { name = "data import", arguments = "PATH...", min = 1, max = math.huge, graceful = true,
    module = "banyan.cli.data_import", call = "import", summary = "take CSV files into the store",
    description = {
      "Takes CSV or CSV.gz files, and folders of them, into the bar store. The symbol is the "
        .. "file's name up to .csv. Columns are found by their header in any order and case: date "
        .. "(or time, timestamp, datetime), close, and where there are open, high, low, volume "
        .. "and adj_close.",
      "Importing a file again changes nothing. Bars that differ from the store are reported and "
        .. "left as they are, or taken with --replace. Bad rows are refused with their line and "
        .. "reason, the rest of the file is kept, and the exit code is 4.",
      "With --series a file is taken as values from outside, which a strategy reads by "
        .. "b.series(\"NAME\"): columns date (what a value is of), value, and where there is one, "
        .. "known (since when)." },
    options = {
      { name = "series", type = "string", value = "NAME",
        help = "take one file as the series from outside of that name" },
      { name = "known", type = "choice", choices = { "start", "end" }, value = "WHEN",
        help = "with --series, whether a value with a day alone is known since its start or its end "
          .. "(default: end)" },
      { name = "symbol", type = "string", value = "NAME",
        help = "symbol of a single file, instead of its name" },
      { name = "timeframe", type = "choice", choices = option.timeframe.choices, value = "TF",
        default = "1d", help = "1d, 1h, 5m or 1m (default: 1d)" },
      { name = "dataset", type = "string", value = "NAME", default = "csv",
        help = "name of the dataset (default: csv); the adjustment is added, csv/all" },
      { name = "adjustment", type = "choice", choices = { "raw", "split", "all" },
        value = "KIND", help = "adjustment of the prices: raw, split or all (default: all)" },
      { name = "replace", type = "flag", help = "take bars that differ from the store" },
      option.threads },
    examples = { "banyan data import prices/", "banyan data import SPY.csv.gz --replace",
      "banyan data import minute/*.csv --timeframe 1m --dataset mine --adjustment raw",
      "banyan data import FEDFUNDS.csv --series fed_funds" } },
  { name = "data ls", min = 0, max = 0, module = "banyan.cli.data", call = "ls",
    summary = "list what the store has",
    description = { "Lists every series of the bar store: dataset, timeframe, symbol, bars, first "
      .. "and last bar, and what its provider was asked for." },
    options = { option.only_dataset, option.timeframe, option.json },
      examples = { "banyan data ls --dataset csv/all" } },
  { name = "data show", arguments = "SYMBOL", min = 1, max = 1, module = "banyan.cli.data",
    call = "show", summary = "show the bars of a symbol",
    description = { "Shows the facts about a series, what its provider was asked for, the bars that "
      .. "were kept aside and why, and its first and last bars." },
    options = { option.only_dataset, option.timeframe, option.from, option.to,
      { name = "refused", type = "flag", help = "show all bars that were kept aside, and no others" },
      option.json },
    examples = { "banyan data show SPY",
      "banyan data show SPY --from 2020-02-19 --to 2020-03-23" } },
  { name = "data check", min = 0, max = 0, module = "banyan.cli.data_check", call = "check",
    summary = "check the store for damage and gaps",
    description = {
      "Checks every series: checksums, order and values, and the days that it misses although at "
        .. "least half of the other symbols of its dataset have them. The exit code is 1 when "
        .. "there are gaps and 4 when something is damaged." },
    options = { option.only_dataset, option.timeframe, option.json }, examples = { "banyan data check" } },
  { name = "data export", arguments = "[SYMBOL...]", min = 0, max = math.huge,
    module = "banyan.cli.data_export", call = "export", summary = "write bars as CSV",
    description = {
      "Writes the bars of one symbol to standard output, or those of all symbols (or of the ones "
        .. "that are named) into one file each with -o DIR. The columns are date (time in UTC for "
        .. "bars shorter than a day), open, high, low, close and volume; a value that the source "
        .. "does not tell is an empty cell.",
      "Series from outside are written when they are named, or with --dataset series: date, known, value.",
      "`banyan data import` reads the files back to the same bars, bit for bit. A character that a "
        .. "file name cannot have is written as %XX: BTC/USD is BTC%2FUSD.csv." },
    options = {
      { name = "output", short = "o", type = "string", value = "DIR",
        help = "folder for a file a symbol (default: standard output)" },
      option.dataset, option.timeframe, option.from, option.to },
    examples = { "banyan data export SPY > SPY.csv",
      "banyan data export -o prices --dataset alpaca/sip/all --from 2020-01-01" } },
  { name = "data drop", arguments = "SYMBOL...", min = 1, max = math.huge,
    module = "banyan.cli.data_drop", call = "drop", summary = "take series out of the store",
    description = {
      "Removes series, and what is known of what a provider was asked for, so that the next "
        .. "backfill fetches them anew: the way to mend a damaged series that came from a provider." },
    options = { option.only_dataset, option.timeframe },
    examples = { "banyan data drop SPY", "banyan data drop SPY QQQ --dataset alpaca/sip/all" } },
  { name = "data compact", min = 0, max = 0, module = "banyan.cli.data_compact", call = "compact",
    summary = "take unused room out of the store",
    description = {
      "Writes the store anew without the room that changes have left free in its file, and puts it "
        .. "in the place of the old one; with -o DIR it leaves the old one alone and makes a copy. "
        .. "No other program may have the store open, unless a copy is made." },
    options = { { name = "output", short = "o", type = "string", value = "DIR",
      help = "folder for a compact copy, empty or not there yet" } },
    examples = { "banyan data compact", "banyan data compact -o /backup/banyan" } },
  { name = "data snapshot", arguments = "DIR", min = 1, max = 1, module = "banyan.cli.data_snapshot",
    call = "snapshot", summary = "copy the store for other machines to read",
    description = {
      "Writes a compact copy of the store that nobody changes, and reads it again to verify it. Machines of a "
        .. "cluster read it with --data DIR, from a shared file system as well as from a disk of their own, without "
        .. "locks. `banyan data check --data DIR` compares it with its checksum." },
    options = {}, examples = { "banyan data snapshot /shared/bars-2026-11" } },
}
