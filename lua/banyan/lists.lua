-- SPDX-License-Identifier: MIT
-- Keys and members of small tables.
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

return M
