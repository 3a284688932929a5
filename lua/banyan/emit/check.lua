-- SPDX-License-Identifier: MIT
-- Plain values of fields -> numbers of the engine, or a failure that names the node. Each is called
-- as convert(emitter, value).
jit.off(true, true) -- see init.lua
local engine = require "banyan.ffi"
local settings_of = require "banyan.settings"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

local NODES_MAX = tonumber(C.BY_NODES_MAX)
local WINDOW_MAX = tonumber(C.BY_WINDOW_MAX)
local WEIGHT_MAX = 10
local RANK_WEIGHT_MAX = 1e6
M.WEIGHT_SUM_MAX = 1 + 1e-9

local NUMBER_MAX = 1e300

local function is_number(value)
  return type(value) == "number" and value == value and math.abs(value) <= NUMBER_MAX
end

-- A value that should have been a number.
local function shown(value)
  return type(value) == "string" and ("the text '%s'"):format(value) or tostring(value)
end

local function whole(what, low, high)
  return function(self, value)
    if not is_number(value) or value ~= math.floor(value) or value < low or value > high then
      self:fail("the %s must be a whole number from %d to %d, not %s", what, low, high,
        shown(value))
    end
    return value
  end
end

local INDICATOR_NUMBER_MAX = tonumber(C.BY_NUMBER_MAX)

--- A number of an indicator, such as the deviations of a Bollinger band.
function M.indicator_number(self, value)
  if not is_number(value) or value < 1e-9 or value > INDICATOR_NUMBER_MAX then
    self:fail("a number of an indicator must be above 0 and at most %d, not %s",
      INDICATOR_NUMBER_MAX, shown(value))
  end
  return value
end

M.window = whole("window", 1, WINDOW_MAX)
M.days_ago = whole("number of days_ago", 0, WINDOW_MAX)
M.for_days = whole("number of for_days", 1, WINDOW_MAX)
M.count = whole("number to choose", 1, NODES_MAX)
M.least = whole("number of conditions", 1, NODES_MAX)

local function number(what)
  return function(self, value)
    if not is_number(value) then
      self:fail("the %s must be a number from -%g to %g, not %s", what, NUMBER_MAX, NUMBER_MAX, shown(value))
    end
    return value
  end
end

M.threshold, M.factor, M.offset = number "threshold", number "factor", number "offset"
M.low, M.high = number "low", number "high"

--- A share of a node's children; below 0 it is sold short.
function M.weight(self, value)
  if not is_number(value) or math.abs(value) > WEIGHT_MAX then
    self:fail("a weight must be a number from -%d to %d, not %s", WEIGHT_MAX, WEIGHT_MAX,
      shown(value))
  end
  return value
end

--- A share of a rank, beside those of the other ranks.
function M.rank_weight(self, value)
  if not is_number(value) or value < 0 or value > RANK_WEIGHT_MAX then
    self:fail("the weight of a rank must be a number from 0 to %d, not %s", RANK_WEIGHT_MAX,
      shown(value))
  end
  return value
end

function M.ticker(self, value)
  if type(value) ~= "string" or value == "" then
    self:fail("a ticker must be a text such as \"SPY\", not %s", tostring(value))
  end
  return self.symbol_index[value]
end

function M.comparator(self, value)
  return tree_of.COMPARATORS[value]
    or self:fail("the comparator must be gt, gte, lt, lte or eq, not %s", tostring(value))
end

function M.indicator(self, value)
  return self:indicator(value).code
end

--- A number that was checked before.
function M.as_is(_, value)
  return value
end

-- A word of banyan.settings, called by its option in messages.
local function word(option)
  return function(self, value)
    local code, expected = settings_of.code(option, value)
    return code or self:fail("%s must be %s", option, expected)
  end
end

--- By the name of each option.
M.option = {}
for _, name in ipairs(settings_of.OPTIONS) do M.option[name] = word(name) end

M.rebalance, M.fill = word "rebalance", word "fill"

function M.corridor(self, value)
  local corridor, expected = settings_of.corridor(value)
  return corridor or self:fail("the corridor must be %s", expected)
end

--- By the name of each cost.
M.cost = {}
for _, cost in ipairs(settings_of.COSTS) do
  M.cost[cost.name] = function(self, value)
    local amount, expected = settings_of.number(cost, value)
    return amount or self:fail("%s must be %s", cost.name, expected)
  end
end

return M
