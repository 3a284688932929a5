-- SPDX-License-Identifier: MIT
-- Our metrics beside those of QuantStats, empyrical, ffn and PerformanceAnalytics on the same returns, where the
-- definition is the same; and what differs by definition, with how.
local engine = require "banyan.ffi"
local ffi = require "ffi"
local helper = require "spec.helper"
local shared = require "spec.shared"

local C = engine.C
local folder = shared.folder .. "/reference/metrics/"

local CASES = {
  "m01_spy_vs_iwm_2005_2014.rf0_p252", "m02_spy_sma200_timing_2000_2010.rf0_p252",
  "m02_spy_sma200_timing_2000_2010.rf0_p365", "m03_aapl_30days.rf0_p252",
  "m04_all_positive.rf0_p252", "m05_all_zero.rf0_p252",
  "m06_first_day_loss_never_recovers.rf0_p252", "m07_minus_100pct_midway.rf0_p252",
  "m08_two_returns.rf0_p252", "m09_one_return.rf0_p252", "m10_strategy_equals_benchmark.rf0_p252",
  "m11_constant_return.rf0_p252", "m12_nan_inside.rf0_p252",
}

-- Ours -> theirs, in the blocks of a case and in PerformanceAnalytics's own file.
local SAME = {
  ["quantstats_0.0.81_functions_fraction"] = {
    total_return = "comp", cagr = "cagr", volatility = "volatility", sharpe = "sharpe",
    sortino = "sortino", max_drawdown = "max_drawdown", calmar = "calmar", skewness = "skew",
    kurtosis = "kurtosis_excess", best_day = "best_day", worst_day = "worst_day",
  },
  empyrical_reloaded_efe6066 = {
    total_return = "cum_returns_final", cagr = "annual_return", volatility = "annual_volatility",
    sharpe = "sharpe_ratio", sortino = "sortino_ratio", max_drawdown = "max_drawdown",
    calmar = "calmar_ratio",
  },
  ["ffn_1.2.0"] = {
    total_return = "total_return", volatility = "daily_vol", sharpe = "daily_sharpe",
    sortino = "daily_sortino", max_drawdown = "max_drawdown", skewness = "daily_skew",
    kurtosis = "daily_kurt", best_day = "best_day", worst_day = "worst_day",
  },
  PerformanceAnalytics = {
    total_return = "Return.cumulative_geo", cagr = "Return.annualized_geo",
    volatility = "StdDev.annualized", sharpe = "SharpeRatio.annualized_arith",
    kurtosis = "kurtosis_sample_excess",
  },
}

-- Values beside ours that are another thing, block by block: { ours, theirs, why }.
local DIFFERENT = {
  { "win_rate", "QuantStats win_rate", "theirs leaves days with a return of 0 out" },
  { "exposure", "QuantStats exposure", "theirs is the share of days with a return, rounded up" },
  { "longest_drawdown_days", "QuantStats Longest DD Days", "theirs are days of the calendar" },
  { "cagr", "ffn cagr", "theirs counts years of 365.25 days from the date before the first" },
  { "calmar", "ffn calmar", "likewise" },
  { "skewness", "PerformanceAnalytics skewness_moment", "theirs is that of a population" },
  { "kurtosis", "PerformanceAnalytics kurtosis_excess", "theirs is that of a population" },
  { "sharpe", "theirs of constant returns", "the noise of rounding, ours is not defined" },
  { "skewness, kurtosis", "theirs of constant returns", "0, ours are not defined" },
  { "sortino, calmar", "theirs without a loss", "infinite, ours are not defined" },
  { "all", "ffn after ruin", "theirs are of prices, and there is none" },
  { "all", "all but QuantStats with days missing", "they leave these out, we have a return of 0" },
}

