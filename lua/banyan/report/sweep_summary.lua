-- SPDX-License-Identifier: MIT
-- All that a page tells of a sweep, reduced from its store.
local coarse = require "banyan.walk_forward.coarse"
local columns_of = require "banyan.report.sweep_columns"
local combos_of = require "banyan.results.combos"
local bins_of = require "banyan.report.sweep_bins"
local effects_of = require "banyan.report.sweep_effects"
local equity_of = require "banyan.report.sweep_equity"
local failure = require "banyan.failure"
local halves_of = require "banyan.report.sweep_halves"
local luck_of = require "banyan.luck.store"
local maps_of = require "banyan.report.sweep_maps"
local rows_of = require "banyan.report.sweep_rows"
local spread = require "banyan.report.sweep_spread"
local windows_of = require "banyan.walk_forward.windows"

local M = {}

local WINDOWS = "1/2:1/8" -- sixteenths, reduced from the store
local CURVES = { "cagr", "calmar" } -- whose best are drawn, too

---@class banyan.SweepSummary
---@field results banyan.Results
---@field columns banyan.SweepColumns
---@field order ffi.cdata* combos by the sweep's own ranking, best first
---@field failed integer combos without a session
---@field missing integer combos that are not done
---@field params integer[] that vary, from 1, those that explain most first
---@field effects banyan.SweepEffects
---@field maps banyan.SweepMaps
---@field histograms banyan.SweepHistogram[] by metric; false without values
---@field medians table<string, number> of each metric by name; of two in the middle the better one
---@field rows banyan.SweepRows
---@field cloud integer[] combos (from 0) that show return against drawdown
---@field luck banyan.Luck with its splits
---@field halves banyan.SweepHalves?
---@field walk banyan.WalkForward?
---@field default integer? the combo (from 0) of the values that the strategy has as written
---@field curves { combo: integer, kind: integer, why: string }[] combos (from 1) whose equity is drawn, and why
---@field equity banyan.SweepEquity?
---@field no_equity string? why there is none
---@field around { count: integer, median: number, worst: number }? neighbours of the best

local function count_left_out(summary)
  local rows = summary.columns.combos.rows
  summary.failed, summary.missing = 0, 0
  for i = 0, summary.columns.count - 1 do
    if rows[i].return_count == -1 then summary.failed = summary.failed + 1 end
    if rows[i].return_count == -2 then summary.missing = summary.missing + 1 end
  end
end

-- What is made of each metric in its own order.
local function take_metrics(summary)
  local columns = summary.columns
  for m, metric in ipairs(columns.metrics) do
    local order = columns:order(m)
    summary.effects:take(m, order)
    summary.maps:take(m, order)
    summary.histograms[m] = spread.histogram(metric, order) or false
    if metric.defined > 0 then
      summary.medians[metric.name] = metric.values[order[math.floor((metric.defined - 1) / 2)]]
    end
    if m == columns.rank then summary.order = order end
  end
end

-- Coarse windows, where the combos have them.
local function walk_of(results)
  local ok, walk = pcall(coarse.run, results, windows_of.parse(WINDOWS))
  if ok then return walk end
  local found = failure.failure_of(walk)
  if not found or found.status ~= "DATA" then error(walk, 0) end
end

local function neighbours_of(summary)
  local combos, best = summary.columns.combos, summary.rows.best
  if not best then return nil end
  local scores = combos:plateau_scores()
  return { count = combos:plateau().counts[best], median = scores.median[best], worst = scores.worst[best] }
end

local function check_asked(summary, asked)
  local rows, count = summary.columns.combos.rows, summary.columns.count
  for _, number in ipairs(asked) do
    if number > count then
      failure.fail("USAGE", "there is no combo %d; combos are numbered from 1 to %d", number, count)
    elseif rows[number - 1].return_count < 0 then
      failure.fail("DATA", "combo %d has no equity: %s", number, summary.results:error(number))
    end
  end
end

-- Which combos are drawn, and why: those that are best in some respect, the median for comparison, and what is asked
-- for; one of each behaviour.
local function curves_of(summary, asked)
  local columns, behaviours, seen, list = summary.columns, summary.columns.combos:behaviours(), {}, {}
  local rank = columns.metrics[columns.rank]
  local function add(i, kind, why)
    local first = behaviours.first[i]
    if seen[first] and not (kind == rows_of.ASKED and seen[first] ~= i) then return end
    seen[first], list[#list + 1] = i, { combo = i + 1, kind = kind, why = why }
  end
  if rank.defined > 0 then add(summary.order[0], rows_of.BEST, "best by " .. rank.title) end
  for _, number in ipairs(asked) do add(number - 1, rows_of.ASKED, "asked for") end
  for _, name in ipairs(CURVES) do
    local m = rows_of.metric(columns, name)
    if columns.metrics[m].defined > 0 then
      add(columns:order(m)[0], rows_of.BEST_BY_OTHER, "best by " .. columns.metrics[m].title)
    end
  end
  if summary.default then add(summary.default, rows_of.DEFAULT, "params as written") end
  if rank.defined > 2 then
    add(summary.order[math.floor((rank.defined - 1) / 2)], rows_of.MEDIAN, "the median by " .. rank.title)
  end
  return list
end

--- Reduces a store, without bars.
---@param results banyan.Results
---@param asked integer[]? combos (from 1) that must be among the rows
---@return banyan.SweepSummary
function M.of(results, asked)
  local columns = columns_of.new(combos_of.new(results))
  local params = effects_of.by_weight(columns, bins_of.varying(columns.combos))
  local summary = { results = results, columns = columns, params = params, histograms = {}, medians = {},
    effects = effects_of.new(columns, params), maps = maps_of.new(columns, params) }
  count_left_out(summary)
  check_asked(summary, asked or {})
  take_metrics(summary)
  summary.default = rows_of.default(columns.combos)
  summary.curves = curves_of(summary, asked or {})
  summary.rows = rows_of.new(columns, summary.order, summary.curves)
  local cagr, drawdown = rows_of.metric(columns, "cagr"), rows_of.metric(columns, "max_drawdown")
  summary.cloud = spread.cloud(columns.metrics[drawdown].values, columns.metrics[cagr].values, summary.order,
    columns.metrics[columns.rank].defined)
  summary.around = neighbours_of(summary)
  summary.luck = luck_of.measure(results, { splits = true })
  summary.halves = halves_of.new(columns.combos, results.description.periods_per_year)
  summary.walk = walk_of(results)
  return summary
end

--- Adds the equity of the best combos and of those asked for, from bars. Where strategy or bars are gone the summary
--- says so, and `reopened` may be closed.
---@param summary banyan.SweepSummary
---@param reopened banyan.Reopened
function M.add_equity(summary, reopened)
  if #summary.curves == 0 then
    summary.no_equity = "no combo has a value of what ranks them"
    return
  end
  local ok, equity = pcall(equity_of.of, reopened, summary.curves)
  if ok then
    summary.equity, summary.no_equity = equity, not equity and "these combos have no session in common" or nil
    return
  end
  local found = failure.failure_of(equity)
  if not found or found.status == "CANCELLED" then error(equity, 0) end
  summary.no_equity = found.message
end

return M
