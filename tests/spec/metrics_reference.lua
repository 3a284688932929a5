-- SPDX-License-Identifier: MIT
-- What the metrics of other programs are to ours, name by name: the same one, the same one in another unit, or
-- another thing, with what it is. Blocks are those of the reference files.
local assert = require "luassert"

local M = {}

local sqrt = math.sqrt

---@class spec.Reference
---@field [1] string|fun(at: table): any ours, or how it follows from ours; at: see metrics_reference_spec.lua
---@field [2] (fun(value: number, at: table): number)? theirs, of ours

local function percent(value) return 100 * value end
local function negative(value) return -value end
local function per_period(value, at) return value / sqrt(at.periods) end
local function loss_percent(value) return -100 * math.abs(value) end
local function of_population(value, at) -- a value at mean + k * sd
  local mean = at.values.mean_return / at.periods
  return -(mean + (value - mean) * sqrt((at.n - 1) / at.n))
end

local function rounded_up(value)
  return math.ceil(value * 100 - 1e-9) / 100
end

local function of_rounded_time(value, at)
  local time = at.values.time_in_market
  return value * time / rounded_up(time)
end

local function without_rf(value, at) -- of mean(r) - beta * mean(b)
  local f = (1 + at.rf) ^ (1 / at.periods) - 1
  return value + f * (1 - at.values.beta) * at.periods
end

-- The days of an episode as QuantStats counts them.
local function quantstats_days(at, each)
  return at.day(each.finish and each.finish - 1 or at.n) - at.day(each.start) + 1
end

local function longest_days(at)
  local longest
  for _, each in ipairs(at.episodes) do
    longest = math.max(longest or 0, quantstats_days(at, each))
  end
  return longest
end

local function average_days(at)
  local sum = 0
  for _, each in ipairs(at.episodes) do sum = sum + quantstats_days(at, each) end
  if #at.episodes == 0 then return nil end
  local mean = sum / #at.episodes
  local whole = math.floor(mean)
  local up = mean - whole > 0.5 or mean - whole == 0.5 and whole % 2 == 1 -- half to even, as Python
  return up and whole + 1 or whole
end

local function date_of(field)
  return function(at)
    local worst = at.episodes[1]
    return worst and at.dates[field == "end" and (worst.finish or at.n + 1) - 1 or worst[field]]
  end
end

local function adjusted_sharpe(at) -- Pezier's, of the annual ratio
  local values, n = at.values, at.n
  local skewness = values.skewness * (n - 2) / sqrt(n * (n - 1))
  local kurtosis = (values.kurtosis * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1)
  return values.sharpe * (1 + skewness / 6 * values.sharpe - kurtosis / 24 * values.sharpe ^ 2)
end

M.QUANTSTATS = "quantstats_0.0.81_functions_fraction"
M.TABLE = "quantstats_0.0.81_metrics_full_unrounded_pct"
M.DISPLAY = "quantstats_0.0.81_metrics_full_display"
M.ALONE = "quantstats_0.0.81_metrics_full_unrounded_pct_nobench"
M.EMPYRICAL = "empyrical_reloaded_efe6066"
M.FFN = "ffn_1.2.0"
M.PERFORMANCE = "PerformanceAnalytics"

