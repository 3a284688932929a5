-- SPDX-License-Identifier: MIT
-- Keys and members of small tables, and lists as text.
local M = {}

--- The keys of a table in rising order; none of nil.
---@generic K
---@param map table<K, any>?
---@return K[]
function M.sorted_keys(map)
  local keys = {}
  for key in pairs(map or {}) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- Whether a list has a value.
---@param list any[]
---@return boolean
function M.contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

--- Adds what one list has to the end of another.
---@generic T
---@param list T[]
---@param more T[]
---@return T[] list
function M.append(list, more)
  for _, item in ipairs(more) do list[#list + 1] = item end
  return list
end

--- The first of a list of words, and how many there are besides: "a, b and 3 more".
---@param words string[]
---@param most integer that are named
---@return string
function M.named(words, most)
  local text = table.concat(words, ", ", 1, math.min(#words, most))
  return #words > most and ("%s and %d more"):format(text, #words - most) or text
end

return M
