-- SPDX-License-Identifier: MIT
-- Guided searches: a search asks for rounds of combos, is told what they are worth, and asks for more where
-- the good ones are.
--
-- What it asks for is a function of its fields, the space and what it was told, and of nothing else: no clock,
-- no order of a table, no result of libm. So a search that is resumed is told again what the store holds, and
-- asks for the same combos as one that was never stopped.
local failure = require "banyan.failure"
local fields_of = require "banyan.search.fields"
local fresh_of = require "banyan.search.fresh"
local random = require "banyan.random"

local M = {}

--- The `search` of a sweep, checked and complete.
---@param fields table
---@param refuse fun(message: string)? raises
---@return banyan.SearchFields
M.checked = fields_of.checked

---@class banyan.Search
---@field fields banyan.SearchFields complete
---@field asked integer combos so far
---@field ended "count"|"exhausted"|"patience"|nil why it asks for no more
local Search = {}
Search.__index = Search

--- A search at its beginning.
---@param fields table as a sweep gives them
---@param space banyan.Space
---@param direction integer 1 when higher values are better, -1 when lower ones are
---@return banyan.Search
function M.new(fields, space, direction)
  fields = fields_of.checked(fields)
  local stream = random.stream(("search %s %.0f"):format(fields.method, fields.seed))
  local fresh = fresh_of.new(space, stream)
  return setmetatable({
    fields = fields, direction = direction, asked = 0, fresh = fresh,
    method = require("banyan.search." .. fields.method).new(fields, fresh),
    best = -math.huge, since_best = 0,
  }, Search)
end

local function next_round(self)
  local left = self.fields.count - self.asked
  if left == 0 then return nil, "count" end
  if self.fields.patience and self.since_best >= self.fields.patience then return nil, "patience" end
  local round = self.method:propose(left)
  if #round > 0 then return round end
  if self.asked == 0 then
    failure.fail("STRATEGY", "search: where leaves none of the points that were tried; allow more")
  end
  return nil, "exhausted"
end

--- The next round: digits of combos that were never asked for before, nil when the search has ended. Asks for
--- the same round until it is told of it.
---@return integer[][]?
function Search:ask()
  if self.ended then return nil end
  if not self.round then
    self.round, self.ended = next_round(self)
    if self.ended then return nil end
    self.asked = self.asked + #self.round
  end
  local list = {}
  for i, each in ipairs(self.round) do list[i] = each.digits end
  return list
end

--- Takes in what the combos of the round are worth.
---@param list integer[][] what `ask` returned
---@param values number[] in the same order; NaN where undefined, which is worse than anything else
function Search:tell(list, values)
  local round = self.round
  assert(round and #round == #list and #round == #values, "tell: not the round that was asked for")
  for i, each in ipairs(round) do
    local value = values[i]
    each.worth = value == value and value * self.direction or -math.huge
    each.number = self.asked - #round + i
    self.since_best = self.since_best + 1
    if each.worth > self.best then self.best, self.since_best = each.worth, 0 end
  end
  self.round = nil
  self.method:learn(round)
end

return M
