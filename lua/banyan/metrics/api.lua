-- SPDX-License-Identifier: MIT
-- The metrics of the API, on arrays of returns: b.metrics.
local check = require "banyan.api.check"
local dates_of = require "banyan.dates"
local ffi = require "ffi"
local metrics = require "banyan.metrics"
local results_of = require "banyan.results"
local series = require "banyan.luck.series"

local M = { b = {} }

local fail = check.fail
local COUNT_MAX = 10000000
local KEYS = { "benchmark", "rf", "periods", "dates" }

-- Returns as a C array; NaN stands for no return.
local function array_of(what, given)
  if type(given) ~= "table" then
    fail("%s takes an array of returns, such as { 0.01, -0.005 }, not %s", what, type(given))
  end
  local count = #given
  if count == 0 and next(given) ~= nil then
    fail("%s takes an array of returns, such as { 0.01, -0.005 }, and nothing else in that table; "
      .. "options are a second one", what)
  end
  if count > COUNT_MAX then
    fail("%s: %d returns; at most %d are taken", what, count, COUNT_MAX)
  end
  local array = ffi.new("double[?]", math.max(count, 1))
  for i = 1, count do
    local value = given[i]
    if type(value) ~= "number" then
      fail("%s: return %d is a %s, not a number", what, i, type(value))
    elseif value == math.huge or value == -math.huge then
      fail("%s: return %d is infinite; leave the period out, or put 0 or NaN there", what, i)
    end
    array[i - 1] = value
  end
  return array, count
end

local function days_of(given, count)
  if given == nil then return nil end
  if type(given) ~= "table" then
    fail('metrics: dates must be an array, such as { "2020-01-02", ... }, not %s', type(given))
  elseif #given ~= count then
    fail("metrics: %d dates of %d returns; each return has one", #given, count)
  end
  local days = ffi.new("int32_t[?]", math.max(count, 1))
  for i = 1, count do
    local seconds = type(given[i]) == "string" and dates_of.parse(given[i])
    if not seconds then
      fail("metrics: date %d must be a day such as \"2015-01-31\", not %s", i,
        type(given[i]) == "string" and ("'%s'"):format(given[i]) or type(given[i]))
    end
    days[i - 1] = seconds / dates_of.DAY
    if i > 1 and days[i - 1] < days[i - 2] then
      fail("metrics: date %d, %s, is before date %d, %s; dates must rise", i, given[i], i - 1,
        given[i - 1])
    end
  end
  return days
end

-- What is not there without dates, without a benchmark, or of no run.
local function wanted(metric, given)
  if metric.group == metrics.OF_RUN then return false end
  if metric.group == metrics.OF_BENCHMARK then return given.benchmark ~= nil end
  return not metric.needs_dates or given.day ~= nil
end

local function named(report, given)
  local found = { drawdowns = {} }
  for _, metric in ipairs(results_of.METRICS) do
    if not metrics.OF_TRADES[metric.name] then found[metric.name] = report.values[metric.name] end
  end
  for _, metric in ipairs(metrics.LIST) do
    if wanted(metric, given) then found[metric.name] = report.values[metric.name] end
  end
  return found
end

---@class banyan.MetricsOptions
---@field benchmark number[]? the benchmark's returns of the same periods
---@field rf number? the risk-free rate of a year; 0 when left out
---@field periods number? periods of a year; 252 when left out
---@field dates string[]? the day of each return

--- All metrics of returns, by their names in docs/metrics.md; NaN where one is not defined. With dates also `years`,
--- `months`, and the dates of the worst `drawdowns`.
--- Example: b.metrics({ 0.01, -0.005, 0.002, 0.007 }, { rf = 0.02 }).sharpe
---@param returns number[] fractions; NaN counts as 0
---@param options banyan.MetricsOptions?
---@return table<string, number>
function M.b.metrics(returns, options)
  options = options or {}
  check.keys("metrics", options, KEYS)
  local array, count = array_of("metrics", returns)
  local given = { returns = array, count = count,
    rf = series.number("metrics", options, "rf", 0, -0.99, 1000),
    periods = series.number("metrics", options, "periods", 252, 1e-3, 1e9),
    day = days_of(options.dates, count) }
  if options.benchmark ~= nil then
    local others
    given.benchmark, others = array_of("metrics: benchmark", options.benchmark)
    if others ~= count then
      fail("metrics: %d returns and %d of the benchmark; both must be of the same periods", count,
        others)
    end
  end
  local report = metrics.report(given)
  local found = named(report, given)
  if given.day then found.years, found.months = report.years, report.months end
  for i, each in ipairs(report.drawdowns) do
    local day = options.dates or {}
    found.drawdowns[i] = { first = each.start, trough = each.trough, last = each.finish,
      depth = each.depth, start_date = day[each.start], trough_date = day[each.trough],
      end_date = each.finish and day[each.finish] }
  end
  return found
end

return M
