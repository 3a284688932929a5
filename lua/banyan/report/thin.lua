-- SPDX-License-Identifier: MIT
-- Fewer points than a series has, for a screen, with all that stands out still there.
local M = {}

-- Adds where a column is lowest and highest between two positions.
local function add_extremes(kept, column, first, last)
  local low, high = nil, nil
  for i = first, last do
    local value = column[i]
    if value == value then
      if not low or value < column[low] then low = i end
      if not high or value > column[high] then high = i end
    end
  end
  if low then kept[low], kept[high] = true, true end
end

--- The positions to draw of columns that share an axis: all of them where there are few; else, of each of `stretches`
--- equal parts, the lowest and the highest value of every column, and both ends.
---@param count integer
---@param stretches integer
---@param columns number[][] from 1 to count; NaN is no value
---@return integer[] rising
function M.positions(count, stretches, columns)
  local list = {}
  if count <= stretches * (2 * #columns) then
    for i = 1, count do list[i] = i end
    return list
  end
  local kept = { [1] = true, [count] = true }
  for s = 0, stretches - 1 do
    local first = math.floor(s * count / stretches) + 1
    local last = math.floor((s + 1) * count / stretches)
    for _, column in ipairs(columns) do add_extremes(kept, column, first, last) end
  end
  for i = 1, count do
    if kept[i] then list[#list + 1] = i end
  end
  return list
end

--- The values of a column at positions.
---@param column number[]
---@param positions integer[]
---@return number[]
function M.pick(column, positions)
  local list = {}
  for k, i in ipairs(positions) do list[k] = column[i] end
  return list
end

return M
