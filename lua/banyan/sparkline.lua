-- SPDX-License-Identifier: MIT
-- Charts of one line of text.
local M = {}

local function is_finite(value)
  return value - value == 0
end

--- Where a value lies from low (0) to high (1), which differ; their distance may be more than a number can be.
---@param value number
---@param low number
---@param high number
---@return number
function M.level(value, low, high)
  if high - low < math.huge then return (value - low) / (high - low) end
  return (value / 2 - low / 2) / (high / 2 - low / 2)
end

local bars = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }
local plain_bars = { ".", ":", "-", "=", "+", "*", "#", "@" } -- darker is higher

--- A small chart of values, one character each after thinning them to `width`.
---@param values number[]
---@param width integer
---@param plain boolean? of ASCII alone
---@return string
function M.of(values, width, plain)
  local low, high, picked = math.huge, -math.huge, {}
  width = math.min(width, #values)
  for i = 1, width do
    local at = width == 1 and #values or 1 + math.floor((i - 1) * (#values - 1) / (width - 1) + 0.5)
    picked[i] = values[at]
    if is_finite(picked[i]) then
      low, high = math.min(low, picked[i]), math.max(high, picked[i])
    end
  end
  for i, value in ipairs(picked) do
    local level = high > low and M.level(value, low, high) or 0
    picked[i] = is_finite(value) and (plain and plain_bars or bars)[1 + math.min(7, math.floor(level * 8))] or " "
  end
  return table.concat(picked)
end

--- A sparkline of what grows in proportion: on a log scale, but where all is lost.
---@param values number[] none below 0
---@param width integer
---@param plain boolean? see M.of
---@return string
---@return boolean log
function M.of_growth(values, width, plain)
  local logs = {}
  for i, value in ipairs(values) do
    if value <= 0 then return M.of(values, width, plain), false end
    logs[i] = math.log(value)
  end
  return M.of(logs, width, plain), true
end

return M