---@type table<string, table<string, spec.Reference>>
M.SAME = {
  [M.QUANTSTATS] = {
    comp = { "total_return" }, cagr = { "cagr" }, sharpe = { "sharpe" },
    smart_sharpe = { "smart_sharpe" }, autocorr_penalty = { "autocorrelation_penalty" },
    sortino = { "sortino" }, smart_sortino = { "smart_sortino" },
    adjusted_sortino = { "adjusted_sortino" }, omega = { "omega" }, volatility = { "volatility" },
    calmar = { "calmar" }, max_drawdown = { "max_drawdown" }, skew = { "skewness" },
    kurtosis_excess = { "kurtosis" }, ulcer_index = { "ulcer_index" },
    ulcer_performance_index = { "ulcer_performance" }, serenity_index = { "serenity_index" },
    risk_return_ratio = { "risk_return_ratio" }, exposure = { "time_in_market", rounded_up },
    avg_return = { "average_return" }, avg_win = { "average_win" }, avg_loss = { "average_loss" },
    win_rate = { "win_days" }, payoff_ratio = { "payoff_ratio" }, profit_ratio = { "profit_ratio" },
    profit_factor = { "profit_factor" }, cpc_index = { "cpc_index" },
    common_sense_ratio = { "common_sense_ratio" }, tail_ratio = { "tail_ratio" },
    outlier_win_ratio = { "outlier_win_ratio" }, outlier_loss_ratio = { "outlier_loss_ratio" },
    gain_to_pain_D = { "gain_to_pain" }, gain_to_pain_M = { "gain_to_pain_months" },
    expected_daily = { "expected_day" }, expected_monthly = { "expected_month" },
    expected_yearly = { "expected_year" }, expected_quarterly = { "expected_quarter" },
    kelly_criterion = { "kelly" }, risk_of_ruin = { "risk_of_ruin" },
    value_at_risk_95_normal = { "value_at_risk" }, value_at_risk_99_normal = { "value_at_risk_99" },
    cvar_95 = { "expected_shortfall" }, consecutive_wins = { "max_consecutive_wins" },
    consecutive_losses = { "max_consecutive_losses" },
    recovery_factor = { "recovery_factor", math.abs }, best_day = { "best_day" },
    worst_day = { "worst_day" }, best_month = { "best_month" }, worst_month = { "worst_month" },
    best_year = { "best_year" }, worst_year = { "worst_year" },
    avg_up_month = { "average_up_month" }, avg_down_month = { "average_down_month" },
    win_month = { "win_months" }, win_quarter = { "win_quarters" }, win_year = { "win_years" },
    rar = { "risk_adjusted_return", of_rounded_time },
    geometric_mean = { "expected_day" }, r_squared = { "r_squared" },
    information_ratio = { "information_ratio", per_period }, beta = { "beta" },
    alpha = { "alpha", without_rf }, treynor = { "treynor_total" },
    correlation = { "correlation" }, drawdown_count = { "drawdown_count" },
  },
  [M.TABLE] = {
    ["Start Period"] = { function(at) return at.dates[1] end },
    ["End Period"] = { function(at) return at.dates[at.n] end },
    ["Risk-Free Rate"] = { function(at) return 100 * at.rf end },
    ["Max DD Date"] = { date_of "trough" }, ["Max DD Period Start"] = { date_of "start" },
    ["Max DD Period End"] = { date_of "end" }, ["Longest DD Days"] = { longest_days },
    ["Avg. Drawdown Days"] = { average_days },
    ["Time in Market"] = { "time_in_market", function(value) return 100 * rounded_up(value) end },
    ["Cumulative Return"] = { "total_return", percent }, ["CAGR﹪"] = { "cagr", percent },
    Sharpe = { "sharpe" }, ["Smart Sharpe"] = { "smart_sharpe" }, Sortino = { "sortino" },
    ["Smart Sortino"] = { "smart_sortino" }, ["Sortino/√2"] = { "adjusted_sortino" },
    ["Smart Sortino/√2"] = { "smart_adjusted_sortino" }, Omega = { "omega" },
    ["Max Drawdown"] = { "max_drawdown", percent },
    ["Volatility (ann.)"] = { "volatility", percent }, ["R^2"] = { "r_squared" },
    ["Information Ratio"] = { "information_ratio", per_period }, Calmar = { "calmar" },
    Skew = { "skewness" }, Kurtosis = { "kurtosis" },
    ["Ulcer Performance Index"] = { "ulcer_performance" },
    ["Risk-Adjusted Return"] = { "risk_adjusted_return",
      function(value, at) return 100 * of_rounded_time(value, at) end },
    ["Risk-Return Ratio"] = { "risk_return_ratio" }, ["Avg. Return"] = { "average_return", percent },
    ["Avg. Win"] = { "average_win", percent }, ["Avg. Loss"] = { "average_loss", percent },
    ["Win/Loss Ratio"] = { "payoff_ratio" }, ["Payoff Ratio"] = { "payoff_ratio" },
    ["Profit Ratio"] = { "profit_ratio" }, ["Expected Daily"] = { "expected_day", percent },
    ["Expected Monthly"] = { "expected_month", percent },
    ["Expected Yearly"] = { "expected_year", percent }, ["Kelly Criterion"] = { "kelly", percent },
    ["Risk of Ruin"] = { "risk_of_ruin" },
    ["Daily Value-at-Risk"] = { "value_at_risk", loss_percent },
    ["Expected Shortfall (cVaR)"] = { "expected_shortfall", loss_percent },
    ["Max Consecutive Wins"] = { "max_consecutive_wins" },
    ["Max Consecutive Losses"] = { "max_consecutive_losses" },
    ["Gain/Pain Ratio"] = { "gain_to_pain" }, ["Gain/Pain (1M)"] = { "gain_to_pain_months" },
    ["Profit Factor"] = { "profit_factor" }, ["Common Sense Ratio"] = { "common_sense_ratio" },
    ["CPC Index"] = { "cpc_index" }, ["Tail Ratio"] = { "tail_ratio" },
    ["Outlier Win Ratio"] = { "outlier_win_ratio" },
    ["Outlier Loss Ratio"] = { "outlier_loss_ratio" }, MTD = { "mtd", percent },
    YTD = { "ytd", percent }, ["All-time (ann.)"] = { "cagr", percent },
    ["Best Day"] = { "best_day", percent }, ["Worst Day"] = { "worst_day", percent },
    ["Best Month"] = { "best_month", percent }, ["Worst Month"] = { "worst_month", percent },
    ["Best Year"] = { "best_year", percent }, ["Worst Year"] = { "worst_year", percent },
    ["Avg. Drawdown"] = { "average_drawdown", percent },
    ["Recovery Factor"] = { "recovery_factor", function(value, at) -- its table leaves rf out
      return math.abs(value - at.rf / at.values.max_drawdown)
    end },
    ["Ulcer Index"] = { "ulcer_index" }, ["Serenity Index"] = { "serenity_index" },
    ["Avg. Up Month"] = { "average_up_month", percent },
    ["Avg. Down Month"] = { "average_down_month", percent }, ["Win Days"] = { "win_days", percent },
    ["Win Month"] = { "win_months", percent }, ["Win Quarter"] = { "win_quarters", percent },
    ["Win Year"] = { "win_years", percent }, Beta = { "beta" }, Alpha = { "alpha", without_rf },
    Correlation = { "correlation", percent }, ["Treynor Ratio"] = { "treynor_total", percent },
  },
  [M.EMPYRICAL] = {
    cum_returns_final = { "total_return" }, annual_return = { "cagr" },
    annual_volatility = { "volatility" }, sharpe_ratio = { "sharpe" }, sortino_ratio = { "sortino" },
    downside_risk = { "downside_deviation" }, calmar_ratio = { "calmar" }, omega_ratio = { "omega" },
    max_drawdown = { "max_drawdown" }, stability_of_timeseries = { "stability" },
    tail_ratio = { "tail_ratio" },
    value_at_risk_5pct_historical = { "historical_value_at_risk" },
    conditional_value_at_risk_5pct_historical = { "historical_shortfall" },
    alpha_compounded_annual = { "alpha_compounded" }, beta = { "beta" },
    excess_sharpe = { "information_ratio", per_period },
    batting_average = { "batting_average" },
    capture = { "cagr", function(value, at) return value / at.other.cagr end },
  },
  [M.FFN] = {
    total_return = { "total_return" }, max_drawdown = { "max_drawdown" }, mtd = { "mtd" },
    three_month = { "three_months" }, six_month = { "six_months" }, ytd = { "ytd" },
    one_year = { "one_year" }, daily_mean = { "mean_return" }, daily_vol = { "volatility" },
    daily_sharpe = { "sharpe" }, daily_sortino = { "sortino" }, daily_skew = { "skewness" },
    daily_kurt = { "kurtosis" }, best_day = { "best_day" }, worst_day = { "worst_day" },
    monthly_mean = { "monthly_mean" }, monthly_vol = { "monthly_volatility" },
    monthly_sharpe = { "monthly_sharpe" }, monthly_sortino = { "monthly_sortino" },
    monthly_skew = { "monthly_skewness" }, monthly_kurt = { "monthly_kurtosis" },
    best_month = { "best_month" }, worst_month = { "worst_month" }, yearly_mean = { "yearly_mean" },
    yearly_vol = { "yearly_volatility" }, yearly_sharpe = { "yearly_sharpe" },
    yearly_sortino = { "yearly_sortino" }, yearly_skew = { "yearly_skewness" },
    yearly_kurt = { "yearly_kurtosis" }, best_year = { "best_year" }, worst_year = { "worst_year" },
    avg_drawdown = { "average_drawdown" }, avg_drawdown_days = { "average_drawdown_days" },
    avg_up_month = { "average_up_month" }, avg_down_month = { "average_down_month" },
    win_year_perc = { "win_years" }, pos_month_perc = { "win_months" },
    ["end"] = { function(at) return at.dates[at.n] end },
    annualization_factor = { function(at) return at.periods end },
    ulcer_index_pct = { "ulcer_index", function(value, at) -- over the price before, too
      return 100 * value * sqrt((at.n - 1) / (at.n + 1))
    end },
  },
  [M.PERFORMANCE] = {
    ["Return.cumulative_geo"] = { "total_return" }, ["Return.annualized_geo"] = { "cagr" },
    ["Return.annualized_arith"] = { "mean_return" }, StdDev = { "volatility", per_period },
    ["StdDev.annualized"] = { "volatility" }, SharpeRatio_StdDev_daily = { "sharpe", per_period },
    ["SharpeRatio.annualized_geo"] = { "geometric_sharpe" },
    ["SharpeRatio.annualized_arith"] = { "sharpe" },
    SortinoRatio_daily_MARrf = { "sortino", per_period },
    DownsideDeviation_full_MARrf = { "downside_deviation", per_period },
    Omega_L_rfd = { "omega" }, maxDrawdown_geo = { "max_drawdown", negative },
    CalmarRatio = { "calmar" }, SterlingRatio_10pct = { "sterling_ratio" },
    BurkeRatio = { "burke_ratio" }, PainIndex = { "pain_index" }, PainRatio = { "pain_ratio" },
    MartinRatio = { "martin_ratio" },
    UlcerIndex = { "ulcer_index", function(value, at) return value * sqrt((at.n - 1) / at.n) end },
    skewness_moment = { "skewness", function(value, at)
      return value * (at.n - 2) / sqrt(at.n * (at.n - 1))
    end },
    skewness_sample = { "skewness", function(value, at)
      return value * (at.n / (at.n - 1)) ^ 1.5
    end },
    skewness_fisher = { "skewness" },
    kurtosis_excess = { "kurtosis", function(value, at)
      local n = at.n
      return (value * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1)
    end },
    kurtosis_moment = { "kurtosis", function(value, at)
      local n = at.n
      return (value * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1) + 3
    end },
    kurtosis_sample_excess = { "kurtosis" }, kurtosis_fisher = { "kurtosis" },
    VaR95_historical = { "historical_value_at_risk" },
    VaR95_gaussian = { "value_at_risk", function(value, at) return -of_population(value, at) end },
    VaR95_modified = { "modified_value_at_risk" }, ES95_historical = { "historical_shortfall" },
    ES95_gaussian = { "normal_shortfall", function(value, at) return -of_population(value, at) end },
    ["CAPM.beta"] = { "beta" },
    ["CAPM.alpha_daily"] = { "alpha", function(value, at) return value / at.periods end },
    ["CAPM.beta.bull"] = { "beta_bull" }, ["CAPM.beta.bear"] = { "beta_bear" },
    TreynorRatio = { "treynor_ratio" }, TrackingError = { "tracking_error" },
    ActivePremium = { "active_premium" },
    InformationRatio = { "active_premium", function(value, at)
      return value / at.values.tracking_error
    end },
    SystematicRisk = { "correlation", function(value, at) return value * at.values.volatility end },
    KellyRatio_full = { "sharpe", function(value, at) return value / at.values.volatility end },
    KellyRatio_half = { "sharpe", function(value, at) return value / at.values.volatility / 2 end },
    BernardoLedoitRatio = { "profit_factor" },
    AdjustedSharpeRatio = { adjusted_sharpe }, AverageDrawdown = { "average_drawdown", negative },
  },
}

