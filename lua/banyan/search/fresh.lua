-- SPDX-License-Identifier: MIT
-- Combos that a search has not asked for yet: each that it proposes is taken once, if `where` allows it.
local latin = require "banyan.space.latin"

local M = {}

local floor = math.floor

local MISSES_MAX = 10000 -- random points in a row that are nothing new, before chance is given up
local SWAPS = 50 -- for each point of a Latin hypercube, to make it new and allowed
local WALK_MAX = 1000000 -- points of a grid that is looked through for what is left

---@class banyan.Fresh
---@field space banyan.Space
local Fresh = {}
Fresh.__index = Fresh

---@param space banyan.Space
---@param stream table of banyan.random
---@return banyan.Fresh
function M.new(space, stream)
  local sizes, points = {}, 1
  for p, param in ipairs(space.params) do
    sizes[p] = #param.values
    points = points * #param.values
  end
  return setmetatable({ space = space, stream = stream, sizes = sizes, seen = {}, points = points,
    by_chance = true, walked = 0 }, Fresh)
end

--- Takes a point into a round, unless its combo was taken before or is not allowed.
---@param round table[] gets { digits = of the combo, genes = the point }
---@param genes integer[] a digit for each param, from 0
---@return boolean
function Fresh:take(round, genes)
  local space = self.space
  local key = space:key(genes)
  if self.seen[key] or not space:allows(genes) then return false end
  self.seen[key] = true
  round[#round + 1] = { digits = space:canonical(genes), genes = genes }
  return true
end

--- A point anywhere.
---@return integer[]
function Fresh:anywhere()
  local genes, stream = {}, self.stream
  for p, size in ipairs(self.sizes) do genes[p] = floor(stream:uniform() * size) end
  return genes
end

-- The next point of the grid that was not looked at, nil behind the last.
local function next_point(self)
  if self.walked == self.points or self.points > WALK_MAX then return nil end
  local genes, rest = {}, self.walked
  for p = #self.sizes, 1, -1 do
    genes[p] = rest % self.sizes[p]
    rest = floor(rest / self.sizes[p])
  end
  self.walked = self.walked + 1
  return genes
end

--- Fills a round with points from anywhere: by chance as long as that finds any, and then, in a small
--- grid, with what is left of it. A round that stays empty says that the space is exhausted.
---@param round table[]
---@param count integer of the full round
function Fresh:fill(round, count)
  local misses = 0
  while self.by_chance and #round < count do
    misses = self:take(round, self:anywhere()) and 0 or misses + 1
    self.by_chance = misses < MISSES_MAX
  end
  while #round < count do
    local genes = next_point(self)
    if not genes then return end
    self:take(round, genes)
  end
end

--- Fills a round with a Latin hypercube: each value of a param comes up equally often, as far as that goes.
---@param round table[]
---@param count integer
function Fresh:spread(round, count)
  if self.points <= count then return self:fill(round, count) end
  local space, params = self.space, #self.sizes
  local function genes_of(digits)
    local genes = {}
    for p = 1, params do genes[p] = digits[p - 1] end
    return genes
  end
  local function key_of(digits)
    local genes = genes_of(digits)
    return space:allows(genes) and space:key(genes) or nil
  end
  local digits = latin.new(self.sizes, count, self.stream, key_of, SWAPS * count)
  for i = 0, count - 1 do self:take(round, genes_of(digits + i * params)) end
  self:fill(round, count)
end

return M
