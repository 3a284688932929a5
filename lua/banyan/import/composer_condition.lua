-- SPDX-License-Identifier: MIT
-- The condition of a Composer if-child: flat fields, or a `condition` object, which wins.
jit.off(true, true) -- see walk.lua
local object_of = require "banyan.import.object"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local LEVELS_MAX = 100 -- of conditions within conditions

local field = object_of.field

local M = {}

local comparators = { gt = true, gte = true, lt = true, lte = true, eq = true }
local operators = { all = true, any = true }

local function comparator_of(w, frame, source)
  local comparator = field(source, "comparator")
  if type(comparator) == "string" and comparators[comparator] then return comparator end
  w:fail(frame, "the comparator is '%s'; it must be gt, gte, lt, lte or eq",
    text_of.shown(comparator))
end

local function indicator_of(w, frame, side, name, ticker_value, get)
  local ticker, reason = terms.ticker(ticker_value)
  if not ticker then w:fail(frame, "%s: %s", side, reason) end
  local indicator
  indicator, reason = terms.indicator(name, ticker, get)
  if not indicator then w:fail(frame, "%s: %s", side, reason) end
  return indicator
end

-- One side of the flat form: lhs-fn, lhs-val, and the window in lhs-fn-params or lhs-window-days.
local function flat_indicator(w, frame, source, side)
  local params = field(source, side .. "-fn-params")
  return indicator_of(w, frame, side, field(source, side .. "-fn"), field(source, side .. "-val"),
    function(key)
      local value = type(params) == "table" and field(params, key) or nil
      if value == nil and key == "window" then value = field(source, side .. "-window-days") end
      return value
    end)
end

-- A right side that is marked as fixed or reads as a number is a threshold, whatever stands beside
-- it.
local function flat(w, frame, source)
  if field(source, "lhs-fn") == nil and field(source, "lhs-val") == nil then
    w:fail(frame, "it has no condition; give it one, or \"is-else-condition?\": true")
  end
  local result = {
    kind = "compare",
    left = flat_indicator(w, frame, source, "lhs"),
    comparator = comparator_of(w, frame, source),
  }
  local value = field(source, "rhs-val")
  if field(source, "rhs-fixed-value?") == true or terms.reads_as_number(value) then
    result.threshold = terms.number(value)
      or w:fail(frame, "rhs-val is '%s'; a fixed value must be a number", text_of.shown(value))
  else
    result.right = flat_indicator(w, frame, source, "rhs")
  end
  return result
end

local function object(w, frame, source, what)
  if type(source) ~= "table" then w:fail(frame, "the condition has no %s object", what) end
  return source
end

-- One side of the nested form; `ticker` stands in for "%".
local function nested_indicator(w, frame, source, side, ticker)
  local params = field(source, "params")
  local own = field(source, "ticker")
  if own == "%" then
    own = ticker
    if not own then w:fail(frame, "%s: the ticker %% needs a list of tickers", side) end
  end
  return indicator_of(w, frame, side, field(source, "fn"), own, function(key)
    return type(params) == "table" and field(params, key) or nil
  end)
end

local function binary(w, frame, source, ticker)
  local lhs = object(w, frame, field(source, "lhs"), "lhs")
  local rhs = object(w, frame, field(source, "rhs"), "rhs")
  local result = {
    kind = "compare",
    left = nested_indicator(w, frame, lhs, "lhs", ticker),
    comparator = comparator_of(w, frame, source),
  }
  local constant = field(rhs, "constant")
  if constant == nil then
    result.right = nested_indicator(w, frame, rhs, "rhs", ticker)
  else
    result.threshold = terms.number(constant)
      or w:fail(frame, "rhs: the constant '%s' is not a number", text_of.shown(constant))
  end
  return result
end

local function operator_of(w, frame, source)
  local operator = field(source, "operator")
  if type(operator) == "string" and operators[operator] then return operator end
  w:fail(frame, "the operator is '%s'; it must be all or any", text_of.shown(operator))
end

local function list_of(w, frame, source, key)
  local list = field(source, key)
  if type(list) ~= "table" or #list == 0 then
    w:fail(frame, "the condition has no list of %s", key)
  end
  return list
end

-- The same comparison for each of `tickers`.
local function binary_compound(w, frame, source)
  local result = { kind = operator_of(w, frame, source), conditions = {} }
  for i, ticker in ipairs(list_of(w, frame, source, "tickers")) do
    w:count_condition(frame)
    result.conditions[i] = binary(w, frame, source, ticker)
  end
  return result
end

local nested

local function compound(w, frame, source, level)
  local result = { kind = operator_of(w, frame, source), conditions = {} }
  for i, item in ipairs(list_of(w, frame, source, "conditions")) do
    local inner = object(w, frame, item, "inner")
    result.conditions[i] = nested(w, w:condition_frame(frame, inner, i), inner, level + 1)
  end
  return result
end

function nested(w, frame, source, level)
  if level > LEVELS_MAX then
    w:fail(frame, "conditions are nested deeper than %d levels", LEVELS_MAX)
  end
  local kind = field(source, "condition-type")
  if kind == "binary" then return binary(w, frame, source) end
  if kind == "binary-compound" then return binary_compound(w, frame, source) end
  if kind == "compound" then return compound(w, frame, source, level) end
  w:fail(frame, "unknown condition-type '%s'; banyan knows binary, compound and binary-compound",
    text_of.shown(kind))
end

--- The condition of an if-child.
---@param w banyan.import.walk
---@param frame banyan.import.frame of the if-child
---@return table condition
function M.of(w, frame)
  local source = frame.source
  local inner = field(source, "condition")
  local result
  if inner == nil then
    result = flat(w, frame, source)
  else
    object(w, frame, inner, "condition")
    result = nested(w, w:condition_frame(frame, inner), inner, 1)
  end
  result.id = w.format.id(source)
  return result
end

return M
