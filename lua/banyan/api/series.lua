-- SPDX-License-Identifier: MIT
-- Series of the API: handles around the plain tables of banyan.tree, with what can be done to them:
-- arithmetic, earlier sessions, and the comparisons that make conditions. Nothing changes a series
-- that others may hold, too: each call makes another one.
local check = require "banyan.api.check"
local conditions = require "banyan.api.conditions"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local fail = check.fail
local M = {}

---@class banyan.Series a value a session: an indicator, or what is made of several by + - * /
---@field package series table the table of banyan.tree
---@operator add(number|banyan.Series|banyan.Bound): banyan.Series
---@operator sub(number|banyan.Series|banyan.Bound): banyan.Series
---@operator mul(number|banyan.Series|banyan.Bound): banyan.Series
---@operator div(number|banyan.Series|banyan.Bound): banyan.Series
---@operator unm: banyan.Series
local Series = {}
Series.__index = Series

--- A handle of a series.
---@param made table of banyan.tree
---@return banyan.Series
function M.new(made)
  return setmetatable({ series = made }, Series)
end

--- Whether a value is a series of the API.
function M.is(value)
  return getmetatable(value) == Series
end

--- What a series is called in messages.
---@return string
function M.name(handle)
  return tree_of.series_name(handle.series)
end

Series.__tostring = function(self) return "indicator " .. M.name(self) end

local function is_number(value)
  return type(value) == "number" or param_of.is_bound(value)
end

local function comparison(comparator)
  return function(self, right)
    local made = { kind = "compare", left = self.series, comparator = comparator }
    if M.is(right) then
      made.right = right.series
    elseif is_number(right) then
      made.threshold = right
    else
      fail("%s:%s takes a number, a param or an indicator, not %s", M.name(self), comparator,
        tostring(right))
    end
    return conditions.new(made)
  end
end

--- Holds where the series is above a number or another series.
--- Example: b.rsi("SPY", 10):gt(70)
---@type fun(self: banyan.Series, right: number|banyan.Bound|banyan.Series): banyan.Condition
Series.gt = comparison "gt"
--- Holds where it is above or equal.
--- Example: b.rsi("SPY", 10):gte(70)
---@type fun(self: banyan.Series, right: number|banyan.Bound|banyan.Series): banyan.Condition
Series.gte = comparison "gte"
--- Holds where it is below a number or another series.
--- Example: b.close("SPY"):lt(b.sma("SPY", 200))
---@type fun(self: banyan.Series, right: number|banyan.Bound|banyan.Series): banyan.Condition
Series.lt = comparison "lt"
--- Holds where it is below or equal.
--- Example: b.cumulative_return("SPY", 20):lte(0)
---@type fun(self: banyan.Series, right: number|banyan.Bound|banyan.Series): banyan.Condition
Series.lte = comparison "lte"
--- Holds where it is equal.
--- Example: b.month():eq(12)
---@type fun(self: banyan.Series, right: number|banyan.Bound|banyan.Series): banyan.Condition
Series.eq = comparison "eq"

-- Holds on the session on which a comparison begins to hold.
local function crosses(name, comparator, before)
  return function(self, right)
    if not M.is(right) and not is_number(right) then
      fail("%s:%s takes a number, a param or an indicator, not %s", M.name(self), name, tostring(right))
    end
    return conditions.b.all { self[comparator](self, right), self[before](self, right):days_ago(1) }
  end
end

--- Holds on the session on which the series has come above a number or another series: it was at or
--- below it on the session before.
--- Example: b.close("SPY"):crosses_above(b.sma("SPY", 50))
---@type fun(self: banyan.Series, right: number|banyan.Bound|banyan.Series): banyan.Condition
Series.crosses_above = crosses("crosses_above", "gt", "lte")
--- Holds on the session on which the series has come below a number or another series.
--- Example: b.rsi("SPY", 10):crosses_below(50)
---@type fun(self: banyan.Series, right: number|banyan.Bound|banyan.Series): banyan.Condition
Series.crosses_below = crosses("crosses_below", "lt", "gte")

--- Compares by a comparator that may be a param.
--- Example: b.rsi("SPY", 10):compare(b.param("sign", "gt", { "gt", "lt" }), 70)
---@param comparator "gt"|"gte"|"lt"|"lte"|"eq"|banyan.Bound
---@param right number|banyan.Bound|banyan.Series
---@return banyan.Condition
function Series:compare(comparator, right)
  return conditions.with(self:gt(right), "comparator", comparator)
end

local function changed(made, key, value)
  local other = {}
  for each, kept in pairs(made) do other[each] = kept end
  other[key] = value
  return other
end

--- The value of `days` sessions before.
--- Example: b.close("SPY"):gt(b.close("SPY"):days_ago(20))
---@param days integer|banyan.Bound
---@return banyan.Series another one
function Series:days_ago(days)
  if not is_number(days) then
    fail("days_ago takes a number or a param, not %s", tostring(days))
  end
  local made = self.series
  return M.new(changed(made, "days_ago", made.days_ago and made.days_ago + days or days))
end

-- factor * series + offset, with what the series has of both already.
local function scaled(made, factor)
  local other = changed(made, "factor", made.factor and made.factor * factor or factor)
  if made.offset then other.offset = made.offset * factor end
  return other
end

local function shifted(made, offset)
  return changed(made, "offset", made.offset and made.offset + offset or offset)
end

-- An operator of two series, or of a series and a number on either side.
local function operator(op, with_number, number_first)
  return function(left, right)
    if M.is(left) and M.is(right) then
      return M.new { op = op, left = left.series, right = right.series }
    elseif M.is(left) and is_number(right) then
      return M.new(with_number(left.series, right))
    elseif M.is(right) and is_number(left) then
      return M.new(number_first(right.series, left))
    end
    fail("indicators go with + - * / and numbers, params or indicators, not %s",
      tostring(M.is(left) and right or left))
  end
end

Series.__add = operator("add", shifted, shifted)
Series.__sub = operator("subtract",
  function(made, number) return shifted(made, -number) end,
  function(made, number) return shifted(scaled(made, -1), number) end)
Series.__mul = operator("multiply", scaled, scaled)
Series.__div = operator("divide",
  function(made, number) return scaled(made, 1 / number) end,
  function(made)
    fail("a number over an indicator cannot be expressed; compare %s itself, or divide two "
      .. "indicators", tree_of.series_name(made))
  end)
Series.__unm = function(self) return M.new(scaled(self.series, -1)) end

return M
