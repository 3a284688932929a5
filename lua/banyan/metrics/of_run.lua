-- SPDX-License-Identifier: MIT
-- The report of a run: its returns, what it traded and held, and its benchmark.
local ffi = require "ffi"
local benchmark_of = require "banyan.metrics.benchmark"
local dates = require "banyan.dates"
local engine = require "banyan.ffi"
local explain_money = require "banyan.explain_money"
local failure = require "banyan.failure"
local metrics = require "banyan.metrics"
local plain = require "banyan.settings.plain"

local C = engine.C
local M = {}

---@class banyan.RunReport: banyan.Report
---@field given banyan.Returns what it is of
---@field benchmark { symbol: string, values: table<string, number> }? the benchmark's own report
---@field positions { best: table?, worst: table?, count: integer, list: ffi.cdata*? } best and worst are { ticker =,
--- entry =, exit =, value = }, sessions from 1; list is by_position[count], of a run that was asked for it
---@field time ffi.cdata* double[day_count]; of each session, in seconds since 1970-01-01
---@field costs ffi.cdata* double[day_count]; of each session's trade, as a fraction of the value traded with

-- The cost of each trade of a run as a fraction of the value traded with.
local function costs_of(c, at, how, whole_shares)
  local money = explain_money.new { run = c, panel = at.market.panel, how = how,
    whole_shares = whole_shares }
  local costs = ffi.new("double[?]", c.day_count)
  if not money.charged then
    for i = 0, c.day_count - 1 do costs[i] = how.slippage * c.turnover[i] end
    return costs
  end
  local first = c.traded[0] == 1 and money:purchase()
  if first then costs[0] = 1 - first.keep end
  for i = 0, c.day_count - 2 do
    local step = c.traded[i + 1] == 1 and money:step(i)
    if step and step.trade then costs[i + 1] = 1 - step.trade.keep end
  end
  return costs
end

local function position_of(position, at)
  if position.symbol < 0 then return nil end
  return { ticker = at.tickers[position.symbol + 1], entry = position.entry + 1,
    exit = position.exit + 1, value = position.value }
end

-- What was held; with all positions if `listed`.
local function positions_of(c, at, at_open, listed)
  local found, panel, list = ffi.new "by_positions", at.market.panel, nil
  engine.call(C.by_positions_of, c, panel, at_open, found, nil)
  if listed then
    list = ffi.new("by_position[?]", math.max(1, tonumber(found.count)))
    engine.call(C.by_positions_of, c, panel, at_open, found, list)
  end
  return found, { best = position_of(found.best, at), worst = position_of(found.worst, at),
    count = tonumber(found.count), list = list }
end

-- Adds the metrics that need more than returns.
local function add_trading(report, c, at, how, whole_shares, listed)
  local values = report.values
  local found, positions = positions_of(c, at, how.fill == "open" and 1 or 0, listed)
  report.positions = positions
  local a_year = at.market.panel.periods_per_year
  local held = 0
  for i = 0, c.day_count - 1 do held = held + c.held_first[i + 1] - c.held_first[i] end
  for _, name in ipairs { "average_turnover", "exposure", "trade_days", "trades" } do
    values[name] = c.result.metric[C["BY_METRIC_" .. name]]
  end
  values.turnover_year = values.average_turnover * a_year
  values.trades_year = values.trades / c.day_count * a_year
  values.average_positions = held / c.day_count
  values.max_positions = found.most
  local count = tonumber(found.count)
  if count > 0 then
    values.average_holding = tonumber(found.held) / count
    values.longest_holding = found.longest
    values.win_positions = tonumber(found.wins) / count
    values.average_position = found.sum / count
    values.best_position, values.worst_position = found.best.value, found.worst.value
  end
  report.costs, values.costs = costs_of(c, at, how, whole_shares), 0
  for i = 0, c.day_count - 1 do values.costs = values.costs + report.costs[i] end
  values.costs_year = values.costs / c.day_count * a_year
end

local function days_of(c, time)
  local days = ffi.new("int32_t[?]", c.day_count)
  for i = 0, c.day_count - 2 do
    days[i] = math.floor(tonumber(time[i + 1]) / dates.DAY)
  end
  return days
end

local function check_rf(rf)
  if type(rf) ~= "number" or not (rf > -1 and rf <= 1000) then
    failure.fail("USAGE", "rf must be a risk-free rate of a year as a fraction, such as 0.02, not %s",
      tostring(rf))
  end
end

--- The report of a run, while its market is open.
---@param c ffi.cdata* by_run *
---@param at banyan.Prepared
---@param strategy banyan.Strategy
---@param assignment table<string, any> its params by name
---@param options { data: string?, benchmark: string?, rf: number?, positions: boolean? } positions: list them
---@return banyan.RunReport
---@return string? warning
function M.report(c, at, strategy, assignment, options)
  local rf = options.rf or 0
  check_rf(rf)
  local panel, warning = at.market.panel, nil
  local time = panel.time + c.first
  local given = { returns = c.returns, count = c.day_count - 1, day = days_of(c, time), rf = rf,
    periods = panel.periods_per_year }
  if options.benchmark then
    given.benchmark, warning = benchmark_of.returns(options.benchmark, { data = options.data,
      dataset = at.market.dataset, timeframe = at.market.timeframe },
      { count = c.day_count, time = time, date = function(i) return at.market:date(c.first + i) end })
  end
  local report = metrics.report(given)
  report.given, report.time = given, ffi.new("double[?]", c.day_count)
  for i = 0, c.day_count - 1 do report.time[i] = tonumber(time[i]) end
  add_trading(report, c, at, plain.settings(strategy, assignment),
    plain.whole_shares(strategy, at.tickers), options.positions)
  if given.benchmark then
    local own = { returns = given.benchmark, count = given.count, day = given.day, rf = rf,
      periods = given.periods }
    report.benchmark = { symbol = options.benchmark, values = metrics.report(own).values }
  end
  return report, warning
end

return M
