-- SPDX-License-Identifier: MIT
-- How much a Sharpe ratio says, on arrays of returns: see engine/sharpe_test.h for the formulas.
local check = require "banyan.api.check"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local series = require "banyan.luck.series"

local C = engine.C
local fail = check.fail

local M = { b = {} }

local MEASURED_KEYS = { "sharpe", "count", "skewness", "excess_kurtosis" }

---@class banyan.Measured a Sharpe ratio, and what it was measured on
---@field sharpe number per period: mean / sample deviation of the returns
---@field count integer returns
---@field skewness number? 0 when left out
---@field excess_kurtosis number? 0, that of normal returns, when left out

-- Sharpe ratio and sample skewness (G1) and excess kurtosis (G2) of returns.
local function measure(what, returns)
  local array, count = series.array(what, returns, 4)
  local zeros, result = ffi.new("double[?]", count + 1), ffi.new "by_result"
  C.by_metrics_compute(ffi.new("by_days", { returns = array, turnover = zeros, exposure = zeros,
    return_count = count, periods_per_year = 1 }), result)
  local metric = result.metric
  return ffi.new("by_sharpe", metric[C.BY_METRIC_sharpe], metric[C.BY_METRIC_skewness],
    metric[C.BY_METRIC_kurtosis] + 3, count)
end

--- What C takes for an array of returns, or for what was measured on them.
---@param what string names the call in messages
---@param given number[]|banyan.Measured
---@return ffi.cdata* by_sharpe
local function measured(what, given)
  if type(given) ~= "table" then
    fail("%s takes an array of returns, or { sharpe =, count =, skewness =, excess_kurtosis = }",
      what)
  end
  if given.sharpe == nil then return measure(what, given) end
  check.keys(what, given, MEASURED_KEYS)
  return ffi.new("by_sharpe", series.number(what, given, "sharpe", nil, -math.huge),
    series.number(what, given, "skewness", 0, -math.huge),
    series.number(what, given, "excess_kurtosis", 0, -2) + 3,
    series.number(what, given, "count", nil, 2))
end

-- What deflates: the number of trials, and the deviation of their ratios or the ratios themselves.
local function deviation_of(what, options)
  local ratios = options.sharpes
  if ratios == nil then return series.number(what, options, "deviation", nil, 0), options.trials end
  if options.deviation ~= nil then fail("%s: give sharpes or deviation, not both", what) end
  local array, count = series.array(what .. ": sharpes", ratios, 2)
  local mean, squares = 0, 0
  for i = 0, count - 1 do mean = mean + array[i] / count end
  for i = 0, count - 1 do squares = squares + (array[i] - mean) ^ 2 end
  return math.sqrt(squares / (count - 1)), options.trials or count
end

--- Probability that the true Sharpe ratio is above a benchmark.
--- Example: b.probabilistic_sharpe({ sharpe = 0.06, count = 2000, skewness = -0.4, excess_kurtosis = 5 })
---@param given number[]|banyan.Measured
---@param options { benchmark: number? }? Sharpe ratio per period; 0 when left out
---@return number
function M.b.probabilistic_sharpe(given, options)
  local what = "probabilistic_sharpe"
  check.keys(what, options or {}, { "benchmark" })
  local benchmark = series.number(what, options or {}, "benchmark", 0, -math.huge)
  return C.by_sharpe_probability(measured(what, given), benchmark)
end

--- The same against the Sharpe ratio that the best of several trials without any skill would have.
--- Example: b.deflated_sharpe({ sharpe = 0.06, count = 2000 }, { trials = 200, deviation = 0.02 })
---@param given number[]|banyan.Measured
---@param options { trials: number?, deviation: number?, sharpes: number[]? } how many trials there
--- were, and the sample deviation of their Sharpe ratios per period; or these ratios
---@return number probability
---@return number threshold Sharpe ratio per period
function M.b.deflated_sharpe(given, options)
  local what = "deflated_sharpe"
  check.keys(what, options, { "trials", "deviation", "sharpes" })
  local deviation, trials = deviation_of(what, options)
  local count = series.number(what, { trials = trials }, "trials", nil, 1)
  local threshold = C.by_sharpe_of_luck(count, deviation)
  return C.by_sharpe_probability(measured(what, given), threshold), threshold
end

--- Returns needed before a Sharpe ratio is above a benchmark with some confidence; infinite when it
--- is not above it.
--- Example: b.min_track_record({ sharpe = 0.06, count = 2000 }, { confidence = 0.95 })
---@param given number[]|banyan.Measured
---@param options { benchmark: number?, confidence: number? }? 0 and 0.95 when left out
---@return number
function M.b.min_track_record(given, options)
  local what = "min_track_record"
  check.keys(what, options or {}, { "benchmark", "confidence" })
  local benchmark = series.number(what, options or {}, "benchmark", 0, -math.huge)
  local confidence = series.number(what, options or {}, "confidence", 0.95, 0.5, 1 - 2 ^ -53)
  return C.by_sharpe_min_returns(measured(what, given), benchmark, confidence)
end

--- Years of data below which that many trials without any skill are expected to have a best annual
--- Sharpe ratio of `sharpe`.
--- Example: b.min_backtest_length(200, 1)
---@param trials number
---@param sharpe number annual
---@return number
function M.b.min_backtest_length(trials, sharpe)
  local what = "min_backtest_length"
  local given = { trials = trials, sharpe = sharpe }
  return C.by_min_backtest_years(series.number(what, given, "trials", nil, 1),
    series.number(what, given, "sharpe", nil, -math.huge))
end

--- Expected maximum of that many standard normal variables.
--- Example: b.expected_maximum(200)
---@param trials number
---@return number
function M.b.expected_maximum(trials)
  return C.by_expected_maximum(series.number("expected_maximum", { trials = trials }, "trials", nil,
    1))
end

return M
