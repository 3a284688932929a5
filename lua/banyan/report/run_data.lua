-- SPDX-License-Identifier: MIT
-- What the charts of a run's report draw, thinned out for a screen.
local dates = require "banyan.dates"
local json = require "banyan.json"
local metrics_of = require "banyan.metrics"
local thin = require "banyan.report.thin"

local M = {}

local STRETCHES = 500 -- of a line, in each of which extremes are kept
local BINS = 60       -- of the histogram, between its tails, at most
local TAIL = 0.005    -- of the returns on each side that share a bin

--- How many units a day has in which the data tells times: whole days, or minutes of bars that are shorter.
---@param run banyan.Run
function M.units(run)
  return run.timeframe == "1d" and 1 or 1440
end

--- When a session was, in those units since 1970-01-01.
---@param run banyan.Run
---@param i integer from 1
function M.day(run, i)
  return math.floor(run.report.time[i - 1] / dates.DAY * M.units(run) + 1e-6)
end

-- Equity of a series of returns that begins with a value.
local function equity_of(returns, count, value)
  local column = { value }
  for i = 1, count do
    local r = returns[i - 1]
    value = value * (1 + (r - r == 0 and r or 0))
    column[i + 1] = value
  end
  return column
end

local function drawdown_of(equity)
  local column, peak = {}, 0
  for i, value in ipairs(equity) do
    peak = math.max(peak, value)
    column[i] = peak > 0 and value / peak - 1 or 0
  end
  return column
end

local function days_at(run, positions)
  local list = {}
  for k, i in ipairs(positions) do list[k] = M.day(run, i) end
  return json.array(list)
end

-- Equity and drawdown, with the benchmark's.
local function lines_of(run)
  local equity, given = {}, run.report.given
  for i = 1, run.days do equity[i] = run:equity(i) end
  local columns = { equity = equity, drawdown = drawdown_of(equity) }
  if run.report.benchmark then
    columns.benchmark = equity_of(given.benchmark, given.count, equity[1])
    columns.benchmark_drawdown = drawdown_of(columns.benchmark)
  end
  local all = {}
  for _, name in ipairs { "equity", "drawdown", "benchmark", "benchmark_drawdown" } do
    all[#all + 1] = columns[name]
  end
  local positions = thin.positions(run.days, STRETCHES, all)
  local data = { day = days_at(run, positions) }
  for name, column in pairs(columns) do data[name] = json.array(thin.pick(column, positions)) end
  return data
end

-- Sharpe ratio and volatility over a window; nil where the run is shorter.
local function rolling_of(run, window)
  local given = run.report.given
  if given.count < window then return nil end
  local rolling, columns = metrics_of.rolling(given, window), {}
  local names = { "sharpe", "volatility", rolling.beta and "beta" }
  local all, count = {}, given.count - window + 1
  for k, name in ipairs(names) do
    all[k] = {}
    for i = 1, count do all[k][i] = rolling[name][window + i - 2] end
    columns[name] = all[k]
  end
  local positions, sessions = thin.positions(count, STRETCHES, all), {}
  for k, i in ipairs(positions) do sessions[k] = window + i end -- return i ends on session i + 1
  local data = { window = window, day = days_at(run, sessions) }
  for name, column in pairs(columns) do data[name] = json.array(thin.pick(column, positions)) end
  return data
end

-- A width of which people think: 1, 2 or 5 times a power of ten.
local function round_width(width)
  local power = 10 ^ math.floor(math.log10(width))
  for _, factor in ipairs { 1, 2, 5 } do
    if width <= factor * power * (1 + 1e-9) then return factor * power end
  end
  return 10 * power
end

--- How often returns fell where: bins of one width, the first and the last of which have all that is beyond them.
---@param returns ffi.cdata* double[count]
---@param count integer
---@return { from: number, width: number, counts: integer[], lowest: number, highest: number }? nil without two returns
--- that differ
function M.histogram(returns, count)
  local sorted = {}
  for i = 1, count do
    local r = returns[i - 1]
    sorted[i] = r - r == 0 and r or 0
  end
  table.sort(sorted)
  local low, high = sorted[1], sorted[count]
  if count < 2 or low == high then return nil end
  local cut = math.floor(count * TAIL)
  local from, to = sorted[1 + cut], sorted[count - cut]
  if from == to then from, to = low, high end
  local width = round_width((to - from) / math.min(BINS, math.ceil(2 * math.sqrt(count))))
  local first, last = math.floor(from / width), math.floor(to / width)
  local counts = {}
  for bin = first, last do counts[bin - first + 1] = 0 end
  for _, value in ipairs(sorted) do
    local bin = math.max(first, math.min(last, math.floor(value / width)))
    counts[bin - first + 1] = counts[bin - first + 1] + 1
  end
  return { from = first * width, width = width, counts = json.array(counts), lowest = low, highest = high }
end

local function years_of(run)
  local list = {}
  for i, each in ipairs(run.report.years) do
    list[i] = { year = each.year, value = each.value, benchmark = each.benchmark }
  end
  return json.array(list)
end

--- All of it.
---@param run banyan.Run with its report
---@param window integer of what rolls
---@return table
function M.of(run, window)
  local given = run.report.given
  return { name = run.strategy, benchmark = run.report.benchmark and run.report.benchmark.symbol,
    units = M.units(run), lines = lines_of(run), rolling = rolling_of(run, window),
    histogram = M.histogram(given.returns, given.count), years = years_of(run) }
end

return M