-- Which blocks a case is compared with; all when it is not here. ffn and PerformanceAnalytics have years of 252 days.
local ONLY = {
  ["m02_spy_sma200_timing_2000_2010.rf0_p365"] = {
    ["quantstats_0.0.81_functions_fraction"] = true, empyrical_reloaded_efe6066 = true,
  },
  ["m07_minus_100pct_midway.rf0_p252"] = {
    ["quantstats_0.0.81_functions_fraction"] = true, empyrical_reloaded_efe6066 = true,
    PerformanceAnalytics = true,
  },
  ["m12_nan_inside.rf0_p252"] = { ["quantstats_0.0.81_functions_fraction"] = true },
}

-- Where theirs are of no use: what they print when nothing is lost or nothing deviates.
local CONSTANT = { m05_all_zero = true, m11_constant_return = true }

-- Returns of a case, 0 where there is none, as QuantStats takes them.
local function read_returns(name)
  local list = {}
  for cell in assert(helper.read(folder .. name .. ".returns.csv")):gmatch "\n[^,\n]+,([^,\n]*),[^,\n]*" do
    list[#list + 1] = tonumber(cell) or 0
  end
  return list
end

local function measure(returns, periods)
  local n = #returns
  local array, zeros = ffi.new("double[?]", n + 1), ffi.new("double[?]", n + 1)
  for i = 1, n do array[i - 1] = returns[i] end
  local result = ffi.new "by_result"
  C.by_metrics_compute(ffi.new("by_days", { returns = array, turnover = zeros, exposure = zeros,
    return_count = n, periods_per_year = periods }), result)
  local metrics = {}
  for m = 0, C.BY_METRIC_COUNT - 1 do
    metrics[ffi.string(C.by_metric_name(m))] = result.metric[m]
  end
  return metrics
end

local function finite(value)
  value = tonumber(value)
  return value and value == value and math.abs(value) < math.huge and value or nil
end

-- Compares a block; how many values there were.
local function compare(block, names, metrics, what)
  local count = 0
  for ours, theirs in pairs(names) do
    local wanted = finite(block[theirs])
    if wanted then
      local got = metrics[ours]
      local tolerance = (ours == "kurtosis" and 1e-8 or 1e-9) * math.abs(wanted) + 1e-14
      assert(math.abs(got - wanted) <= tolerance,
        ("%s: %s is %.17g, not %.17g (%s)"):format(what, ours, got, wanted, theirs))
      count = count + 1
    end
  end
  return count
end

describe("metrics", function()
  if not shared.present() then
    pending(shared.absent)
    return
  end

  local counted = 0
  for _, case in ipairs(CASES) do
    it("are those of other software on " .. case, function()
      local name, periods = case:match "^([^.]+)%.rf0_p(%d+)"
      local reference = shared.json(folder .. case .. ".json")
      local metrics = measure(read_returns(name), tonumber(periods))
      if CONSTANT[name] then
        for _, ours in ipairs { "sharpe", "skewness", "kurtosis", "sortino", "calmar" } do
          assert(metrics[ours] ~= metrics[ours], ours)
        end
        assert.equal(0, metrics.volatility)
      end
      for key, names in pairs(SAME) do
        local block = reference[key]
        if key == "PerformanceAnalytics" then
          block = shared.json(folder .. name .. ".rf0.PerformanceAnalytics.json").values
        end
        local wanted = not ONLY[case] or ONLY[case][key]
        if type(block) == "table" and wanted and not CONSTANT[name] then
          counted = counted + compare(block, names, metrics, case .. ", " .. key)
        end
      end
    end)
  end

  it("were compared often", function() assert(counted > 200, counted) end)

  it("win on days that others count without those of no return", function()
    local name = "m02_spy_sma200_timing_2000_2010"
    local returns, moved = read_returns(name), 0
    for _, r in ipairs(returns) do moved = moved + (r ~= 0 and 1 or 0) end
    local theirs = shared.json(folder .. name .. ".rf0_p252.json")["quantstats_0.0.81_functions_fraction"]
    shared.near(theirs.win_rate, measure(returns, 252).win_rate * #returns / moved, 1e-12, "win rate")
  end)

  it("differ by definition from", function()
    for _, each in ipairs(DIFFERENT) do print(("# %-22s %-42s %s"):format(each[1], each[2], each[3])) end
  end)
end)
