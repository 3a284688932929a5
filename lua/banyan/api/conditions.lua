-- SPDX-License-Identifier: MIT
-- Conditions of the API: handles around the plain tables of banyan.tree, b.all, b.any, b.none and
-- b.at_least, and for which sessions they hold. Nothing changes a condition that others may hold, too.
local check = require "banyan.api.check"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local M = { b = {} }

---@class banyan.Condition what holds on a session or does not
---@field package condition table the table of banyan.tree
local Condition = {}
Condition.__index = Condition
Condition.__tostring = function() return "a condition" end

--- A handle of a condition.
---@param made table of banyan.tree
---@return banyan.Condition
function M.new(made)
  return setmetatable({ condition = made }, Condition)
end

--- The same condition with another value of a field.
---@return banyan.Condition another one
function M.with(handle, key, value)
  local made = {}
  for each, kept in pairs(handle.condition) do made[each] = kept end
  made[key] = value
  return M.new(made)
end

--- The table of banyan.tree behind what was given as a condition, or a failure that names the call.
---@return table
function M.condition(value, where)
  if type(value) == "table" then
    if getmetatable(value) == Condition then return value.condition end
    if tree_of.CONDITION_KINDS[value.kind] then return value end -- of an imported tree
  end
  check.fail("%s takes a condition such as b.rsi(\"SPY\", 10):gt(70), not %s", where,
    tostring(value))
end

--- A list of conditions, at least one.
---@return table[]
function M.conditions(list, where)
  local made = {}
  for i, each in ipairs(type(list) == "table" and list or {}) do
    made[i] = M.condition(each, where)
  end
  if #made == 0 then check.fail("%s takes a list of conditions", where) end
  return made
end

local function check_number(value, where)
  if type(value) ~= "number" and not param_of.is_bound(value) then
    check.fail("%s takes a number or a param, not %s", where, tostring(value))
  end
  return value
end

--- Holds where the condition held on each of the last `days` sessions, today's included.
--- Example: b.rsi("SPY", 10):gt(70):for_days(3)
---@param days integer|banyan.Bound
---@return banyan.Condition another one
function Condition:for_days(days)
  local before = self.condition.for_days
  check_number(days, "for_days")
  return M.with(self, "for_days", before and before + days - 1 or days)
end

--- Holds where the condition held `days` sessions before.
--- Example: b.rsi("SPY", 10):gt(70):days_ago(1)
---@param days integer|banyan.Bound
---@return banyan.Condition another one
function Condition:days_ago(days)
  local before = self.condition.days_ago
  check_number(days, "days_ago")
  return M.with(self, "days_ago", before and before + days or days)
end

local function compound(kind)
  return function(list)
    return M.new { kind = kind, conditions = M.conditions(list, kind) }
  end
end

--- Holds when all conditions of the list hold.
--- Example: b.all { b.rsi("SPY", 10):lt(30), b.close("SPY"):gt(b.sma("SPY", 200)) }
---@type fun(list: banyan.Condition[]): banyan.Condition
M.b.all = compound "all"
--- Holds when any condition of the list holds.
--- Example: b.any { b.rsi("SPY", 10):gt(80), b.rsi("QQQ", 10):gt(80) }
---@type fun(list: banyan.Condition[]): banyan.Condition
M.b.any = compound "any"
--- Holds when no condition of the list holds.
--- Example: b.none { b.rsi("SPY", 10):gt(80), b.rsi("SPY", 10):lt(20) }
---@type fun(list: banyan.Condition[]): banyan.Condition
M.b.none = compound "none"

--- Holds when at least `count` conditions of the list hold.
--- Example: b.at_least(2, { b.rsi("SPY", 10):lt(40), b.rsi("QQQ", 10):lt(40), b.rsi("TLT", 10):gt(50) })
---@param count integer|banyan.Bound
---@param list banyan.Condition[]
---@return banyan.Condition
function M.b.at_least(count, list)
  check_number(count, "at_least")
  return M.new { kind = "at_least", count = count, conditions = M.conditions(list, "at_least") }
end

return M
