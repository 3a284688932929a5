-- SPDX-License-Identifier: MIT
-- Backtests in scripts: b.run.
local check = require "banyan.api.check"
local metrics_of = require "banyan.metrics"
local store_of = require "banyan.store"
local strategy_of = require "banyan.strategy"

local M = { b = {} }

local KEYS = { "params", "from", "to", "data", "dataset", "timeframe", "fresh", "benchmark", "rf" }

---@class banyan.RunOptions as the options of `banyan run`
---@field params table<string, any>? values of params by name
---@field from string? first day
---@field to string? last day
---@field data string? folder of the bar store
---@field dataset string? such as "csv/all", when the store has several
---@field timeframe "1d"|"1h"|"5m"|"1m"|nil "1d" when left out
---@field fresh boolean? an error when a ticker has no bar of the last session that is over
---@field benchmark string? a symbol of the same dataset
---@field rf number? risk-free rate of a year

---@class banyan.Backtest what b.run returns, in plain tables
---@field strategy string
---@field dataset string
---@field simulated boolean
---@field dates string[] the day of each session
---@field equity number[] after each session's trades, in money
---@field returns number[] return i is from session i to session i + 1
---@field weights fun(i: integer): { [1]: string, [2]: number }[] target weights of session i
---@field metrics table<string, number> by their names in docs/metrics.md; NaN where one is not defined
---@field benchmark { symbol: string, metrics: table<string, number> }?
---@field years { year: string, value: number, benchmark: number? }[]
---@field months { month: string, value: number, benchmark: number? }[]
---@field drawdowns { start_date: string, trough_date: string, end_date: string?, days: integer, depth: number }[]
---@field warnings string[]
---@field branches fun(self: banyan.Backtest): banyan.Attribution what each node contributed

local function weights_of(run)
  return function(i)
    check.session("weights", i, run.days)
    return run:weights(i)
  end
end

--- A run as scripts see it.
---@param run banyan.Run with its report
---@return banyan.Backtest
function M.backtest(run)
  local result = { strategy = run.strategy, dataset = run.dataset, simulated = run.simulated, dates = run.dates,
    equity = {}, returns = {}, weights = weights_of(run),
    metrics = run.report.values, years = run.report.years, months = run.report.months,
    drawdowns = metrics_of.dated(run), warnings = run.warnings,
    branches = function() return require "banyan.attribution".of(run) end }
  for i = 1, run.days do result.equity[i] = run:equity(i) end
  for i = 1, run.days - 1 do result.returns[i] = run.c.returns[i - 1] end
  for _, metric in ipairs(metrics_of.base(run)) do result.metrics[metric.name] = metric.value end
  local benchmark = run.report.benchmark
  if benchmark then
    result.benchmark = { symbol = benchmark.symbol, metrics = benchmark.values }
  end
  return require "banyan.show.backtest".new(result, run) -- which needs this module
end

--- One backtest.
--- Example:
---     local halves = b.strategy { name = "Halves", b.equal { "SPY", "TLT" } }
---     local result = b.run(halves, { from = "2018-01-02", benchmark = "SPY" })
---     print(result.metrics.cagr, result.equity[#result.equity])
---@param strategy banyan.Strategy
---@param options banyan.RunOptions?
---@return banyan.Backtest
function M.b.run(strategy, options)
  options = options or {}
  check.keys("run", options, KEYS)
  if not strategy_of.is_strategy(strategy) then
    check.fail("run takes a strategy (b.strategy, b.import or require), not %s", type(strategy))
  end
  for key, kind in pairs { params = "table", benchmark = "string", rf = "number" } do
    if options[key] ~= nil and type(options[key]) ~= kind then
      check.fail("run: %s must be a %s, not %s", key, kind, type(options[key]))
    end
  end
  local given = { report = true }
  for _, key in ipairs(KEYS) do given[key] = options[key] end
  given.data = store_of.directory(options.data)
  local run = require "banyan.backtest".run(strategy, given) -- which needs this module
  return M.backtest(run)
end

return M
