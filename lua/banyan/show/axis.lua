-- SPDX-License-Identifier: MIT
-- Axes of plots: where values lie, and the round ones that are written beside them.
local print_ = require "banyan.print"
local sparkline = require "banyan.sparkline"

local M = {}

---@class banyan.Axis
---@field low number what the lowest dot stands for
---@field high number
---@field log boolean
---@field ticks { value: number, text: string }[] rising
local Axis = {}
Axis.__index = Axis

-- The round numbers from low to high at equal distances: 1, 2 or 5 times a power of ten, the largest that gives
-- `count` of them.
local function linear_ticks(low, high, count)
  local power = 10 ^ math.ceil(math.log10(high / 2 - low / 2))
  for _ = 1, 3 do
    for _, factor in ipairs { 5, 2, 1 } do
      local step = factor * power
      local first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
      if last - first + 1 >= count then
        local values = {}
        for k = first, last do values[#values + 1] = k * step end
        return values
      end
    end
    power = power / 10
  end
  return { low, high } -- too close to each other, or too far
end

-- 1, 2, 5, 10, ... where that gives some, round numbers at equal distances otherwise.
local function log_ticks(low, high, count)
  for _, factors in ipairs { { 1 }, { 1, 3 }, { 1, 2, 5 } } do
    local values = {}
    for power = math.floor(math.log10(low)), math.ceil(math.log10(high)) do
      for _, factor in ipairs(factors) do
        local value = factor * 10 ^ power
        if value >= low * (1 - 1e-9) and value <= high * (1 + 1e-9) then values[#values + 1] = value end
      end
    end
    if #values > count + 1 then
      local thinned, stride = {}, math.ceil(#values / count)
      for i = 1, #values, stride do thinned[#thinned + 1] = values[i] end
      return thinned
    elseif #values >= 3 then
      return values
    end
  end
  return linear_ticks(low, high, count)
end

-- How to write the ticks: all with as many digits as those need that need most.
local function writer(values, percent)
  local factor, digits, most = percent and 100 or 1, 0, 0
  for _, value in ipairs(values) do
    local exact = tonumber(("%.9g"):format(value * factor)) -- without the dust of sums of steps
    most = math.max(most, math.abs(exact))
    while digits < 9 and math.abs(exact * 10 ^ digits % 1 - 0.5) < 0.5 - 1e-6 do digits = digits + 1 end
  end
  local plain = most < 1e9 and digits < 9 and not (most > 0 and most < 1e-4)
  return function(value)
    local text = plain and print_.thousands(value * factor, digits) or ("%.4g"):format(value * factor)
    return percent and text .. "%" or text
  end
end

--- An axis for values from low to high.
---@param low number
---@param high number
---@param options { count: integer, log: boolean?, percent: boolean? } count: ticks, about
---@return banyan.Axis
function M.new(low, high, options)
  if low == high then -- one value lies in the middle
    local around = low == 0 and 1 or math.abs(low) * 0.1
    low, high = low - around, high + around
    if options.log then low, high = (low + high) / 2 / 1.1, (low + high) / 2 * 1.1 end
  end
  local self = setmetatable({ low = low, high = high, log = options.log or false, ticks = {} }, Axis)
  local values = (options.log and log_ticks or linear_ticks)(low, high, options.count)
  local text = writer(values, options.percent)
  for i, value in ipairs(values) do self.ticks[i] = { value = value, text = text(value) } end
  return self
end

--- Where a value lies from the foot (0) to the top (1).
---@param value number
---@return number
function Axis:place(value)
  if self.log then
    return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
  end
  return sparkline.level(value, self.low, self.high)
end

return M
