-- SPDX-License-Identifier: MIT
-- Runs: from a strategy and options to numbers.
local ffi = require "ffi"
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local metrics_of_run = require "banyan.metrics.of_run"
local prepare = require "banyan.prepare"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

---@class banyan.Run
local Run = {}
Run.__index = Run

--- The i-th session, from 1.
function Run:date(i)
  return self.dates[i]
end

--- Equity after the i-th session's trades, in money; the capital before the first.
function Run:equity(i)
  return self.c.equity[i - 1]
end

--- Target weights of the i-th session: { { ticker, weight }, ... } in rising order.
function Run:weights(i)
  local list, c = {}, self.c
  for k = c.weight_first[i - 1], c.weight_first[i] - 1 do
    list[#list + 1] = { self.tickers[c.symbol[k] + 1], c.weight[k] }
  end
  return list
end

-- The params of one backtest, as a list and by name.
local function chosen_params(space)
  local list, by_name = {}, {}
  for i, param in ipairs(space) do
    list[i] = { name = param.name, value = param.values[1] }
    by_name[param.name] = param.values[1]
  end
  return list, by_name
end

-- Bars, plan and columns, the run over them, and the values of the params.
local function evaluate(strategy, options)
  local space = strategy:assignment(options.params)
  local at = prepare.new(strategy, space, options, host.cores())
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  local start = host.clock()
  local c = custom_failures.call(strategy, engine.make, "by_run", C.by_run_free, C.by_run_new,
    at.columns, digits, at.range)
  at.timing.execution_seconds = host.clock() - start
  return { at = at, c = c, space = space }
end

-- What a user should know of a run that has lost everything.
local function warn_of_ruin(run)
  if run:equity(run.days) > 0 then return end
  local i = 1
  while run:equity(i) > 0 do i = i + 1 end
  run.warnings[#run.warnings + 1] = ("all is lost on %s: nothing is held or traded from then on"):format(run:date(i))
end

--- One backtest.
---@param strategy banyan.Strategy
---@param options { params: table?, from: string?, to: string?, data: string?, dataset: string?,
--- timeframe: string?, fresh: boolean?, report: boolean?, benchmark: string?, rf: number?, positions: boolean?,
--- branches: boolean?, evaluated: banyan.Evaluated? } evaluated: what banyan.rerun has evaluated already; fresh: see
--- banyan.market.open; report: also a banyan.RunReport, against the benchmark's symbol if there is one, in excess of a
--- risk-free rate of a year, with all positions if asked for; branches: have banyan.attribution.of(run) at hand
---@return banyan.Run
function M.run(strategy, options)
  local begin = host.clock()
  local evaluated = options.evaluated or evaluate(strategy, options)
  local at, c = evaluated.at, evaluated.c
  local params, by_name = chosen_params(evaluated.space)
  local run = setmetatable({
    c = c, strategy = strategy.name, dataset = at.market.dataset, timeframe = at.market.timeframe,
    simulated = at.market.simulated, tickers = at.tickers, settings = strategy:settings(by_name),
    days = c.day_count, dates = {}, params = params, metrics = results_of.metrics_of(c.result),
    warnings = at.market:warnings(at.range), timing = at.timing,
    source = { strategy = strategy, options = options },
  }, Run)
  for i = 1, c.day_count do run.dates[i] = at.market:date(c.first + i - 1) end
  warn_of_ruin(run)
  run.start, run.finish = run.dates[1], run.dates[c.day_count]
  if options.report then
    run.report, run.warnings[#run.warnings + 1] = metrics_of_run.report(c, at, strategy, by_name,
      options)
  end
  if options.branches then run.attribution = require "banyan.attribution".new(run, at, strategy) end
  prepare.close(at)
  at.timing.total_seconds = host.clock() - begin
  return run
end

return M
