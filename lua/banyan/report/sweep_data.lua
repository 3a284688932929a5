-- SPDX-License-Identifier: MIT
-- What the scripts of a sweep's page get: numbers that are reduced already, most of them as texts with commas.
local json = require "banyan.json"
local rows_of = require "banyan.report.sweep_rows"
local splits = require "banyan.report.sweep_splits"

local M = {}

local function metrics_data(summary)
  local list, best = {}, summary.rows.best
  for m, metric in ipairs(summary.columns.metrics) do
    list[m] = { name = metric.name, title = metric.title, direction = metric.direction, percent = metric.percent,
      digits = metric.digits, scale = metric.scale, defined = metric.defined, best = best and metric.values[best],
      histogram = summary.histograms[m] or nil }
  end
  return list
end

-- Points of two columns: combo, x and y as lists.
local function points_of(list, x, y)
  local points = { combo = json.array {}, x = json.array {}, y = json.array {} }
  for k, i in ipairs(list) do points.combo[k], points.x[k], points.y[k] = i + 1, x[i], y[i] end
  return points
end

local function front_data(summary)
  local columns = summary.columns
  local return_, drawdown = columns.metrics[rows_of.metric(columns, "cagr")].values,
    columns.metrics[rows_of.metric(columns, "max_drawdown")].values
  local best = summary.rows.best
  return { cloud = points_of(summary.cloud, drawdown, return_),
    front = points_of(summary.rows.front, drawdown, return_),
    best = best and points_of({ best }, drawdown, return_) or nil }
end

local function halves_data(summary)
  local halves = summary.halves
  if not halves then return nil end
  local best = summary.rows.best
  return { cloud = points_of(halves.cloud, halves.first, halves.second),
    chosen = points_of({ halves.chosen }, halves.first, halves.second),
    best = best and points_of({ best }, halves.first, halves.second) or nil }
end

local function splits_data(luck)
  local cscv = luck.cscv
  if not cscv then return nil end
  local points = { x = {}, y = {}, count = {} }
  for k, point in ipairs(splits.points(cscv, luck.periods)) do
    points.x[k], points.y[k], points.count[k] = point.x, point.y, point.count
  end
  return { points = points, places = splits.places(cscv), slope = cscv.slope,
    intercept = cscv.intercept * math.sqrt(luck.periods) }
end

-- Where luck alone would have the Sharpe ratios, and the best of them.
local function luck_data(luck)
  local best = luck.best[1]
  local deflated = best and best.effective
  if not deflated or luck.trials.used < 2 then return nil end
  return { deviation = deflated.deviation, threshold = deflated.threshold, trials = deflated.trials }
end

--- All but the equity.
---@param summary banyan.SweepSummary
---@return table
function M.of(summary)
  local rows = rows_of.data(summary.columns, summary.rows)
  local params = rows.params
  rows.params = nil
  return { rank = summary.columns.rank - 1, metrics = metrics_data(summary), params = params, rows = rows,
    by_weight = json.array(summary.params), maps = summary.maps:data(), effects = json.array(summary.effects:data()),
    front = front_data(summary), halves = halves_data(summary), splits = splits_data(summary.luck),
    luck = luck_data(summary.luck), simulated = summary.results.description.simulated or false }
end

return M
