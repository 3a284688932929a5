-- SPDX-License-Identifier: MIT
-- What each param does to each metric, over all values of the others.
local bins_of = require "banyan.report.sweep_bins"
local columns_of = require "banyan.report.sweep_columns"
local ffi = require "ffi"
local groups_of = require "banyan.report.sweep_groups"

local M = {}

local BINS_MAX = 100
local NUMBERS_MAX = 200000 -- of all params, bins and metrics
local QUANTILES = { { name = "best", part = 0 }, { name = "upper", part = 0.25 }, { name = "median", part = 0.5 },
  { name = "lower", part = 0.75 }, { name = "worst", part = 1 } }

---@class banyan.SweepEffects
local Effects = {}
Effects.__index = Effects

-- What only some modes have is in a bin behind all others where it does not matter.
local function with_rest(combos, column, bins)
  local rest = 0
  for i = 0, combos.count - 1 do
    if column[i] < 0 and combos.rows[i].return_count >= 0 then
      column[i] = bins.count
      rest = rest + 1
    end
  end
  return rest > 0
end

--- Effects of some params.
---@param columns banyan.SweepColumns
---@param params integer[] from 1
---@return banyan.SweepEffects
function M.new(columns, params)
  local combos = columns.combos
  local most = math.floor(NUMBERS_MAX / (#QUANTILES * #columns.metrics * math.max(#params, 1)))
  local self = setmetatable({ columns = columns, list = {} }, Effects)
  local sorted = ffi.new("double[?]", math.max(combos.count, 1))
  for k, p in ipairs(params) do
    local bins = bins_of.of(combos.params[p], math.min(BINS_MAX, most))
    local column = bins_of.column(combos, p, bins)
    local rest = with_rest(combos, column, bins)
    self.list[k] = { param = p, bins = bins, rest = rest, metrics = {}, explained = {},
      groups = groups_of.new(column, bins.count + (rest and 1 or 0), sorted) }
  end
  return self
end

--- Takes a metric.
---@param m integer
---@param order ffi.cdata* int32_t[metric.defined], best first
function Effects:take(m, order)
  local metric = self.columns.metrics[m]
  for _, each in ipairs(self.list) do
    local groups = each.groups
    groups:take(metric.values, order, metric.defined)
    each.metrics[m] = columns_of.pack_quantiles(metric, groups, QUANTILES)
    each.explained[m] = groups:explained(metric.values, self.columns.count)
    if m == self.columns.rank then each.sizes = groups:sizes() end
  end
end

local function list_of(sizes, count)
  local list = {}
  for k = 0, count - 1 do list[k + 1] = sizes[k] end
  return list
end

--- As data for the page; params in the order in which they were given.
---@return table[]
function Effects:data()
  local data = {}
  for k, each in ipairs(self.list) do
    local groups = each.groups
    data[k] = { param = each.param - 1, labels = each.bins.labels, values = each.bins.values, rest = each.rest,
      sizes = list_of(each.sizes or ffi.new("int32_t[?]", groups.count), groups.count), metrics = each.metrics,
      explained = each.explained }
  end
  return data
end

--- The params in the order of how much of the spread of the sweep's own ranking they explain.
---@param columns banyan.SweepColumns
---@param params integer[]
---@return integer[]
function M.by_weight(columns, params)
  local weights, sorted = {}, {}
  for k, p in ipairs(params) do
    local bins = bins_of.of(columns.combos.params[p], BINS_MAX)
    local groups = groups_of.new(bins_of.column(columns.combos, p, bins), bins.count)
    local weight = groups:explained(columns.metrics[columns.rank].values, columns.count)
    weights[p], sorted[k] = weight == weight and weight or -1, p
  end
  table.sort(sorted, function(a, b)
    if weights[a] ~= weights[b] then return weights[a] > weights[b] end
    return a < b
  end)
  return sorted
end

return M
