-- SPDX-License-Identifier: MIT
-- Distinct behaviours: combos with the same daily allocations. See engine/alike.h.
local ffi = require "ffi"
local engine = require "banyan.ffi"

local C = engine.C
local M = {}

---@class banyan.Behaviours
---@field distinct integer how many there are
---@field first ffi.cdata* int32_t[count]: the first combo (from 0) of the same behaviour; -1
--- of one without results
---@field shared ffi.cdata* int32_t[count]: how many combos share it, by its first combo

--- The behaviours of results by combo.
---@param results banyan.Results
---@return banyan.Behaviours
function M.new(results)
  local count, distinct = results.combo_count, ffi.new "int32_t[1]"
  local first, shared = ffi.new("int32_t[?]", math.max(count, 1)), ffi.new("int32_t[?]", math.max(count, 1))
  local behaviours, return_counts = results:all_behaviours()
  engine.call(C.by_alike, behaviours, return_counts, count, first, shared, distinct)
  return { distinct = distinct[0], first = first, shared = shared }
end

return M
