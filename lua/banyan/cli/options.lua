-- SPDX-License-Identifier: MIT
-- The command line as data: every verb with its arguments and options. Parsing, --help and the man
-- page all come from this table.

---@class banyan.Option
---@field name string long name; `options.no_color` holds the value of --no-color
---@field short string? one letter
---@field type "flag"|"string"|"number"|"integer"|"size"|"date"|"choice"|"assignment"
---@field value string? what the help calls the value; none for a flag
---@field choices string[]? of a choice
---@field min number? smallest number
---@field max number? largest number
---@field default any?
---@field repeatable boolean? the value is a list
---@field help string

---@class banyan.Verb
---@field name string
---@field summary string
---@field arguments string? how the help writes the arguments
---@field min integer fewest arguments
---@field max integer most arguments
---@field rest boolean? everything behind the first argument belongs to it, options too
---@field graceful boolean? it watches for Ctrl-C itself and finishes what it began
---@field module string
---@field call string function of the module: f(options, arguments) -> exit code
---@field description string[] paragraphs
---@field options banyan.Option[]
---@field examples string[]

local M = {}

---@type banyan.Option[]
M.common = {
  { name = "data", type = "string", value = "DIR",
    help = "folder of the bar store (default: $BANYAN_DATA, else $XDG_DATA_HOME/banyan, "
      .. "else ~/.local/share/banyan)" },
  { name = "quiet", short = "q", type = "flag", help = "no progress and no remarks" },
  { name = "verbose", short = "v", type = "flag", help = "say more, such as where the time went" },
  { name = "no-color", type = "flag", help = "no colours (also: NO_COLOR in the environment)" },
  { name = "no-progress", type = "flag", help = "no progress line" },
  { name = "help", short = "h", type = "flag", help = "show this help" },
}

local from = { name = "from", type = "date", value = "DATE",
  help = "first day, YYYY-MM-DD, inclusive" }
local to = { name = "to", type = "date", value = "DATE", help = "last day, inclusive" }
local param = { name = "param", short = "p", type = "assignment", value = "NAME=VALUE",
  repeatable = true, help = "value of a param of the strategy; may be given several times" }
local dataset = { name = "dataset", type = "string", value = "NAME",
  help = "dataset to read, such as csv/all (needed when the store has several)" }
local only_dataset = { name = "dataset", type = "string", value = "NAME",
  help = "only this dataset, such as csv/all" }
local timeframe = { name = "timeframe", type = "choice", choices = { "1d", "1h", "5m", "1m" },
  value = "TF", help = "1d, 1h, 5m or 1m" }
local fresh = { name = "fresh", type = "flag",
  help = "it is an error when a ticker has no bar of the last session that is over (or of --to)" }
local json = { name = "json", type = "flag", help = "write JSON" }
local slippage = { name = "slippage", type = "number", min = 0, max = 0.5, value = "X",
  help = "cost of trading as a fraction of the traded value, such as 0.0005" }
local rebalance = { name = "rebalance", type = "string", value = "RULE",
  help = "when to trade: daily, weekly, monthly, quarterly, yearly, weekly_last and so on, none, or "
    .. "corridor:0.05" }
local fill = { name = "fill", type = "choice", choices = { "close", "open" }, value = "WHERE",
  help = "fill orders at the close of the decision, or at the next open" }
local costs = { name = "costs", type = "choice", choices = { "none", "composer", "alpaca" },
  value = "PROFILE", help = "costs of trading: none, composer or alpaca" }
local setting = { name = "option", type = "assignment", value = "NAME=VALUE", repeatable = true,
  help = "choose between definitions, such as ddof=0, rsi_history=250, ema_seed=sma, ties=last, "
    .. "duplicates=merge, empty_filter=rest or group_volatility=holdings" }
local keep = { name = "keep", type = "string", value = "COMPARISON", repeatable = true,
  help = "only combos for which this holds, such as \"max_drawdown > -0.25 and trades > 50\"; may be "
    .. "given several times" }
local weights = { name = "weights", type = "string", value = "FILE",
  help = "write the target weights of each day as CSV: date,ticker,weight" }
local equity = { name = "equity", type = "string", value = "FILE",
  help = "write the value of each day as CSV: date,equity" }
local benchmark = { name = "benchmark", type = "string", value = "SYMBOL",
  help = "measure against a symbol of the same dataset, such as SPY" }
local rf = { name = "rf", type = "number", min = -0.99, max = 1000, value = "RATE",
  help = "risk-free rate of a year, such as 0.02 (default: 0), for Sharpe, Sortino and what needs one" }
