-- SPDX-License-Identifier: MIT
-- Distinct combos in the order in which they came.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"

local C = engine.C
local M = {}

local ROOM = 65536 -- combos, to begin with

---@class banyan.Pool
---@field digits ffi.cdata* uint16_t[room][params]
---@field count integer combos that are there; those behind `settled` may be the same as others
local Pool = {}
Pool.__index = Pool

--- A pool of combos of a space.
---@param space ffi.cdata* by_space *
---@param param_count integer
---@param count_max integer more distinct combos are refused
---@return banyan.Pool
function M.new(space, param_count, count_max)
  return setmetatable({ space = space, params = param_count, count_max = count_max, count = 0,
    settled = 0, room = ROOM, digits = ffi.new("uint16_t[?]", ROOM * param_count + 1) }, Pool)
end

-- Twice the room, when more than half of it is taken.
local function grow(self)
  if self.count * 2 <= self.room then return end
  local digits = ffi.new("uint16_t[?]", 2 * self.room * self.params + 1)
  ffi.copy(digits, self.digits, 2 * self.count * self.params)
  self.digits, self.room = digits, 2 * self.room
end

--- Adds a combo.
---@param digits ffi.cdata* uint16_t[params], copied
function Pool:add(digits)
  if self.count == self.room then
    self:settle()
    grow(self)
  end
  ffi.copy(self.digits + self.count * self.params, digits, 2 * self.params)
  self.count = self.count + 1
end

--- Leaves of combos that are the same the first; how many there are.
---@return integer
function Pool:settle()
  if self.settled == self.count then return self.count end
  engine.call(C.by_space_canonical, self.space, self.digits + self.settled * self.params,
    self.count - self.settled)
  local left = ffi.new "int32_t[1]"
  engine.call(C.by_space_distinct, self.space, self.digits, self.count, left)
  self.count, self.settled = left[0], left[0]
  if self.count > self.count_max then
    failure.fail("LIMIT", "sweep: more than %d combos; use fewer values, or draw a sample, "
      .. "such as sample = { method = \"sobol\", count = 5000 }", self.count_max)
  end
  return self.count
end

return M
