-- SPDX-License-Identifier: MIT
-- Where the metrics of other programs are not ours, and why: names that mean something else, and cases in which they
-- do.
local reference = require "spec.metrics_reference"

local M = {}

local NOT_OURS = "we have no such metric"
local BOUNDARY = "theirs counts the return of the day so long ago itself, too"
local MONTHS = "theirs is of 35 or 59 months, and of all returns where there are fewer"
local YEARS = "theirs takes years of 365.25 days from the date before the first return"

--- Block -> name -> why nothing of ours is the same.
---@type table<string, table<string, string>>
M.OTHER = {
  [reference.QUANTSTATS] = {
    ["probabilistic_sharpe_ratio(QuantStats-bug)"] = "it takes 3 off the kurtosis twice, and an annual "
      .. "rate off a daily ratio (shown below to be all that differs)",
  },
  [reference.TABLE] = {
    ["Prob. Sharpe Ratio"] = "as its function", ["Total Return"] = "the sum of the returns",
    ["3M"] = BOUNDARY, ["6M"] = BOUNDARY, ["1Y"] = BOUNDARY,
    ["3Y (ann.)"] = MONTHS, ["5Y (ann.)"] = MONTHS,
    ["10Y (ann.)"] = "theirs is of all returns where there are fewer",
  },
  [reference.EMPYRICAL] = {
    up_capture = "theirs compounds the days on which the benchmark rose to a year of such days",
    down_capture = "likewise of those on which it fell", up_down_capture = "the ratio of these two",
  },
  [reference.FFN] = {
    start = "the date before the first return, which returns do not have", cagr = YEARS,
    calmar = "of its cagr", three_year = YEARS, five_year = YEARS, ten_year = YEARS, incep = YEARS,
    win_year_perc = "theirs divides by the years - 1", pos_month_perc = "theirs divides by the months - 1",
    twelve_month_win_perc = NOT_OURS,
    ulcer_performance_index = "theirs divides the return of a day in fractions by an index in percent",
  },
  [reference.PERFORMANCE] = {
    AverageLength = "theirs is in bars; ours in days of the calendar", AverageRecovery = NOT_OURS,
    BurkeRatio = "theirs sums the squares of other falls than its own drawdowns",
    maxDrawdown_arith = "of returns added up, not compounded",
    DownsideDeviation_subset_MARrf = "theirs divides by the losing days alone",
    ES95_modified = NOT_OURS, Kappa3 = NOT_OURS, UpsidePotentialRatio = NOT_OURS, HurstIndex = NOT_OURS,
    DRatio = NOT_OURS, ProspectRatio_MARrf = NOT_OURS, SkewnessKurtosisRatio = NOT_OURS,
    UpCapture = "theirs compounds all days on which the benchmark rose, however many",
    DownCapture = "likewise of those on which it fell",
    PSR_ref0 = "theirs is as if returns had about the kurtosis of a normal distribution; the formula "
      .. "is proved in overfitting_reference_spec", ["PSR_ref0.02"] = "likewise",
    MinTRL_ref0_p95 = "likewise",
  },
}

local function set(...)
  local found = {}
  for _, name in ipairs { ... } do found[name] = true end
  return found
end

-- What QuantStats' table computes of the days on which strategy and benchmark both qualify.
local BOTH_QUALIFY = set("Avg. Return", "Avg. Win", "Avg. Loss", "Win/Loss Ratio", "Payoff Ratio",
  "Kelly Criterion", "CPC Index", "Avg. Up Month", "Avg. Down Month")
local SMART = set("Smart Sharpe", "Smart Sortino", "Smart Sortino/√2")
local CONSTANT = set("m05_all_zero", "m11_constant_return")
local COUNTED = set("annual_return", "calmar_ratio", "capture", "batting_average",
  "value_at_risk_5pct_historical")
local COMPOUNDED = set("Cumulative Return", "CAGR﹪", "Calmar", "Risk-Adjusted Return", "MTD", "YTD",
  "All-time (ann.)", "Best Month", "Worst Month", "Best Year", "Worst Year", "Expected Daily",
  "Expected Monthly", "Expected Yearly", "Ulcer Performance Index", "Treynor Ratio", "Avg. Up Month",
  "Avg. Down Month", "Win Month", "Win Quarter", "Win Year")

-- Whether the price before the first return, which ffn has, is of the month (4 digits: year) before it.
local function begins_within(at, digits)
  return at.ffn_start and at.ffn_start:sub(1, digits) == at.dates[1]:sub(1, digits)
end

local function is_table(block)
  return block == reference.TABLE or block == reference.DISPLAY
end

local FFN_MONTHS = set("monthly_mean", "monthly_vol", "monthly_sharpe", "monthly_sortino",
  "monthly_skew", "monthly_kurt", "best_month", "worst_month", "avg_up_month", "avg_down_month")
local FFN_YEARS = set("yearly_mean", "yearly_vol", "yearly_sharpe", "yearly_sortino", "yearly_skew",
  "yearly_kurt", "best_year", "worst_year")