local full = { name = "full", type = "flag", help = "print every metric (see docs/metrics.md)" }
local rolling = { name = "rolling", type = "string", value = "FILE",
  help = "write what rolls along with a window as CSV: date,sharpe,volatility,beta" }
local rolling_window = { name = "rolling-window", type = "integer", min = 2, max = 1e8, value = "N",
  default = 126, help = "returns in that window (default: 126)" }
local threads = { name = "threads", short = "j", type = "integer", min = 1, max = 1024,
  value = "N", help = "threads to use (default: one a core)" }

---@type banyan.Verb[]
M.verbs = {
  { name = "run", arguments = "STRATEGY", min = 1, max = 1, module = "banyan.cli.run",
    call = "run", summary = "backtest a strategy",
    description = {
      "Runs one backtest over the bar store and prints a tear sheet. STRATEGY is a Lua file, or a "
        .. "foreign file that banyan understands.",
      "It warns when a ticker whose bars come from a provider has none of the last session that is "
        .. "over; --fresh makes that an error, for any ticker." },
    options = { param, from, to, rebalance, fill, costs, slippage, setting, dataset, timeframe, fresh,
      benchmark, rf, full,
      { name = "json", type = "flag", help = "write params, metrics and timing as JSON" },
      weights, equity, rolling, rolling_window },
    examples = { "banyan run strategies/tqqq.lua", "banyan run tqqq.lua --benchmark SPY --rf 0.02",
      "banyan run tqqq.lua -p fast=12 --from 2015-01-02 --json",
      "banyan run tqqq.lua --rebalance monthly --costs alpaca --option ddof=0" } },
  { name = "sweep", arguments = "SWEEP.lua", min = 1, max = 1, graceful = true,
    module = "banyan.cli.sweep", call = "sweep", summary = "backtest all combos of a space",
    description = {
      "Evaluates every combo of the params that the file declares and keeps params and metrics of "
        .. "all of them in a result store. The file returns b.sweep { ... }, or a strategy, whose "
        .. "params then take all their values.",
      "A sweep that was stopped goes on where it was when the same command is given again. Read it "
        .. "with banyan top, show, stats and export, while it is running, too.",
      "The first Ctrl-C finishes what runs and keeps it; the second one stops at once." },
    options = {
      { name = "store", type = "string", value = "DIR",
        help = "folder of the result store (default: beside the script, SWEEP.sweep)" },
      threads,
      { name = "mem", type = "size", value = "SIZE",
        help = "memory that the evaluation may take, such as 512M or 2G (default: 2G); with less it "
          .. "computes more often, and the results stay the same" },
      { name = "no-share", type = "flag",
        help = "compute each combo from nothing, for proof: slow, and the results are the same" },
      { name = "dry-run", type = "flag", help = "say how many combos there are, what time and "
        .. "memory they take, and what each param sets (with -v all places); keep nothing" },
      { name = "sample", type = "string", value = "[METHOD:]N",
        help = "draw N combos instead of taking the whole grid: sobol (the default), random or latin" },
      { name = "seed", type = "integer", min = 0, max = 2 ^ 53, value = "N",
        help = "seed of the sample or of the search (default: 1)" },
      param, from, to, rebalance, fill, costs, slippage, setting, dataset, timeframe, fresh,
      { name = "json", type = "flag", help = "write the summary as JSON" } },
    examples = { "banyan sweep tqqq.lua --dry-run", "banyan sweep tqqq.lua --sample 5000 -j4" } },
  { name = "sweep status", arguments = "STORE", min = 1, max = 1, module = "banyan.cli.status",
    call = "status", summary = "say how far a sweep is",
    description = {
      "Says whether the sweep of a result store is running, was stopped or is finished, how many "
        .. "combos are done, how long the rest takes, and which is the best so far. It may be asked "
        .. "while the sweep is running." },
    options = { json }, examples = { "banyan sweep status tqqq.sweep" } },
  { name = "top", arguments = "STORE", min = 1, max = 1, module = "banyan.cli.top", call = "top",
    summary = "rank the combos of a sweep",
    description = {
      "Lists the best combos of a result store, best first, and says how many distinct behaviours "
        .. "its combos have: those that hold the same on the same days are one.",
      "Expressions are made of metrics, params, numbers, + - * / ^, parentheses, the functions abs min "
        .. "max sqrt log exp, comparisons, and, or, not; a param with texts is compared to one of them "
        .. "in quotes. What has no value is not ranked, and a comparison with it does not hold.",
      "Neighbours are combos that differ by one step in one param. plateau_median and plateau_worst "
        .. "are the ranking's median and worst over them, or another metric's, as in "
        .. "plateau_worst(calmar); neighbours is how many there are." },
    options = {
      { name = "number", short = "n", type = "integer", min = 1, max = 1e9, value = "N",
        default = 10, help = "how many combos (default: 10)" },
      { name = "by", type = "string", value = "EXPRESSION",
        help = "metric or expression to rank by (default: the sweep's own); of an expression, higher "
          .. "is better" },
      { name = "ascending", type = "flag", help = "smallest first" },
      keep,
      { name = "pareto", type = "string", value = "A,B[,C]",
        help = "only combos that no other beats in one of these metrics without being worse in "
          .. "another" },
      { name = "distinct", type = "flag", help = "one combo of each behaviour, the best, and how many "
        .. "share it" },
      { name = "plateau", type = "flag", help = "show how the neighbours do" },
      json },
    examples = { "banyan top tqqq.sweep",
      "banyan top tqqq.sweep --by calmar --keep \"max_drawdown > -0.25\" --distinct",
      "banyan top tqqq.sweep --pareto sharpe,max_drawdown --plateau",
      "banyan top tqqq.sweep --by \"min(sharpe, plateau_worst(sharpe))\" -n 25" } },
  { name = "show", arguments = "STORE COMBO", min = 2, max = 2, module = "banyan.cli.show",
    call = "show", summary = "backtest a combo of a sweep again",
    description = {
      "Runs one combo of a sweep again and prints its tear sheet, how its neighbours (combos that "
        .. "differ by one step in one param) do, and which combos hold the same on the same days. "
        .. "COMBO is its number, or best.",
      "The numbers are those of `banyan run` with its params, and must be those of the store to the "
        .. "last bit: the exit code is 1 when they are not, and 7 when the bars or the engine have "
        .. "changed since the sweep." },
    options = { benchmark, rf, full, weights, equity, rolling, rolling_window,
      { name = "json", type = "flag", help = "write what run --json writes, and the combo" } },
    examples = { "banyan show tqqq.sweep best",
      "banyan show tqqq.sweep 1208 --weights weights.csv --equity equity.csv" } },
  { name = "export", arguments = "STORE", min = 1, max = 1, module = "banyan.cli.export",
    call = "export", summary = "write all combos of a sweep",
    description = {
      "Writes every combo of a result store that is done, or those that --keep keeps, in combo order: "
        .. "its number, its params, its metrics, and its error when it has failed. A param whose name "
        .. "another column has is called param_NAME.",
      "sqlite writes a database with a table combos and a table sweep into -o FILE." },
    options = {
      { name = "format", short = "f", type = "choice", choices = { "csv", "json", "jsonl", "sqlite" },
        value = "FORMAT", default = "csv", help = "csv, json, jsonl or sqlite (default: csv)" },
      keep,
      { name = "output", short = "o", type = "string", value = "FILE",
        help = "file to write (default: standard output)" } },
    examples = { "banyan export tqqq.sweep -o combos.csv",
      "banyan export tqqq.sweep -f sqlite -o tqqq.db --keep \"sharpe > 1\"" } },
  { name = "stats", arguments = "STORE", min = 1, max = 1, module = "banyan.cli.stats",
    call = "stats", summary = "say how much of the best of a sweep is luck",
    description = {
      "Tells over all combos of a result store how probable it is that the best one is overfitted "
        .. "(CSCV, 16 blocks, all 12,870 splits), and what of its Sharpe ratio the number of trials "
        .. "explains; and on the daily returns of the best, evaluated again, whether they beat cash by "
        .. "more than chance. What each number means stands in docs/luck.md.",
      "--walk-forward adds what would have been earned by choosing in each training window and "
        .. "trading in the test window behind it." },
    options = {
      { name = "by", type = "string", value = "METRIC", repeatable = true,
        help = "metric or expression by which the best is chosen (default: the sweep's own); may be "
          .. "given several times" },
      { name = "top", type = "integer", min = 0, max = 10000, value = "K",
        help = "test the daily returns of the best K combos that differ (default: 50, where the bars "
          .. "are there); 0: do not" },
      { name = "replicates", type = "integer", min = 1, max = 1e6, value = "N", default = 10000,
        help = "replicates of the bootstrap (default: 10000)" },
      { name = "seed", type = "integer", min = 0, max = 2 ^ 53, value = "N", default = 1,
        help = "seed of the bootstrap (default: 1)" },
      { name = "walk-forward", type = "string", value = "WINDOWS",
        help = "training and test windows, TRAIN:TEST[:STEP[:EMBARGO]], in sessions such as 504:126, "
          .. "or in sixteenths of the sweep such as 1/2:1/8 (see docs/walk_forward.md)" },
      { name = "anchored", type = "flag",
        help = "training windows all begin with the first session, instead of rolling along" },
      { name = "equity", type = "string", value = "FILE",
        help = "write the equity of all test windows together as CSV: date,equity,combo" },
      threads, json },
    examples = { "banyan stats tqqq.sweep", "banyan stats tqqq.sweep --by calmar --top 200",
      "banyan stats tqqq.sweep --walk-forward 504:126" } },
  { name = "import", arguments = "FILE", min = 1, max = 1, module = "banyan.cli.import",
    call = "import", summary = "write a strategy as Lua",
    description = {
      "Writes a strategy, such as a foreign file, as a Lua file that returns it and computes the "
        .. "same: what repeats becomes a variable, and params stand on top. Of a sweep, its strategy." },
    options = {
      { name = "output", short = "o", type = "string", value = "FILE",
        help = "file to write (default: standard output)" } },
    examples = { "banyan import symphony.json > symphony.lua",
      "banyan import examples/frontrunner.json -o frontrunner.lua" } },
  { name = "tree", arguments = "STRATEGY", min = 1, max = 1, module = "banyan.cli.tree",
    call = "tree", summary = "print a strategy and its figures",
    description = { "Prints the tree of a strategy, and how many nodes, distinct nodes, gates, "
      .. "filters and tickers it has; and, where there are prices, the first session on which it is "
      .. "computable and what that waits for." },
    options = {
      { name = "depth", type = "integer", min = 0, max = 1e6, value = "N",
        help = "levels to print; 0 prints the figures only (default: all)" },
      param, setting, dataset, timeframe, json },
    examples = { "banyan tree strategies/tqqq.lua --depth 3" } },
  { name = "explain", arguments = "STRATEGY DATE", min = 2, max = 2, module = "banyan.cli.explain",
    call = "explain", summary = "say why a strategy held what it held",
    description = {
      "Explains a session of a backtest: the conditions on the way to each holding with their "
        .. "values, what filters ranked, what was traded at what cost, and what it earned up to "
        .. "the next session.",
      "With --why-not TICKER it names the nearest way to a ticker: the one with the fewest "
        .. "conditions that failed, and of those the one that failed by the least." },
    options = { { name = "why-not", type = "string", value = "TICKER",
        help = "say what would have had to be otherwise for this ticker to be held" },
      param, from, to, rebalance, fill, costs, slippage, setting, dataset, timeframe, json },
    examples = { "banyan explain strategies/tqqq.lua 2020-03-16",
      "banyan explain tqqq.lua 2020-03-16 --why-not TQQQ" } },
  { name = "lint", arguments = "STRATEGY", min = 1, max = 1, module = "banyan.cli.lint",
    call = "lint", summary = "find faults of a strategy",
    description = {
      "Finds what is certainly wrong with a strategy: conditions that never or always hold or are "
        .. "decided by those above them, branches without a difference, filters that take all, "
        .. "weights of 0, groups of nothing, params that nothing uses; and, where there is a bar "
        .. "store, tickers without bars and windows longer than a ticker's history.",
      "The exit code is 1 when something was found." },
    options = { param, dataset, timeframe, json },
    examples = { "banyan lint strategies/tqqq.lua", "banyan lint symphony.json --json" } },
  { name = "audit", arguments = "STRATEGY", min = 1, max = 1, module = "banyan.cli.audit",
    call = "audit", summary = "find look-ahead in a strategy",
    description = {
      "Evaluates a strategy again for each session without the bars that come after it, and compares "
        .. "every indicator, condition and allocation with that of the whole history: what differs "
        .. "looks ahead, and is named with its first session. Custom indicators are found out, too.",
      "Histories that begin later tell from which session on nothing depends on where the bars begin "
        .. "(the warm-up). The whole is evaluated twice, which must give the same bits.",
      "The exit code is 1 when the strategy looks ahead or is not deterministic." },
    options = { { name = "every", type = "integer", min = 1, max = 100000, value = "N",
        help = "cut the bars on one of N sessions (default: 1, or 1,000 cuts in runs longer than "
          .. "5,000 sessions)" },
      param, from, to, setting, dataset, timeframe, json },
    examples = { "banyan audit strategies/tqqq.lua", "banyan audit tqqq.lua --every 20 --json" } },
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
      json },
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
      { name = "timeframe", type = "choice", choices = timeframe.choices, value = "TF",
        default = "1d", help = "1d, 1h, 5m or 1m (default: 1d)" },
      { name = "dataset", type = "string", value = "NAME", default = "csv",
        help = "name of the dataset (default: csv); the adjustment is added, csv/all" },
      { name = "adjustment", type = "choice", choices = { "raw", "split", "all" },
        value = "KIND", help = "adjustment of the prices: raw, split or all (default: all)" },
      { name = "replace", type = "flag", help = "take bars that differ from the store" },
      threads },
    examples = { "banyan data import prices/", "banyan data import SPY.csv.gz --replace",
      "banyan data import minute/*.csv --timeframe 1m --dataset mine --adjustment raw",
      "banyan data import FEDFUNDS.csv --series fed_funds" } },
  { name = "data ls", min = 0, max = 0, module = "banyan.cli.data", call = "ls",
    summary = "list what the store has",
    description = { "Lists every series of the bar store: dataset, timeframe, symbol, bars, first "
      .. "and last bar, and what its provider was asked for." },
    options = { only_dataset, timeframe, json }, examples = { "banyan data ls --dataset csv/all" } },
  { name = "data show", arguments = "SYMBOL", min = 1, max = 1, module = "banyan.cli.data",
    call = "show", summary = "show the bars of a symbol",
    description = { "Shows the facts about a series, what its provider was asked for, the bars that "
      .. "were kept aside and why, and its first and last bars." },
    options = { only_dataset, timeframe, from, to,
      { name = "refused", type = "flag", help = "show all bars that were kept aside, and no others" },
      json },
    examples = { "banyan data show SPY",
      "banyan data show SPY --from 2020-02-19 --to 2020-03-23" } },
  { name = "data check", min = 0, max = 0, module = "banyan.cli.data_check", call = "check",
    summary = "check the store for damage and gaps",
    description = {
      "Checks every series: checksums, order and values, and the days that it misses although at "
        .. "least half of the other symbols of its dataset have them. The exit code is 1 when "
        .. "there are gaps and 4 when something is damaged." },
    options = { only_dataset, timeframe, json }, examples = { "banyan data check" } },
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
      dataset, timeframe, from, to },
    examples = { "banyan data export SPY > SPY.csv",
      "banyan data export -o prices --dataset alpaca/sip/all --from 2020-01-01" } },
  { name = "data drop", arguments = "SYMBOL...", min = 1, max = math.huge,
    module = "banyan.cli.data_drop", call = "drop", summary = "take series out of the store",
    description = {
      "Removes series, and what is known of what a provider was asked for, so that the next "
        .. "backfill fetches them anew: the way to mend a damaged series that came from a provider." },
    options = { only_dataset, timeframe },
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
  { name = "lua", arguments = "FILE [ARGS]", min = 1, max = math.huge, rest = true,
    module = "banyan.cli.lua", call = "script", summary = "run a Lua script",
    description = { "Runs a plain Lua script in the program, with all its modules at hand and "
      .. "`arg` set as lua does. The script is trusted: nothing is closed to it." },
    options = {}, examples = { "banyan lua examples/hello.lua" } },
  { name = "help", arguments = "[VERB]", min = 0, max = 2, module = "banyan.cli.help",
    call = "verb", summary = "show the help of a verb",
    description = { "Shows what a verb does, its options and examples." },
    options = {}, examples = { "banyan help run" } },
}

M.by_name = {}
for _, verb in ipairs(M.verbs) do M.by_name[verb.name] = verb end

--- The verbs of a family ("data" -> data import, data ls, ...); empty for a word that has none or is a verb itself.
---@param word string
---@return banyan.Verb[]
function M.family(word)
  local found = {}
  if M.by_name[word] then return found end
  for _, verb in ipairs(M.verbs) do
    if verb.name:sub(1, #word + 1) == word .. " " then found[#found + 1] = verb end
  end
  return found
end

--- A verb's own options, then the common ones.
---@param verb banyan.Verb
---@return fun(): banyan.Option
function M.each_option(verb)
  return coroutine.wrap(function()
    for _, option in ipairs(verb.options) do coroutine.yield(option) end
    for _, option in ipairs(M.common) do coroutine.yield(option) end
  end)
end

return M
