-- SPDX-License-Identifier: MIT
-- Sorting numbers in C arrays, fast enough for hundreds of thousands.
local ffi = require "ffi"

local M = {}

-- Merges the sorted runs from[low .. middle) and from[middle .. high) into `to`.
local function merge(from, to, low, middle, high, keys)
  local a, b = low, middle
  for at = low, high - 1 do
    if b >= high or (a < middle and keys[from[a]] >= keys[from[b]]) then
      to[at] = from[a]
      a = a + 1
    else
      to[at] = from[b]
      b = b + 1
    end
  end
end

--- Sorts indices by falling keys; those with equal keys keep their order. No key may be NaN.
---@param indices ffi.cdata* int32_t[count], sorted in place
---@param count integer
---@param keys ffi.cdata* double, by index
function M.falling(indices, count, keys)
  local from, to, width = indices, ffi.new("int32_t[?]", math.max(count, 1)), 1
  while width < count do
    for low = 0, count - 1, 2 * width do
      merge(from, to, low, math.min(low + width, count), math.min(low + 2 * width, count), keys)
    end
    from, to, width = to, from, 2 * width
  end
  if from ~= indices then ffi.copy(indices, from, count * 4) end
end

return M