local MONTHS = { "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC" }

local function near(wanted, got, what)
  assert(math.abs(wanted - (got or 0)) <= 1e-9 * math.abs(wanted) + 1e-12,
    ("%s: %.17g instead of %.17g"):format(what, got or 0, wanted))
end

-- Months that are not there are 0 in theirs.
local function check_months(at, theirs)
  local ours = {}
  for _, each in ipairs(at.report.months) do ours[each.month] = each.value end
  for _, each in ipairs(at.report.years) do ours[each.year] = each.value end
  for year, months in pairs(theirs) do
    for i, name in ipairs(MONTHS) do
      local month = ("%s-%02d"):format(year, i)
      near(months[name], ours[month], month)
    end
    near(months.EOY, ours[year], year)
  end
end

local function check_drawdowns(at, theirs)
  local ours = {}
  for i, each in ipairs(at.episodes) do ours[i] = each end
  table.sort(ours, function(a, b) return a.start < b.start end)
  if at.case:find "^m06" then return end -- theirs finds none
  assert.equal(#theirs, #ours)
  for i, each in ipairs(theirs) do
    assert.equal(each.start, at.dates[ours[i].start])
    assert.equal(each.valley, at.dates[ours[i].trough])
    assert.equal(each["end"], at.dates[(ours[i].finish or at.n + 1) - 1])
    assert.equal(each.days, quantstats_days(at, ours[i]))
    near(each["max drawdown"], 100 * ours[i].depth, each.start)
  end
end

--- Compares a table within a block.
function M.check_table(at, name, theirs)
  if name == "drawdown_table" then
    check_drawdowns(at, theirs)
  else
    assert.equal("monthly_returns_table", name)
    check_months(at, theirs)
  end
end

return M
