-- SPDX-License-Identifier: MIT
-- Maps of any two params: of each cell the best, the median and the worst of each metric over all other params.
local bins_of = require "banyan.report.sweep_bins"
local columns_of = require "banyan.report.sweep_columns"
local ffi = require "ffi"
local groups_of = require "banyan.report.sweep_groups"

local M = {}

local PARAMS_MAX = 12
local SIDE_MAX, SIDE_MIN = 40, 6
local NUMBERS_MAX = 480000 -- of all maps: some 2 MB of text
local VISITS_MAX = 6e8 -- combos times maps times metrics: a few seconds
local QUANTILES = { { name = "best", part = 0 }, { name = "median", part = 0.5 }, { name = "worst", part = 1 } }

---@class banyan.SweepMaps
---@field params integer[] that have maps, from 1
---@field left_out integer params that have none
---@field side integer bins at most
local Maps = {}
Maps.__index = Maps

local function pair_count(n) return n * (n - 1) / 2 end

-- How many params can have maps in reasonable time.
local function most_params(columns, given)
  local n = math.min(given, PARAMS_MAX)
  while n > 2 and pair_count(n) * #columns.metrics * columns.count > VISITS_MAX do n = n - 1 end
  return n
end

-- The longest side that keeps all maps within limits.
local function side_of(columns, params)
  local function cells(side)
    local sum = 0
    for k = 1, #params do
      for l = k + 1, #params do
        sum = sum + math.min(side, #columns.combos.params[params[k]].values)
          * math.min(side, #columns.combos.params[params[l]].values)
      end
    end
    return sum * #columns.metrics * #QUANTILES
  end
  local side = SIDE_MAX
  while side > SIDE_MIN and cells(side) > NUMBERS_MAX do side = side - 1 end
  return side
end

-- The cell of each combo: row by row, the second param from row to row.
local function cells_of(a, b, width, count)
  local cells = ffi.new("int32_t[?]", math.max(count, 1))
  for i = 0, count - 1 do
    cells[i] = (a[i] < 0 or b[i] < 0) and -1 or b[i] * width + a[i]
  end
  return cells
end

--- Maps of params, of which the first ones are taken where there are too many.
---@param columns banyan.SweepColumns
---@param params integer[] from 1
---@return banyan.SweepMaps
function M.new(columns, params)
  local combos, self = columns.combos, setmetatable({ columns = columns, params = {}, pairs = {} }, Maps)
  local most = most_params(columns, #params)
  for k = 1, most do self.params[k] = params[k] end
  self.left_out, self.side, self.bins = #params - most, side_of(columns, self.params), {}
  local by_param, sorted = {}, ffi.new("double[?]", math.max(combos.count, 1))
  for k, p in ipairs(self.params) do
    self.bins[k] = bins_of.of(combos.params[p], self.side)
    by_param[k] = bins_of.column(combos, p, self.bins[k])
  end
  for k = 1, most do
    for l = k + 1, most do
      local width, height = self.bins[k].count, self.bins[l].count
      local cells = cells_of(by_param[k], by_param[l], width, combos.count)
      self.pairs[#self.pairs + 1] = { across = k - 1, down = l - 1, metrics = {}, sizes = "",
        groups = groups_of.new(cells, width * height, sorted) }
    end
  end
  return self
end

local function sizes_text(groups)
  local sizes, parts = groups:sizes(), {}
  for cell = 0, groups.count - 1 do parts[cell + 1] = sizes[cell] end
  return table.concat(parts, ",")
end

--- Takes a metric.
---@param m integer
---@param order ffi.cdata* int32_t[metric.defined], best first
function Maps:take(m, order)
  local metric = self.columns.metrics[m]
  for _, each in ipairs(self.pairs) do
    local groups = each.groups
    groups:take(metric.values, order, metric.defined)
    each.metrics[m] = columns_of.pack_quantiles(metric, groups, QUANTILES)
    if m == self.columns.rank then each.sizes = sizes_text(groups) end
  end
end

--- As data for the page.
---@return table
function Maps:data()
  local params, maps = {}, {}
  for k, p in ipairs(self.params) do
    params[k] = { param = p - 1, labels = self.bins[k].labels, values = self.bins[k].values }
  end
  for k, each in ipairs(self.pairs) do
    maps[k] = { across = each.across, down = each.down, sizes = each.sizes, metrics = each.metrics }
  end
  return { params = params, maps = maps, left_out = self.left_out, side = self.side }
end

return M
