-- SPDX-License-Identifier: MIT
-- Which of two combos a search holds for better.
local M = {}

--- Whether a combo is worth more than another, or as much and was there before it.
---@param a { worth: number, number: integer }
---@param b { worth: number, number: integer }
---@return boolean
function M.is_better(a, b)
  if a.worth ~= b.worth then return a.worth > b.worth end
  return a.number < b.number
end

return M
