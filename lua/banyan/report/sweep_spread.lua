-- SPDX-License-Identifier: MIT
-- How the combos of a sweep are spread: a metric as a histogram, two of them as a cloud of points.
local ffi = require "ffi"

local M = {}

local BARS_MIN, BARS, BARS_MAX = 8, 40, 90
local TAIL, TAIL_WIDE = 0.005, 4 -- ends are cut where the rest is so many times narrower than all
local ACROSS, UP = 60, 40 -- cells of a cloud

-- 1, 2 or 5 times a power of ten, not below x.
local function round_step(x)
  local power = 10 ^ math.floor(math.log10(x))
  for _, times in ipairs { 1, 2, 5 } do
    if times * power >= x * (1 - 1e-9) then return times * power end
  end
  return 10 * power
end

-- From where to where the bars go: all values, or without long tails.
local function ends_of(values, order, n)
  local function at(part) return values[order[math.floor(part * (n - 1))]] end
  local low, high = math.min(at(0), at(1)), math.max(at(0), at(1))
  local a, b = at(TAIL), at(1 - TAIL)
  local inner_low, inner_high = math.min(a, b), math.max(a, b)
  if high - low > TAIL_WIDE * (inner_high - inner_low) and inner_high > inner_low then
    return inner_low, inner_high
  end
  return low, high
end

---@class banyan.SweepHistogram
---@field low number where the first bar begins
---@field step number width of a bar
---@field counts integer[]
---@field below integer values that lie before the first bar
---@field above integer values behind the last

--- A metric as a histogram with round edges; a bar has its lower edge. nil without values.
---@param metric banyan.SweepMetric
---@param order ffi.cdata* int32_t[metric.defined], best first
---@return banyan.SweepHistogram?
function M.histogram(metric, order)
  local values, n = metric.values, metric.defined
  if n == 0 then return nil end
  local low, high = ends_of(values, order, n)
  local least, bars_wanted = 1 / metric.scale, math.max(BARS_MIN, math.min(BARS, 2 * n ^ (1 / 3))) -- Rice's rule
  local step = math.max(round_step(math.max((high - low) / bars_wanted, least)), least)
  local first = math.floor(low / step + 1e-9)
  local bars = math.min(BARS_MAX, math.floor(high / step + 1e-9) - first + 1)
  local counts, below, above = {}, 0, 0
  for bar = 1, bars do counts[bar] = 0 end
  for k = 0, n - 1 do
    local bar = math.floor(values[order[k]] / step + 1e-9) - first + 1
    if bar < 1 then below = below + 1
    elseif bar > bars then above = above + 1
    else counts[bar] = counts[bar] + 1 end
  end
  return { low = first * step, step = step, counts = counts, below = below, above = above }
end

local function range_of(values, order, n)
  local low, high = math.huge, -math.huge
  for k = 0, n - 1 do
    local value = values[order[k]]
    if value == value then low, high = math.min(low, value), math.max(high, value) end
  end
  return low, high > low and high - low or 1
end

--- Combos that show where all of them lie in two respects: of each cell of a raster the first.
---@param x ffi.cdata* double, by combo
---@param y ffi.cdata* double, by combo
---@param order ffi.cdata* int32_t[n] combos
---@param n integer
---@return integer[] combos, from 0
function M.cloud(x, y, order, n)
  local taken, list = ffi.new("uint8_t[?]", ACROSS * UP), {}
  local x_low, x_wide = range_of(x, order, n)
  local y_low, y_wide = range_of(y, order, n)
  for k = 0, n - 1 do
    local i = order[k]
    if x[i] == x[i] and y[i] == y[i] then
      local column = math.min(ACROSS - 1, math.floor((x[i] - x_low) / x_wide * ACROSS))
      local row = math.min(UP - 1, math.floor((y[i] - y_low) / y_wide * UP))
      local cell = row * ACROSS + column
      if taken[cell] == 0 then
        taken[cell] = 1
        list[#list + 1] = i
      end
    end
  end
  return list
end

return M
