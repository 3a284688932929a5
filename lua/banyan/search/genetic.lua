-- SPDX-License-Identifier: MIT
-- Genetic search. A generation are as many children as the population; those and the best of the generation
-- before (the elite) fight for the places of the next. Parents win tournaments; a child takes each param from
-- one or the other of its two; then each param changes with a small chance: a number mostly by a few steps,
-- anything else to any value. A child that was there before changes on until it is new.
--
-- Points keep the values of params that do not matter: they wait for a sub-tree in which they do.
local order = require "banyan.search.order"
local value_order = require "banyan.space.order"

local M = {}

local floor, max, min = math.floor, math.max, math.min

local JUMP = 0.1 -- chance that a number that changes goes anywhere
local STEP_MAX = 0.1 -- deviation of a step, at most, of the range
local CHANGES_MAX = 20 -- of a child that is not new, before it is given up
local CHILDREN_MAX = 20 -- tries for each place of a generation

---@class banyan.Genetic
local Genetic = {}
Genetic.__index = Genetic

---@param fields banyan.SearchFields
---@param fresh banyan.Fresh
---@return banyan.Genetic
function M.new(fields, fresh)
  local places, open = {}, 0
  for p, param in ipairs(fresh.space.params) do
    places[p] = value_order.places(param.values) or false
    if #param.values > 1 then open = open + 1 end
  end
  return setmetatable({ fields = fields, fresh = fresh, stream = fresh.stream, places = places,
    population = {}, mutation = fields.mutation or 1 / max(open, 1) }, Genetic)
end

--- Takes in a generation and what it is worth.
---@param round { digits: integer[], genes: integer[], worth: number, number: integer }[]
function Genetic:learn(round)
  local population = self.population
  for i = #population, self.fields.elite + 1, -1 do population[i] = nil end
  for _, combo in ipairs(round) do population[#population + 1] = combo end
  table.sort(population, order.is_better)
  for i = #population, self.fields.population + 1, -1 do population[i] = nil end
end

local function parent(self)
  local first = #self.population
  for _ = 1, self.fields.tournament do
    first = min(first, floor(self.stream:uniform() * #self.population) + 1)
  end
  return self.population[first].genes
end

-- Another digit of a param.
local function changed(self, p, digit)
  local stream, size, places = self.stream, self.fresh.sizes[p], self.places[p]
  if not places or stream:uniform() < JUMP then
    return (digit + 1 + floor(stream:uniform() * (size - 1))) % size
  end
  local deviation = max(1, STEP_MAX * size * stream:uniform())
  local step = floor(stream:normal() * deviation + 0.5)
  if step == 0 then step = stream:uniform() < 0.5 and -1 or 1 end
  local place = places.place[digit]
  local to = place + step
  if to < 0 or to >= size then to = place - step end
  return places.digit[min(max(to, 0), size - 1)]
end

local function mutate(self, genes)
  for p, size in ipairs(self.fresh.sizes) do
    if size > 1 and self.stream:uniform() < self.mutation then genes[p] = changed(self, p, genes[p]) end
  end
end

-- Changes one param, so that even without mutations a child that is not new becomes another.
local function change_one(self, genes)
  if #genes == 0 then return end
  local p = floor(self.stream:uniform() * #genes) + 1
  if self.fresh.sizes[p] > 1 then genes[p] = changed(self, p, genes[p]) end
end

local function child(self)
  local mother, father, genes = parent(self), parent(self), {}
  for p, digit in ipairs(mother) do
    genes[p] = self.stream:uniform() < 0.5 and father[p] or digit
  end
  mutate(self, genes)
  return genes
end

--- The combos of the next generation: none when the space is exhausted.
---@param most integer
---@return { digits: integer[], genes: integer[] }[]
function Genetic:propose(most)
  local round, fresh = {}, self.fresh
  local count = min(self.fields.population, most)
  if #self.population == 0 then
    fresh:spread(round, count)
    return round
  end
  for _ = 1, CHILDREN_MAX * count do
    if #round == count then break end
    local genes, changes = child(self), 0
    while not fresh:take(round, genes) and changes < CHANGES_MAX do
      change_one(self, genes)
      changes = changes + 1
    end
  end
  fresh:fill(round, count)
  return round
end

return M
