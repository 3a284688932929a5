-- SPDX-License-Identifier: MIT
-- Verbs about a strategy.
local option = require "banyan.cli.option_rows"

---@type banyan.Verb[]
return {
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
      option.param, option.setting, option.dataset, option.timeframe, option.json },
    examples = { "banyan tree strategies/tqqq_ftlt.lua --depth 3" } },
  { name = "explain", arguments = "STRATEGY DATE", min = 2, max = 2, module = "banyan.cli.explain",
    call = "explain", summary = "say why a strategy held what it held",
    description = {
      "Explains a session of a backtest: the conditions on the way to each holding with their "
        .. "values, what filters ranked, what was traded at what cost, and what it earned up to "
        .. "the next session. DATE is a day; of bars that are shorter it is the time (UTC) at which one "
        .. "began, such as 2020-03-16T14:30, and a day alone is its last bar.",
      "With --why-not TICKER it names the nearest way to a ticker: the one with the fewest "
        .. "conditions that failed, and of those the one that failed by the least." },
    options = { { name = "why-not", type = "string", value = "TICKER",
        help = "say what would have had to be otherwise for this ticker to be held" },
      option.param, option.from, option.to, option.rebalance, option.fill, option.costs, option.slippage,
      option.setting, option.dataset, option.timeframe, option.json },
    examples = { "banyan explain strategies/tqqq_ftlt.lua 2020-03-16",
      "banyan explain tqqq.lua 2020-03-16 --why-not TQQQ" } },
  { name = "now", arguments = "STRATEGY", min = 1, max = 1, module = "banyan.cli.now",
    call = "now", summary = "say what is held now and what would change it",
    description = {
      "Says what a strategy holds on the latest session, and for every condition on the way to that by "
        .. "which last close of each of its tickers it flips, all others as they are: the nearest price "
        .. "above and the nearest below, within a tenth of the close and ten times it, and what the "
        .. "strategy would want to hold then. The nearest flip comes first.",
      "Prices are looked at in steps of 0.01, and of a ten-thousandth or finer below 1." },
    options = { option.param, option.to, option.rebalance, option.fill, option.costs, option.slippage,
      option.setting, option.dataset, option.timeframe, option.fresh, option.json },
    examples = { "banyan now strategies/tqqq_ftlt.lua", "banyan now symphony.json --json" } },
  { name = "diff", arguments = "A [B]", min = 1, max = 2, module = "banyan.cli.diff",
    call = "diff", summary = "say where two backtests part, and why",
    description = {
      "Compares two backtests: the first session on which they want different holdings with the "
        .. "conditions that caused it, how many sessions differ and how far weights and equity are apart; "
        .. "and what differs of their trees, params and settings. Each is a strategy, a combo of a sweep "
        .. "(STORE:COMBO, or STORE with --combo), or what a run has written: its JSON, or the CSV of its "
        .. "--weights or --equity. Of two result stores without a combo, identity, params and the metrics "
        .. "of all combos are compared.",
      "With --against DIR the second one reads that bar store, and is the first strategy again when it is "
        .. "left out; bars that differ are named, and the first condition that comes out otherwise by them.",
      "The exit code is 0 when both want and earn the same on the same sessions, 1 when they do not." },
    options = {
      { name = "combo", type = "string", value = "COMBO", help = "combo of the result stores: a number, or best" },
      { name = "against", type = "string", value = "DIR", help = "bar store of the second one" },
      { name = "against-dataset", type = "string", value = "NAME", help = "dataset of the second one" },
      { name = "tolerance", type = "number", min = 0, max = 1, value = "X",
        help = "weights, and equity as a fraction of it, that are no further apart are the same "
          .. "(default: 1e-9)" },
      option.param, option.from, option.to, option.rebalance, option.fill, option.costs, option.slippage,
      option.setting, option.dataset, option.timeframe, option.json },
    examples = { "banyan diff old.lua new.lua", "banyan diff tqqq.lua --against ~/other-bars",
      "banyan diff tqqq.sweep:12 tqqq.sweep:best", "banyan diff tqqq.lua weights.csv" } },
  { name = "lint", arguments = "STRATEGY", min = 1, max = 1, module = "banyan.cli.lint",
    call = "lint", summary = "find faults of a strategy",
    description = {
      "Finds what is certainly wrong with a strategy: conditions that never or always hold or are "
        .. "decided by those above them, branches without a difference, filters that take all, "
        .. "weights of 0, groups of nothing, params that nothing uses; and, where there is a bar "
        .. "store, tickers without bars and windows longer than a ticker's history.",
      "The exit code is 1 when something was found." },
    options = { option.param, option.dataset, option.timeframe, option.json },
    examples = { "banyan lint strategies/tqqq_ftlt.lua", "banyan lint symphony.json --json" } },
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
      option.param, option.from, option.to, option.setting, option.dataset, option.timeframe, option.json },
    examples = { "banyan audit strategies/tqqq_ftlt.lua", "banyan audit tqqq.lua --every 20 --json" } },
}
