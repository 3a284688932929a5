-- SPDX-License-Identifier: MIT
-- What cross-validation found in each of its splits, small enough for a page.
local M = {}

local ACROSS, UP, BARS = 48, 32, 20

local function range_of(values)
  local low, high = math.huge, -math.huge
  for _, value in ipairs(values) do low, high = math.min(low, value), math.max(high, value) end
  return low, high > low and high - low or 1
end

--- Splits as points of a raster: Sharpe ratios of a year, in and out of sample, and how many splits lie there.
---@param cscv banyan.Pbo with its splits
---@param periods number returns of a year
---@return { x: number, y: number, count: integer }[]
function M.points(cscv, periods)
  local year, by_cell, list = math.sqrt(periods), {}, {}
  local x_low, x_wide = range_of(cscv.in_sample)
  local y_low, y_wide = range_of(cscv.out_of_sample)
  for k, x in ipairs(cscv.in_sample) do
    local y = cscv.out_of_sample[k]
    local column = math.min(ACROSS - 1, math.floor((x - x_low) / x_wide * ACROSS))
    local row = math.min(UP - 1, math.floor((y - y_low) / y_wide * UP))
    local cell = row * ACROSS + column
    local point = by_cell[cell]
    if not point then
      point = { x = 0, y = 0, count = 0 }
      by_cell[cell], list[#list + 1] = point, point
    end
    point.x, point.y, point.count = point.x + x * year, point.y + y * year, point.count + 1
  end
  for _, point in ipairs(list) do point.x, point.y = point.x / point.count, point.y / point.count end
  return list
end

--- In how many splits the chosen combo came out in each twentieth of all combos, the worst first.
---@param cscv banyan.Pbo with its splits
---@return integer[]
function M.places(cscv)
  local bars = {}
  for bar = 1, BARS do bars[bar] = 0 end
  for _, logit in ipairs(cscv.logits) do
    local place = 1 / (1 + math.exp(-logit))
    local bar = math.ceil(place * BARS) -- a place in the very middle counts as overfitting, and is on the left
    bars[bar] = bars[bar] + 1
  end
  return bars
end

return M
