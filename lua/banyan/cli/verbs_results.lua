-- SPDX-License-Identifier: MIT
-- Verbs that evaluate, and those that read what a sweep found.
local option = require "banyan.cli.option_rows"

---@type banyan.Verb[]
return {
  { name = "run", arguments = "STRATEGY", min = 1, max = 1, module = "banyan.cli.run",
    call = "run", summary = "backtest a strategy",
    description = {
      "Runs one backtest over the bar store and prints a tear sheet. STRATEGY is a Lua file, or a "
        .. "foreign file that banyan understands.",
      "It warns when a ticker whose bars come from a provider has none of the last session that is "
        .. "over; --fresh makes that an error, for any ticker." },
    options = { option.param, option.from, option.to, option.rebalance, option.fill, option.costs,
      option.slippage, option.setting, option.dataset, option.timeframe, option.fresh,
      option.benchmark, option.rf, option.full,
      { name = "json", type = "flag", help = "write params, metrics and timing as JSON" },
      option.weights, option.equity, option.branches, option.rolling, option.rolling_window },
    examples = { "banyan run strategies/tqqq_ftlt.lua", "banyan run tqqq.lua --benchmark SPY --rf 0.02",
      "banyan run tqqq.lua -p fast=12 --from 2015-01-02 --json",
      "banyan run tqqq.lua --rebalance monthly --costs alpaca --option ddof=0" } },
  { name = "sweep", arguments = "SWEEP.lua", min = 1, max = 1, graceful = true, passes = true,
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
      option.threads,
      { name = "mem", type = "size", value = "SIZE",
        help = "memory that the evaluation may take, such as 512M or 2G (default: 2G); with less it "
          .. "computes more often, and the results stay the same" },
      { name = "no-share", type = "flag",
        help = "compute each combo from nothing, for proof: slow, and the results are the same" },
      { name = "dry-run", type = "flag", help = "say how many combos there are, what time and "
        .. "memory they take, and what each param sets (with -v all places); keep nothing" },
      { name = "shard", type = "string", value = "K/N",
        help = "evaluate only part K of N, into STORE/shards/K-of-N; auto or auto/N takes K from an array "
          .. "system: Slurm, Kubernetes, AWS Batch, GNU parallel" },
      { name = "on", type = "choice", choices = { "slurm" }, value = "SYSTEM",
        help = "hand the sweep in to Slurm, as an array job over shards and a job that merges them; what stands "
          .. "behind -- goes to sbatch" },
      { name = "shards", type = "integer", min = 1, max = 100000, value = "N",
        help = "with --on, how many shards (default: as many as are there, or 8)" },
      { name = "detach", type = "flag", help = "with --on, do not wait for the end" },
      { name = "sample", type = "string", value = "[METHOD:]N",
        help = "draw N combos instead of taking the whole grid: sobol (the default), random or latin" },
      { name = "seed", type = "integer", min = 0, max = 2 ^ 53, value = "N",
        help = "seed of the sample or of the search (default: 1)" },
      option.param, option.from, option.to, option.rebalance, option.fill, option.costs, option.slippage,
      option.setting, option.dataset, option.timeframe, option.fresh,
      { name = "json", type = "flag", help = "write the summary as JSON" } },
    examples = { "banyan sweep tqqq.lua --dry-run", "banyan sweep tqqq.lua --sample 5000 -j4",
      "banyan sweep tqqq.lua --on slurm --shards 32 -- --partition=cpu" } },
  { name = "sweep status", arguments = "STORE", min = 1, max = 1, graceful = true, module = "banyan.cli.status",
    call = "status", summary = "say how far a sweep is",
    description = {
      "Says whether the sweep of a result store is running, was stopped or is finished, how many "
        .. "combos are done, how long the rest takes, and which is the best so far. It may be asked "
        .. "while the sweep is running." },
    options = {
      { name = "follow", type = "flag", help = "wait for the end of a sweep on Slurm, and say how it went" },
      option.json }, examples = { "banyan sweep status tqqq.sweep" } },
  { name = "merge", arguments = "STORE...", min = 1, max = math.huge, module = "banyan.cli.merge", call = "merge",
    summary = "put the shards of a sweep into one store",
    description = {
      "Takes the results of all shards of a sweep, made with `banyan sweep --shard K/N`, into one result store, "
        .. "which is then the one that a single machine would have made. STORE is the sweep's store, around its "
        .. "shards, or each shard is named.",
      "Says which shards are missing or not finished. The shards stay where they are." },
    options = {
      { name = "store", type = "string", value = "DIR",
        help = "folder of the whole sweep (default: the one around the shards)" },
      option.json },
    examples = { "banyan merge tqqq.sweep", "banyan merge /a/1-of-2 /b/2-of-2 --store tqqq.sweep" } },
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
      option.keep,
      { name = "pareto", type = "string", value = "A,B[,C]",
        help = "only combos that no other beats in one of these metrics without being worse in "
          .. "another" },
      { name = "distinct", type = "flag", help = "one combo of each behaviour, the best, and how many "
        .. "share it" },
      { name = "plateau", type = "flag", help = "show how the neighbours do" },
      option.json },
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
    options = { option.benchmark, option.rf, option.full, option.weights, option.equity, option.branches,
      option.rolling, option.rolling_window,
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
      option.keep,
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
      option.threads, option.json },
    examples = { "banyan stats tqqq.sweep", "banyan stats tqqq.sweep --by calmar --top 200",
      "banyan stats tqqq.sweep --walk-forward 504:126" } },
  { name = "report", arguments = "STRATEGY|STORE", min = 1, max = 1, module = "banyan.cli.report",
    call = "report", summary = "write a run or a sweep as an HTML page",
    description = {
      "Writes one HTML file that holds all it shows: charts, tables, the tree. It opens without a network, on a "
        .. "phone, too, and prints.",
      "A STRATEGY is run as banyan run does it. Of a STORE the whole sweep is shown; --combo adds the equity of "
        .. "chosen combos.",
      "A report that is there is replaced; a file that is none is not." },
    options = {
      { name = "output", short = "o", type = "string", value = "FILE",
        help = "file to write (default: the name of what is shown, in the current folder)" },
      { name = "combo", type = "integer", min = 1, max = 1e9, value = "N", repeatable = true,
        help = "of a sweep: a combo to show beside the best ones; may be given several times" },
      option.param, option.from, option.to, option.rebalance, option.fill, option.costs, option.slippage,
      option.setting, option.dataset, option.timeframe, option.fresh, option.benchmark, option.rf,
      option.rolling_window },
    examples = { "banyan report tqqq.lua --benchmark SPY", "banyan report tqqq.sweep -o tqqq.html --combo 1208" } },
}
