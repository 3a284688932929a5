-- SPDX-License-Identifier: MIT
-- The order of a param's values.
local M = {}

---@class banyan.Places
---@field digit integer[] of the value at a place, places from 0
---@field place integer[] of a digit

--- The places of digits when their values are in rising order; nil when not all of them are numbers.
---@param values any[]
---@return banyan.Places?
function M.places(values)
  local sorted, places = {}, { digit = {}, place = {} }
  for i, value in ipairs(values) do
    if type(value) ~= "number" then return nil end
    sorted[i] = i - 1
  end
  table.sort(sorted, function(a, b) return values[a + 1] < values[b + 1] end)
  for i, digit in ipairs(sorted) do
    places.digit[i - 1], places.place[digit] = digit, i - 1
  end
  return places
end

return M
