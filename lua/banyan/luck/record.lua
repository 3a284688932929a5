-- SPDX-License-Identifier: MIT
-- How much of the best of a sweep is luck, as JSON.
local json = require "banyan.json"

local M = {}

local function trials_json(trials, periods)
  local year = math.sqrt(periods)
  return json.object { { "combos", trials.combos }, { "done", trials.done },
    { "guided", trials.guided },
    { "used", trials.used }, { "behaviours", trials.behaviours }, { "distinct", trials.distinct },
    { "effective", trials.effective }, { "correlation", trials.correlation },
    { "failed", trials.failed }, { "undefined", trials.undefined }, { "short", trials.short },
    { "returns_min", trials.returns_min }, { "returns_max", trials.returns_max },
    { "sharpe_deviation", trials.deviation * year },
    { "distinct_sharpe_deviation", trials.distinct_deviation * year } }
end

local function cscv_json(cscv, periods)
  if not cscv then return json.null end
  local year = math.sqrt(periods)
  return json.object { { "pbo", cscv.pbo }, { "splits", cscv.splits },
    { "loss_probability", cscv.loss_probability },
    { "degradation", json.object { { "slope", cscv.slope }, { "intercept", cscv.intercept * year },
      { "r_squared", cscv.r_squared } } },
    { "in_sample_sharpe", cscv.in_sample_median * year },
    { "out_of_sample_sharpe", cscv.out_of_sample_median * year },
    { "logit_mean", cscv.logit_mean }, { "logit_median", cscv.logit_median } }
end

local function deflated_json(at)
  return json.object { { "trials", at.trials }, { "sharpe_deviation", at.deviation },
    { "sharpe_by_luck", at.threshold }, { "deflated_sharpe", at.probability },
    { "min_backtest_years", at.years } }
end

local function best_json(best)
  return json.object { { "by", best.by }, { "combo", best.combo },
    { "params", json.named(best.params) }, { "sharpe", best.sharpe }, { "returns", best.returns },
    { "years", best.years }, { "skewness", best.skewness },
    { "excess_kurtosis", best.excess_kurtosis }, { "probabilistic_sharpe", best.probability },
    { "min_track_record_years", best.track_years }, { "all", deflated_json(best.all) },
    { "effective", deflated_json(best.effective) } }
end

local function daily_json(daily)
  if type(daily) ~= "table" then return json.null end
  local check, sharpe = daily.reality_check, daily.sharpe
  local members = { { "combos", json.array(daily.combos) }, { "sessions", daily.sessions },
    { "from", daily.from }, { "to", daily.to }, { "seed", daily.seed },
    { "replicates", daily.replicates } }
  if check then
    local p = check.studentized
    table.insert(members, { "block_length", check.block_length })
    table.insert(members, { "best", daily.combos[check.best] })
    table.insert(members, { "reality_check", json.object { { "p_value", check.plain.upper } } })
    table.insert(members, { "spa", json.object { { "statistic", check.statistic },
      { "p_value", p.consistent }, { "lower", p.lower }, { "consistent", p.consistent },
      { "upper", p.upper } } })
    table.insert(members, { "sharpe", json.object { { "combo", daily.combos[1] },
      { "block_length", sharpe.block_length }, { "median", sharpe.median }, { "low", sharpe.low },
      { "high", sharpe.high }, { "positive", sharpe.positive } } })
  end
  return json.object(members)
end

--- As a value for banyan.json.encode. Sharpe ratios are annual.
---@param luck banyan.Luck
---@param daily banyan.Daily|string|nil a text says why there is none
---@param head table[] members in front
---@param windows table? walk-forward analysis, as JSON
---@return table
function M.json(luck, daily, head, windows)
  local best, why_not = {}, type(daily) == "string" and daily or nil
  for i, each in ipairs(luck.best) do best[i] = best_json(each) end
  local members = {}
  for i, member in ipairs(head) do members[i] = member end
  for _, member in ipairs { { "periods_per_year", luck.periods },
    { "trials", trials_json(luck.trials, luck.periods) },
    { "cscv", cscv_json(luck.cscv, luck.periods) }, { "not_enough", luck.not_enough },
    { "best", json.array(best) }, { "subset", daily_json(daily) },
    { "subset_missing", why_not or (type(daily) == "table" and daily.not_enough) or nil },
    { "walk_forward", windows } } do
    members[#members + 1] = member
  end
  return json.object(members)
end

return M
