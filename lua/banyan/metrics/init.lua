-- SPDX-License-Identifier: MIT
-- Reports: every metric of a series of returns, its months and years, and its worst drawdowns.
local engine = require "banyan.ffi"
local ffi = require "ffi"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

--- Drawdowns that a report has at most: the deepest.
M.DRAWDOWNS = 10

--- The metrics of by_report, in their order: { { name =, title =, unit =, direction =,
--- group =, needs_dates = }, ... }.
M.LIST = {}
for m = 0, tonumber(C.BY_REPORT_COUNT) - 1 do
  M.LIST[m + 1] = { name = ffi.string(C.by_report_name(m)), title = ffi.string(C.by_report_title(m)),
    unit = ffi.string(C.by_report_unit(m)), direction = C.by_report_direction(m),
    group = C.by_report_group_of(m) + 1 }
  M.LIST[m + 1].needs_dates = M.LIST[m + 1].group == tonumber(C.BY_REPORT_GROUP_CALENDAR) + 1
    or M.LIST[m + 1].unit == "days"
end

--- The titles of their groups.
M.GROUPS = {}
for g = 0, tonumber(C.BY_REPORT_GROUP_COUNT) - 1 do
  M.GROUPS[g + 1] = ffi.string(C.by_report_group_title(g))
end

--- The group of metrics that only a benchmark gives, and that only a run has.
M.OF_BENCHMARK = tonumber(C.BY_REPORT_GROUP_BENCHMARK) + 1
M.OF_RUN = tonumber(C.BY_REPORT_GROUP_POSITIONS) + 1

--- What of the metrics of a sweep needs more than returns.
M.OF_TRADES = { average_turnover = true, exposure = true, trade_days = true, trades = true }

---@class banyan.Returns
---@field returns ffi.cdata* double[count]
---@field benchmark ffi.cdata*? double[count]
---@field day ffi.cdata*? int32_t[count]; days since 1970-01-01
---@field count integer
---@field rf number of a year
---@field periods number of a year

---@class banyan.Report
---@field values table<string, number> metrics by name; NaN where one is not defined
---@field years { year: string, value: number, benchmark: number? }[] empty without dates
---@field months { month: string, value: number, benchmark: number? }[] likewise
---@field drawdowns { start: integer, trough: integer, finish: integer?, depth: number }[] deepest first;
--- positions in the returns, from 1; no finish where it is still below its peak

local function values_of(given)
  local report = ffi.new "by_report"
  engine.call(C.by_report_compute, ffi.new("by_report_input", given.returns, given.benchmark,
    given.day, given.count, given.rf, given.periods), report)
  local values = {}
  for m, metric in ipairs(results_of.METRICS) do values[metric.name] = report.base[m - 1] end
  for m, metric in ipairs(M.LIST) do values[metric.name] = report.metric[m - 1] end
  return values
end

local function periods_of(given, months, key, name_of)
  local list = {}
  if given.day == nil then return list end
  local out = ffi.new("by_period[?]", given.count)
  for _, column in ipairs { "value", "benchmark" } do
    local returns = column == "value" and given.returns or given.benchmark
    if returns ~= nil then
      local count = C.by_periods_of(returns, given.day, given.count, months, out)
      for i = 1, count do
        list[i] = list[i] or { [key] = name_of(out[i - 1].number) }
        list[i][column] = out[i - 1].growth
      end
    end
  end
  return list
end

local function name_of_month(number)
  return ("%04d-%02d"):format(math.floor(number / 12), number % 12 + 1)
end

local function name_of_year(number)
  return ("%04d"):format(number)
end

--- The deepest drawdowns of returns, deepest first.
---@param returns ffi.cdata* double[count]
---@param count integer
---@param most integer
function M.drawdowns(returns, count, most)
  local out, list = ffi.new("by_drawdown[?]", most), {}
  for i = 1, C.by_drawdowns_deepest(returns, count, most, out) do
    local each = out[i - 1]
    list[i] = { start = each.start + 1, trough = each.trough + 1,
      finish = each["end"] >= 0 and each["end"] + 1 or nil, depth = each.depth }
  end
  return list
end

--- The report of some returns.
---@param given banyan.Returns
---@return banyan.Report
function M.report(given)
  return { values = values_of(given), years = periods_of(given, 12, "year", name_of_year),
    months = periods_of(given, 1, "month", name_of_month),
    drawdowns = M.drawdowns(given.returns, given.count, M.DRAWDOWNS) }
end

--- The metrics of a sweep of a run, with those in excess of a risk-free rate if it has one.
---@param run banyan.Run
---@return { name: string, title: string, value: number }[]
function M.base(run)
  local list = {}
  for i, metric in ipairs(run.metrics) do
    local excess = run.report.given.rf ~= 0 and (metric.name == "sharpe" or metric.name == "sortino")
    list[i] = { name = metric.name, title = metric.title,
      value = excess and run.report.values[metric.name] or metric.value }
  end
  return list
end

--- The deepest drawdowns of a run with their dates; no end_date where one is still open, whose days go up to the last
--- session.
---@param run banyan.Run
---@return { start_date: string, trough_date: string, end_date: string?, days: integer, depth: number }[]
function M.dated(run)
  local list = {}
  for i, each in ipairs(run.report.drawdowns) do -- return k ends on session k + 1
    local day = run.report.given.day
    list[i] = { depth = each.depth, start_date = run:date(each.start + 1),
      trough_date = run:date(each.trough + 1), end_date = each.finish and run:date(each.finish + 1),
      days = day[(each.finish or run.report.given.count) - 1] - day[each.start - 1] }
  end
  return list
end

--- Sharpe ratio, volatility and beta over a rolling window; the first value is that of return `window`.
---@param given banyan.Returns
---@param window integer
---@return { sharpe: ffi.cdata*, volatility: ffi.cdata*, beta: ffi.cdata*? } double[count] each
function M.rolling(given, window)
  local function column() return ffi.new("double[?]", math.max(given.count, 1)) end
  local rolling = { sharpe = column(), volatility = column(),
    beta = given.benchmark ~= nil and column() or nil }
  C.by_report_roll(given.returns, given.benchmark, given.count, window, given.rf, given.periods,
    ffi.new("by_rolling", rolling))
  return rolling
end

return M
