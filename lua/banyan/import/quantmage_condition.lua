-- SPDX-License-Identifier: MIT
-- Conditions of QuantMage, and the indicators of tickers and of branches that they compare.
jit.off(true, true) -- see walk.lua
local lists = require "banyan.lists"
local names_of = require "banyan.import.quantmage_terms"
local object = require "banyan.import.object"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local field = object.field

local LEVELS_MAX = 100      -- of conditions within conditions
local DAYS_MAX = terms.WINDOW_MAX

local M = {}

--- The branches of an incantation that its own conditions may measure: what `Subspell "Then"` and
--- the like refer to.
---@class banyan.import.branches
---@field node table of ours that will hold the branches
---@field keys table<string, string> name in small letters -> field of node

local function branch_of(w, frame, side, name, branches)
  local key = branches.keys[name]
  if key then return key end
  local known = lists.sorted_keys(branches.keys)
  w:fail(frame, "%s: there is no sub-spell '%s' here; %s", side, text_of.shown(name),
    known[1] and "this incantation has " .. table.concat(known, ", ") or "it has none at all")
end

--- An indicator over a ticker, or over the equity of a branch.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param side string what messages call it
---@param indicator any foreign
---@param ticker any
---@param branches banyan.import.branches
---@return table series
function M.series(w, frame, side, indicator, ticker, branches)
  local series, reason = names_of.indicator(indicator)
  if not series then w:fail(frame, "%s: %s", side, reason) end
  local name = names_of.subspell(ticker)
  if name then
    local key = branch_of(w, frame, side, name, branches)
    w:after(function() series.of = branches.node[key] end)
    return series
  end
  series.ticker, reason = names_of.measured(ticker)
  if not series.ticker then w:fail(frame, "%s: %s", side, reason) end
  return series
end

local function number_of(w, frame, source, key, default)
  local value = field(source, key)
  if value == nil and default then return default end
  return terms.number(value)
    or w:fail(frame, "%s is '%s'; it must be a number", key, text_of.shown(value))
end

-- A number of days from `least` on, nil when it is `least` or missing: what our tree leaves out.
local function days_of(w, frame, source, key, least)
  local value = field(source, key)
  local days = value == nil and least or terms.number(value)
  if not days or days % 1 ~= 0 or days < least or days > DAYS_MAX then
    w:fail(frame, "%s is '%s'; it must be a whole number from %d to %d", key, text_of.shown(value),
      least, DAYS_MAX)
  end
  return days > least and days or nil
end

local function left_of(w, frame, source, branches)
  local series = M.series(w, frame, "left side", field(source, "lh_indicator"),
    field(source, "lh_ticker_symbol"), branches)
  series.days_ago = days_of(w, frame, source, "lh_days_ago", 0)
  return series
end

-- The place of the left side among its own last values.
local function standing(fn)
  return function(w, frame, source, branches, result)
    local bars, reason = terms.window(field(source, "rh_value_int"), "rh_value_int")
    if not bars then w:fail(frame, reason) end
    local over = left_of(w, frame, source, branches)
    result.left = { fn = fn, over = over, window = bars, days_ago = over.days_ago }
    over.days_ago = nil
    result.threshold = number_of(w, frame, source, "rh_value")
  end
end

-- What fills in the sides of a comparison, by the type of the condition.
local types = {
  IndicatorPercentile = standing "percentile",
  IndicatorStochastic = standing "stochastic",
}

function types.IndicatorAndNumber(w, frame, source, branches, result)
  result.left = left_of(w, frame, source, branches)
  result.threshold = number_of(w, frame, source, "rh_value")
end

function types.BothIndicators(w, frame, source, branches, result)
  result.left = left_of(w, frame, source, branches)
  local right = M.series(w, frame, "right side", field(source, "rh_indicator"),
    field(source, "rh_ticker_symbol"), branches)
  local factor = number_of(w, frame, source, "rh_weight", 1)
  local offset = number_of(w, frame, source, "rh_bias", 0)
  right.days_ago = days_of(w, frame, source, "rh_days_ago", 0)
  if factor ~= 1 then right.factor = factor end
  if offset ~= 0 then right.offset = offset end
  result.right = right
end

function types.Month(w, frame, source, _, result)
  result.left = { fn = "month" }
  result.threshold = number_of(w, frame, source, "rh_value_int")
end

local function single(w, frame, source, branches)
  local kind = field(source, "type")
  local fill = type(kind) == "string" and types[kind]
  if not fill then
    w:fail(frame, "unknown condition type '%s'; banyan knows IndicatorAndNumber, BothIndicators, "
      .. "Month, IndicatorPercentile and IndicatorStochastic", text_of.shown(kind))
  end
  local greater = field(source, "greater_than")
  if type(greater) ~= "boolean" then
    w:fail(frame, "greater_than is '%s'; it must be true or false", text_of.shown(greater))
  end
  local result = { kind = "compare", comparator = greater and "gt" or "lt" }
  fill(w, frame, source, branches, result)
  result.for_days = days_of(w, frame, source, "for_days", 1)
  return result
end

local groups = { AllOf = "all", AnyOf = "any" }

local function condition(w, frame, branches, level)
  local source = frame.source
  if type(source) ~= "table" then
    w:fail(frame, "the condition is '%s'; it must be an object", text_of.shown(source))
  end
  if level > LEVELS_MAX then
    w:fail(frame, "conditions are nested deeper than %d levels", LEVELS_MAX)
  end
  local kind = field(source, "condition_type")
  if kind == "SingleCondition" then return single(w, frame, source, branches) end
  if not groups[kind] then
    w:fail(frame, "unknown condition_type '%s'; banyan knows SingleCondition, AllOf and AnyOf",
      text_of.shown(kind))
  end
  local list = object.list(w, frame, source, "conditions")
  if #list == 0 then w:fail(frame, "it has no conditions; give it one, or remove it") end
  local result = { kind = groups[kind], conditions = {} }
  for i, item in ipairs(list) do
    result.conditions[i] = condition(w, w:condition_frame(frame, item, i), branches, level + 1)
  end
  return result
end

--- The condition that an object spells.
---@param w banyan.import.walk
---@param frame banyan.import.frame of the incantation
---@param source any
---@param position integer|string|nil which one of the incantation
---@param branches banyan.import.branches
---@return table condition
function M.of(w, frame, source, position, branches)
  return condition(w, w:condition_frame(frame, source, position), branches, 1)
end

return M
