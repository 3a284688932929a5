-- SPDX-License-Identifier: MIT
-- Conditions and indicators of defsymphony text.
jit.off(true, true) -- see walk.lua
local edn = require "banyan.import.edn"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local LEVELS_MAX = 100 -- of conditions within conditions

local M = {}

local comparators = { [">"] = "gt", [">="] = "gte", ["<"] = "lt", ["<="] = "lte", ["="] = "eq" }
local operators = { ["and"] = "all", ["or"] = "any" }

--- The kind of a form, nil for strings, numbers and booleans.
---@return banyan.edn.kind|"nil"|nil
function M.kind(value)
  return type(value) == "table" and value.kind or nil
end

--- The name of the symbol that a list starts with, or nil.
---@return string|nil
function M.head(value)
  if M.kind(value) ~= "list" or M.kind(value[1]) ~= "symbol" then return nil end
  return value[1].name
end

--- What a map holds under a keyword, or nil.
function M.get(map, key)
  for i = 1, #map, 2 do
    if M.kind(map[i]) == "keyword" and map[i].name == key then
      local value = map[i + 1]
      if value == edn.null then return nil end
      return value
    end
  end
  return nil
end

-- The foreign name of an indicator: a symbol, or (unimplemented :name).
local function indicator_name(form)
  local first = form[1]
  if M.kind(first) == "symbol" then return first.name end
  if M.head(first) == "unimplemented" and #first == 2 and M.kind(first[2]) == "keyword" then
    return first[2].name
  end
  return nil
end

local function check_params(w, frame, params, surplus)
  if params ~= nil and M.kind(params) ~= "map" or surplus ~= nil then
    w:fail(frame, "an indicator takes a map such as {:window 10}, and nothing after it")
  end
end

--- The indicator of a form: (rsi "SPY" {:window 10}), in a filter without the ticker.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param form any
---@param side string what messages call it
---@param has_ticker boolean
function M.indicator(w, frame, form, side, has_ticker)
  if M.kind(form) ~= "list" or #form == 0 then
    w:fail(frame, "%s: an indicator such as (rsi%s {:window 10}) is needed", side,
      has_ticker and ' "SPY"' or "")
  end
  local ticker, reason, result
  local next_part = 2
  if has_ticker then
    ticker, reason = terms.ticker(form[2])
    if not ticker then w:fail(frame, "%s: %s", side, reason) end
    next_part = 3
  end
  local params = form[next_part]
  check_params(w, frame, params, form[next_part + 1])
  result, reason = terms.indicator(indicator_name(form), ticker, function(key)
    return params and M.get(params, key)
  end)
  if not result then w:fail(frame, "%s: %s", side, reason) end
  return result
end

local function comparison(w, frame, form, comparator)
  if #form ~= 3 then
    w:fail(frame, "(%s ...) compares two values, not %d", form[1].name, #form - 1)
  end
  if type(form[2]) == "number" then
    w:fail(frame, "(%s ...) starts with a number; write the indicator first", form[1].name)
  end
  local result = {
    kind = "compare", comparator = comparator,
    left = M.indicator(w, frame, form[2], "left side", true),
  }
  if terms.reads_as_number(form[3]) then
    result.threshold = terms.number(form[3])
      or w:fail(frame, "the threshold '%s' is not a number", text_of.shown(form[3]))
  else
    result.right = M.indicator(w, frame, form[3], "right side", true)
  end
  return result
end

-- `frame` is the condition's own.
local function condition(w, frame, level)
  local form = frame.source
  local name = M.head(form)
  if level > LEVELS_MAX then
    w:fail(frame, "conditions are nested deeper than %d levels", LEVELS_MAX)
  end
  if comparators[name] then return comparison(w, frame, form, comparators[name]) end
  if not operators[name] then
    w:fail(frame, "unknown condition '%s'; banyan knows > >= < <= = and or",
      text_of.shown(name or M.kind(form) or form))
  end
  if #form < 2 then w:fail(frame, "(%s) holds no conditions", name) end
  local result = { kind = operators[name], conditions = {} }
  for i = 2, #form do
    result.conditions[i - 1] = condition(w, w:condition_frame(frame, form[i], i - 1), level + 1)
  end
  return result
end

--- The condition that a form spells.
---@param w banyan.import.walk
---@param frame banyan.import.frame of the if
---@param form any
---@return table condition
function M.of(w, frame, form)
  return condition(w, w:condition_frame(frame, form), 1)
end

return M