--- Cases in which a name that is the same otherwise differs: { why, applies(at, block, name, theirs, ours) }. Only what
--- differs is looked up here.
M.CASES = {
  { "with a benchmark, theirs drops the days (months) on which one of the two does not qualify",
    function(_, block, name) return is_table(block) and BOTH_QUALIFY[name] end },
  { "theirs takes the autocorrelation of the strategy for the benchmark, too",
    function(at, block, name) return is_table(block) and SMART[name] and at.is_benchmark end },
  { "theirs forgets the periods of a year there, and takes 252",
    function(at, block, name)
      return at.periods ~= 252 and (name == "capture" and block == reference.EMPYRICAL
        or name == "Risk-Adjusted Return" or name == "rar")
    end },
  { "with rf, it takes the annual rate off every day",
    function(at, _, name) return name == "rar" and at.rf > 0 end },
  { "theirs finds no drawdown where it is under water from the first day on, never to return",
    function(at, block, _, theirs)
      return block ~= reference.FFN and at.case == "m06_first_day_loss_never_recovers"
        and (theirs == nil or theirs == 0)
    end },
  { "without a drawdown theirs is blank; ours is 0", function(at, _, name, theirs, ours)
    return #at.episodes == 0 and name == "Max Drawdown" and theirs == nil and ours == 0
  end },
  { "theirs leaves it out of both columns where the strategy has no drawdown",
    function(at, block, _, theirs)
      return is_table(block) and at.is_benchmark and at.case == "m04_all_positive" and theirs == nil
    end },
  { "theirs leaves days without a return out elsewhere, and counts them here (or gives NaN)",
    function(at, block, name)
      return at.case == "m12_nan_inside" and (block == reference.EMPYRICAL and COUNTED[name]
        or name == "SystematicRisk")
    end },
  { "theirs counts 114 drawdowns there, QuantStats and ffn 115, as we do", function(at, block, name)
    return block == reference.PERFORMANCE and name == "AverageDrawdown" and at.case:find "^m01"
  end },
  { "theirs drops the days that miss a return and those after them, and joins the benchmark's",
    function(at, block) return is_table(block) and at.case == "m12_nan_inside" end },
  { "ffn leaves out the month in which the returns begin",
    function(at, block, name)
      return block == reference.FFN and FFN_MONTHS[name] and begins_within(at, 7)
    end },
  { "ffn leaves out the year in which the returns begin",
    function(at, block, name)
      return block == reference.FFN and FFN_YEARS[name] and begins_within(at, 4)
    end },
  { "ffn counts months without a return as down",
    function(_, block, name) return block == reference.FFN and name == "avg_down_month" end },
  { "ffn has prices, and there is none after ruin",
    function(at, block) return block == reference.FFN and at.case == "m07_minus_100pct_midway" end },
  { "ffn knows that the price before the first return is of a later day; we take a week's grace",
    function(at, block, name)
      return block == reference.FFN and name == "one_year" and at.case == "m11_constant_return"
    end },
  { "returns are added up, not compounded", function(at, _, name)
    return at.simple and COMPOUNDED[name]
  end },
  { "of returns that do not differ, theirs is 0, 1, infinite or the noise of rounding; ours is not "
    .. "defined", function(at, _, _, _, ours) return CONSTANT[at.case] and ours == nil end },
  { "of returns that do not differ, theirs is not defined; ours is the return",
    function(at, _, _, theirs) return CONSTANT[at.case] and theirs == nil end },
  { "of a single return theirs is 0 or 1; ours is not defined",
    function(at, _, _, _, ours) return at.n == 1 and ours == nil end },
  { "of a single return theirs is not defined; ours is that return",
    function(at, _, _, theirs) return at.n == 1 and theirs == nil end },
  { "without a loss theirs is 0; ours is not defined",
    function(at, _, _, theirs, ours) return theirs == 0 and ours == nil and at.values.win_rate == 1 end },
  { "theirs refuses a loss that is a gain", function(_, block, name, theirs)
    return block == reference.PERFORMANCE and name:find "^VaR95" and theirs == nil
  end },
  { "theirs averages what is below the quantile without it",
    function(_, block, name) return block == reference.PERFORMANCE and name == "ES95_historical" end },
  { "two returns on a Friday and a Monday are weekly for theirs",
    function(at, block, name)
      return block == reference.PERFORMANCE and at.n == 2
        and (name == "PainRatio" or name == "MartinRatio")
    end },
  { "ours needs three returns (four)", function(at, block, name, _, ours)
    return block == reference.PERFORMANCE and at.n == 2 and ours == nil
      and (name:find "^[sk][ku]" or name == "AdjustedSharpeRatio")
  end },
  { "against itself theirs is 0; ours is not defined", function(at, _, name, _, ours)
    return at.case == "m10_strategy_equals_benchmark" and name:lower():find "^information" and ours == nil
  end },
}

return M
