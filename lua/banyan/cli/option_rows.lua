-- SPDX-License-Identifier: MIT
-- Options that several verbs have.

---@type table<string, banyan.Option>
local M = {}

M.from = { name = "from", type = "date", value = "DATE",
  help = "first day, YYYY-MM-DD, inclusive" }
M.to = { name = "to", type = "date", value = "DATE", help = "last day, inclusive" }
M.param = { name = "param", short = "p", type = "assignment", value = "NAME=VALUE",
  repeatable = true, help = "value of a param of the strategy; may be given several times" }
M.dataset = { name = "dataset", type = "string", value = "NAME",
  help = "dataset to read, such as csv/all (needed when the store has several)" }
M.only_dataset = { name = "dataset", type = "string", value = "NAME",
  help = "only this dataset, such as csv/all" }
M.timeframe = { name = "timeframe", type = "choice", choices = { "1d", "1h", "5m", "1m" },
  value = "TF", help = "1d, 1h, 5m or 1m" }
M.fresh = { name = "fresh", type = "flag",
  help = "it is an error when a ticker has no bar of the last session that is over (or of --to)" }
M.json = { name = "json", type = "flag", help = "write JSON" }
M.slippage = { name = "slippage", type = "number", min = 0, max = 0.5, value = "X",
  help = "cost of trading as a fraction of the traded value, such as 0.0005" }
M.rebalance = { name = "rebalance", type = "string", value = "RULE",
  help = "when to trade: daily, weekly, monthly, quarterly, yearly, weekly_last and so on, none, or "
    .. "corridor:0.05" }
M.fill = { name = "fill", type = "choice", choices = { "close", "open" }, value = "WHERE",
  help = "fill orders at the close of the decision, or at the next open" }
M.costs = { name = "costs", type = "choice", choices = { "none", "composer", "alpaca" },
  value = "PROFILE", help = "costs of trading: none, composer or alpaca" }
M.setting = { name = "option", type = "assignment", value = "NAME=VALUE", repeatable = true,
  help = "choose between definitions, such as ddof=0, rsi_history=250, ema_seed=sma, ties=last, "
    .. "duplicates=merge, empty_filter=rest or group_volatility=holdings" }
M.keep = { name = "keep", type = "string", value = "COMPARISON", repeatable = true,
  help = "only combos for which this holds, such as \"max_drawdown > -0.25 and trades > 50\"; may be "
    .. "given several times" }
M.weights = { name = "weights", type = "string", value = "FILE",
  help = "write the target weights of each day as CSV: date,ticker,weight" }
M.branches = { name = "branches", type = "string", value = "FILE",
  help = "write what each node of the tree contributed as CSV (see docs/branches.md)" }
M.equity = { name = "equity", type = "string", value = "FILE",
  help = "write the value of each day as CSV: date,equity" }
M.benchmark = { name = "benchmark", type = "string", value = "SYMBOL",
  help = "measure against a symbol of the same dataset, such as SPY" }
M.rf = { name = "rf", type = "number", min = -0.99, max = 1000, value = "RATE",
  help = "risk-free rate of a year, such as 0.02 (default: 0), for Sharpe, Sortino and what needs one" }
M.full = { name = "full", type = "flag", help = "print every metric (see docs/metrics.md)" }
M.rolling = { name = "rolling", type = "string", value = "FILE",
  help = "write what rolls along with a window as CSV: date,sharpe,volatility,beta" }
M.rolling_window = { name = "rolling-window", type = "integer", min = 2, max = 1e8, value = "N",
  default = 126, help = "returns in that window (default: 126)" }
M.threads = { name = "threads", short = "j", type = "integer", min = 1, max = 1024,
  value = "N", help = "threads to use (default: one a core)" }

return M
