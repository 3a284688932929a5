-- SPDX-License-Identifier: MIT
-- Combos in groups, such as the cells of a map or the values of a param, and where the values of a metric lie in each.
-- Combos come in the order of the metric, so what is handed out to the groups is sorted.
local ffi = require "ffi"

local M = {}

---@class banyan.SweepGroups
---@field count integer groups
---@field of ffi.cdata* int32_t[combos]: group of each, -1 without one
local Groups = {}
Groups.__index = Groups

--- Groups of combos.
---@param of ffi.cdata* int32_t[combo_count], -1 where a combo is in none
---@param count integer
---@param sorted ffi.cdata*? double[combos], which groups that take metrics one after the other may share; none is
--- needed where nothing is taken
---@return banyan.SweepGroups
function M.new(of, count, sorted)
  return setmetatable({ of = of, count = count, first = ffi.new("int32_t[?]", count + 1),
    filled = ffi.new("int32_t[?]", count), sorted = sorted }, Groups)
end

--- Takes a metric.
---@param values ffi.cdata* double, by combo
---@param order ffi.cdata* int32_t[n] combos, best first
---@param n integer
function Groups:take(values, order, n)
  local of, first, filled, sorted = self.of, self.first, self.filled, self.sorted
  for group = 0, self.count - 1 do filled[group] = 0 end
  for k = 0, n - 1 do
    local group = of[order[k]]
    if group >= 0 then filled[group] = filled[group] + 1 end
  end
  first[0] = 0
  for group = 0, self.count - 1 do
    first[group + 1], filled[group] = first[group] + filled[group], first[group]
  end
  for k = 0, n - 1 do
    local i = order[k]
    local group = of[i]
    if group >= 0 then
      sorted[filled[group]] = values[i]
      filled[group] = filled[group] + 1
    end
  end
end

--- How many combos of each group have a value of what was taken last.
---@return ffi.cdata* int32_t[count]
function Groups:sizes()
  local sizes = ffi.new("int32_t[?]", self.count)
  for group = 0, self.count - 1 do sizes[group] = self.first[group + 1] - self.first[group] end
  return sizes
end

--- A quantile of what was taken last in each group: 0 is the best, 1 the worst, and between two values as they lie on
--- a line; NaN in empty groups.
---@param part number
---@return ffi.cdata* double[count]
function Groups:quantile(part)
  local out, first, sorted = ffi.new("double[?]", self.count), self.first, self.sorted
  for group = 0, self.count - 1 do
    local size = first[group + 1] - first[group]
    if size == 0 then
      out[group] = 0 / 0
    else
      local at = (size - 1) * part
      local low = math.floor(at)
      local a, b = sorted[first[group] + low], sorted[first[group] + math.min(low + 1, size - 1)]
      out[group] = a + (b - a) * (at - low)
    end
  end
  return out
end

--- Variance that the groups explain, as a part of all of it: epsilon squared, the share of the sum of squares that is
--- between groups, less what as many groups at random would have. NaN where all values are alike, or no group has two.
---@param values ffi.cdata* double, by combo
---@param combo_count integer
---@return number
function Groups:explained(values, combo_count)
  local sums, sizes, of = ffi.new("double[?]", self.count), ffi.new("int32_t[?]", self.count), self.of
  local n, mean = 0, 0
  for i = 0, combo_count - 1 do
    local value, group = values[i], of[i]
    if group >= 0 and value == value then
      n = n + 1
      mean = mean + (value - mean) / n
    end
  end
  local all = 0
  for i = 0, combo_count - 1 do
    local value, group = values[i], of[i]
    if group >= 0 and value == value then
      local off = value - mean
      all = all + off * off
      sums[group], sizes[group] = sums[group] + off, sizes[group] + 1
    end
  end
  local between, used = 0, 0
  for group = 0, self.count - 1 do
    if sizes[group] > 0 then
      between, used = between + sums[group] * sums[group] / sizes[group], used + 1
    end
  end
  if all == 0 or n == used then return 0 / 0 end
  return math.max(0, (between - (used - 1) * (all - between) / (n - used)) / all)
end

return M
