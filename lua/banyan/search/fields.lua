-- SPDX-License-Identifier: MIT
-- What a sweep may say of its search: checks, and what is meant where it says nothing.
local checks = require "banyan.field_checks"
local failure = require "banyan.failure"

local M = {}

---@class banyan.SearchFields
---@field method "tpe"|"genetic"
---@field count integer combos to evaluate
---@field seed integer
---@field patience integer? ends the search when so many combos in a row bring nothing better
---@field batch integer tpe: combos of a round
---@field population integer genetic: combos of a generation
---@field elite integer genetic: how many of the best live on
---@field tournament integer genetic: how many compete to be a parent
---@field mutation number? genetic: chance that a param changes; 1 / params when left out

local COMMON = {
  count = checks.whole(1, 1000000),
  seed = checks.whole(0, 2 ^ 53),
  patience = checks.whole(1, 1000000),
}

local METHODS = {
  tpe = { batch = checks.whole(1, 10000) },
  genetic = {
    population = checks.whole(4, 10000),
    elite = checks.whole(0, 10000),
    tournament = checks.whole(1, 100),
    mutation = checks.number(0, 1),
  },
}

local DEFAULTS = {
  tpe = { seed = 1, batch = 64 },
  genetic = { seed = 1, population = 32, elite = 8, tournament = 4 },
}

for _, own in pairs(METHODS) do
  own.method = checks.one_of { "tpe", "genetic" }
  for key, check in pairs(COMMON) do own[key] = check end
end

local function fail(message)
  failure.fail("STRATEGY", "%s", message)
end

--- The `search` of a sweep, checked and complete.
---@param given table
---@param refuse fun(message: string)? raises
---@return banyan.SearchFields
function M.checked(given, refuse)
  refuse = refuse or fail
  if type(given) ~= "table" then
    refuse(("'search' must be a table such as { method = \"tpe\", count = 2000 }, not a %s"):format(type(given)))
  end
  if given.method == nil then refuse [['search.method' is missing: it is "tpe" or "genetic"]] end
  METHODS.tpe.method(given.method, "search.method", refuse)
  checks.record(METHODS[given.method], { "count" })(given, "search", refuse)
  local fields = {}
  for key, value in pairs(DEFAULTS[given.method]) do fields[key] = value end
  if given.population then fields.elite = math.floor(given.population / 4) end
  for key, value in pairs(given) do fields[key] = value end
  if fields.method == "genetic" and fields.elite > fields.population then
    refuse "'search.elite' must be at most 'search.population'"
  end
  return fields
end

return M
