-- SPDX-License-Identifier: MIT
-- The metrics of a sweep as columns, for what a page says of all of its combos. Index i (from 0) is combo i + 1.
local engine = require "banyan.ffi"
local ffi = require "ffi"
local order = require "banyan.results.order"
local print_ = require "banyan.print"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

local DIGITS_MORE, STEPS = 2, 20 -- so many digits more at most, for so many steps between the 10th and the 90th in 100

---@class banyan.SweepMetric
---@field name string
---@field title string
---@field direction integer 1 when higher is better, -1 when lower is
---@field values ffi.cdata* double[count]; NaN where there is none
---@field defined integer how many there are
---@field percent boolean whether it is shown as a percentage
---@field digits integer digits behind the point, as many as its spread asks for
---@field scale number by which a value becomes a whole number of what is shown

---@class banyan.SweepColumns
---@field combos banyan.Combos
---@field count integer
---@field done integer combos with results
---@field metrics banyan.SweepMetric[]
---@field rank integer which of them ranks the sweep
local Columns = {}
Columns.__index = Columns

-- The values of a metric, and how many are defined.
local function column_of(combos, m)
  local values, defined = ffi.new("double[?]", math.max(combos.count, 1)), 0
  local rows = combos.rows
  for i = 0, combos.count - 1 do
    local value = rows[i].metric[m]
    if rows[i].return_count >= 0 and value - value == 0 then
      values[i], defined = value, defined + 1
    else
      values[i] = 0 / 0
    end
  end
  return values, defined
end

-- What lies between the 10th and the 90th of 100 values.
local function spread_of(values, indices, count)
  local low, high = math.floor(0.9 * (count - 1)), math.floor(0.1 * (count - 1))
  return math.abs(values[indices[high]] - values[indices[low]])
end

-- As many digits as the spread needs to show differences.
local function set_digits(metric, indices)
  local least, percent = print_.metric_digits(metric.name)
  metric.percent, metric.digits = percent, least
  if metric.defined > 1 and least > 0 then
    local spread = spread_of(metric.values, indices, metric.defined) * (percent and 100 or 1)
    if spread > 0 then
      metric.digits = math.max(least, math.min(least + DIGITS_MORE, math.ceil(math.log10(STEPS / spread))))
    end
  end
  metric.scale = 10 ^ metric.digits * (percent and 100 or 1)
end

--- The combos of which a metric has a value, best first; of equal ones the first by number.
---@param m integer of self.metrics
---@return ffi.cdata* indices int32_t[metric.defined]
function Columns:order(m)
  local metric = self.metrics[m]
  local indices, keys, n = ffi.new("int32_t[?]", math.max(metric.defined, 1)),
    ffi.new("double[?]", math.max(self.count, 1)), 0
  for i = 0, self.count - 1 do
    local value = metric.values[i]
    if value == value then
      indices[n], keys[i] = i, value * metric.direction
      n = n + 1
    end
  end
  order.falling(indices, n, keys)
  if not metric.scale then set_digits(metric, indices) end
  return indices
end

--- Values (of a C array, or a list from `first` on) as a text of whole numbers of what is shown, with commas between
--- them; nothing stands for NaN.
---@param metric banyan.SweepMetric
---@param values ffi.cdata*
---@param count integer
---@return string
function M.pack(metric, values, count)
  local parts, scale = {}, metric.scale
  for k = 0, count - 1 do
    local value = values[k]
    parts[k + 1] = value == value and ("%.0f"):format(value * scale) or ""
  end
  return table.concat(parts, ",")
end

--- Quantiles of a metric in each group, as texts.
---@param metric banyan.SweepMetric
---@param groups banyan.SweepGroups that took it last
---@param quantiles { name: string, part: number }[] see banyan.SweepGroups:quantile
---@return table<string, string> by name
function M.pack_quantiles(metric, groups, quantiles)
  local found = {}
  for _, each in ipairs(quantiles) do
    found[each.name] = M.pack(metric, groups:quantile(each.part), groups.count)
  end
  return found
end

--- The columns of a store's combos.
---@param combos banyan.Combos
---@return banyan.SweepColumns
function M.new(combos)
  local self = setmetatable({ combos = combos, count = combos.count, metrics = {}, done = 0 }, Columns)
  local own = combos:own_ranking().root.name
  for m, metric in ipairs(results_of.METRICS) do
    local values, defined = column_of(combos, m - 1)
    self.metrics[m] = { name = metric.name, title = metric.title, values = values, defined = defined,
      direction = C.by_metric_direction(m - 1) }
    if metric.name == own then self.rank = m end
  end
  for i = 0, self.count - 1 do
    if combos.rows[i].return_count >= 0 then self.done = self.done + 1 end
  end
  return self
end

return M
