-- SPDX-License-Identifier: MIT
-- The rounds of a sweep: a grid or a sample is one, a search asks for many, each after it was told the results of
-- those before. A search depends on its seed and on results alone, so a sweep that goes on with a store asks for
-- the same rounds again and finds them there.
local ffi = require "ffi"
local engine = require "banyan.ffi"

local C = engine.C
local M = {}

---@class banyan.Round
---@field count integer
---@field combos ffi.cdata* uint32_t[count]; combo (from 0) at each walk position
---@field digits ffi.cdata* uint16_t[count][params]; by walk position

---@class banyan.Rounds
local Rounds = {}
Rounds.__index = Rounds

--- The rounds of a sweep.
---@param space banyan.Space
---@param sweep table of b.sweep
---@param metric integer that ranks
---@param direction integer 1 when higher is better, -1 when lower is
---@return banyan.Rounds
function M.new(space, sweep, metric, direction)
  local search = sweep.search and require "banyan.search".new(sweep.search, space, direction)
  return setmetatable({ space = space, search = search, metric = metric, number = -1, asked = 0 }, Rounds)
end

-- The values of the round that has ended, in the order in which the search had asked for its combos.
function Rounds:values(results)
  local round, values = self.round, {}
  local rows = ffi.new("by_result[?]", round.count)
  engine.call(C.by_results_round_rows, results, self.number, rows)
  for position = 0, round.count - 1 do
    values[round.combos[position] - round.first + 1] = rows[position].metric[self.metric]
  end
  return values
end

--- The next round; nil after the last one.
---@param results ffi.cdata*? by_results *, with all results of the round before
---@return banyan.Round?
function Rounds:next(results)
  if not self.search then
    if self.number >= 0 then return nil end
    self.number = 0
    local space = self.space
    return { number = 0, first = 0, count = space.combo_count, combos = space.combos,
      digits = space.digits }
  end
  if self.round then self.search:tell(self.list, self:values(results)) end
  self.list = self.search:ask()
  if not self.list then return nil end
  local combos, digits = self.space:arrange(self.list, self.asked)
  self.number = self.number + 1
  self.round = { number = self.number, first = self.asked, count = #self.list, combos = combos,
    digits = digits }
  self.asked = self.asked + #self.list
  return self.round
end

return M
