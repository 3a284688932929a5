-- SPDX-License-Identifier: MIT
-- Distinct behaviours: combos with the same daily allocations.
local ffi = require "ffi"

local M = {}

---@class banyan.Behaviours
---@field distinct integer how many there are
---@field first ffi.cdata* int32_t[count]: the first combo (from 0) of the same behaviour; -1
--- of one without results
---@field shared ffi.cdata* int32_t[count]: how many combos share it, by its first combo

-- The combos that share each behaviour meet in a table of open addresses.
local function fill(rows, count, first, shared)
  local size = 16
  while size < 2 * count do size = 2 * size end
  local slots, distinct = ffi.new("int32_t[?]", size), 0 -- combos from 1; 0 is free
  for i = 0, count - 1 do
    first[i] = -1
    if rows[i].return_count >= 0 then
      local behaviour = rows[i].behaviour
      local slot = tonumber(bit.band(behaviour, size - 1))
      while slots[slot] ~= 0 and rows[slots[slot] - 1].behaviour ~= behaviour do
        slot = bit.band(slot + 1, size - 1)
      end
      if slots[slot] == 0 then
        slots[slot] = i + 1
        distinct = distinct + 1
      end
      first[i] = slots[slot] - 1
      shared[first[i]] = shared[first[i]] + 1
    end
  end
  return distinct
end

--- The behaviours of results by combo.
---@param rows ffi.cdata* by_result[count]
---@param count integer
---@return banyan.Behaviours
function M.new(rows, count)
  local first, shared = ffi.new("int32_t[?]", math.max(count, 1)),
    ffi.new("int32_t[?]", math.max(count, 1))
  local distinct = fill(rows, count, first, shared)
  return { distinct = distinct, first = first, shared = shared }
end

return M
