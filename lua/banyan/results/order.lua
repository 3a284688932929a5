-- SPDX-License-Identifier: MIT
-- Ordering the combos of a store by a column: see engine/falling.h.
local ffi = require "ffi"
local engine = require "banyan.ffi"

local C = engine.C
local M = {}

--- Those indices that have the highest keys, by falling keys; those with equal keys keep their order.
---@param indices ffi.cdata* int32_t[count]
---@param count integer
---@param keys ffi.cdata* double, by index; none is NaN
---@param wanted integer how many; all of them when there are less
---@return ffi.cdata* int32_t[wanted]
function M.best(indices, count, keys, wanted)
  wanted = math.min(wanted, count)
  local best = ffi.new("int32_t[?]", math.max(wanted, 1))
  engine.call(C.by_falling, keys, indices, count, wanted, best)
  return best
end

--- Sorts indices by falling keys; those with equal keys keep their order. No key may be NaN.
---@param indices ffi.cdata* int32_t[count], sorted in place
---@param count integer
---@param keys ffi.cdata* double, by index
function M.falling(indices, count, keys)
  ffi.copy(indices, M.best(indices, count, keys, count), count * ffi.sizeof "int32_t")
end

return M
