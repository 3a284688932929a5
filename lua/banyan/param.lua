-- SPDX-License-Identifier: MIT
-- Params: named values of a strategy that a sweep walks. A field of a tree may hold a plain value or
-- a bound one: a param, or what becomes of it by arithmetic with numbers.
local failure = require "banyan.failure"

local M = {}

local VALUES_MAX = 65535

---@class banyan.Bound a param, or what becomes of one by arithmetic with numbers
---@operator add(number|banyan.Bound): banyan.Bound
---@operator sub(number|banyan.Bound): banyan.Bound
---@operator mul(number|banyan.Bound): banyan.Bound
---@operator div(number|banyan.Bound): banyan.Bound
---@operator unm: banyan.Bound
---@field package param banyan.Param
---@field package map fun(value: any): any
---@field package form any[]? how it was made: an operator or a function of the API, then its arguments
local Bound = {}

---@class banyan.Param: banyan.Bound a named value that a sweep walks
---@field name string
---@field default any
---@field values any[] what a sweep walks
---@field package serial integer rises in the order of declaration

local function bound(param, map, form)
  return setmetatable({ param = param, map = map, form = form }, Bound)
end

local function identity(value)
  return value
end

--- Whether a field is bound to a param.
---@param value any
---@return boolean
function M.is_bound(value)
  return getmetatable(value) == Bound
end

--- What a field is under an assignment.
---@param value any plain or bound
---@param assignment table<string, any> value of each param by name
function M.resolve(value, assignment)
  if getmetatable(value) ~= Bound then return value end
  return value.map(assignment[value.param.name])
end

--- A field that is a function of one param.
---@param param banyan.Param
---@param map fun(value: any): any
---@param form any[]? how a script writes it: a function of the API, then its arguments
---@return banyan.Bound
function M.map(param, map, form)
  return bound(param, map, form)
end

-- Arithmetic with numbers gives a field that depends on the same param. What has an operator of its
-- own, such as an indicator, takes a bound value as its number.
local function arithmetic(symbol, event, apply)
  return function(a, b)
    local other, form = a, { symbol, a, b }
    if M.is_bound(a) then other = b end
    if M.is_bound(a) and M.is_bound(b) then
      if a.param ~= b.param then
        failure.fail("STRATEGY", "a field can depend on one param only, and this is %s %s %s; "
          .. "make the combination a param of its own", a.param.name, symbol, b.param.name)
      end
      return bound(a.param, function(v) return apply(a.map(v), b.map(v)) end, form)
    elseif type(other) == "number" then
      if M.is_bound(b) then
        return bound(b.param, function(v) return apply(a, b.map(v)) end, form)
      end
      return bound(a.param, function(v) return apply(a.map(v), b) end, form)
    end
    local own = type(other) == "table" and getmetatable(other)
    if own and own[event] then return own[event](a, b) end
    failure.fail("STRATEGY", "a param goes with + - * / and numbers, itself or "
      .. "indicators, not %s", type(other))
  end
end

Bound.__add = arithmetic("+", "__add", function(a, b) return a + b end)
Bound.__sub = arithmetic("-", "__sub", function(a, b) return a - b end)
Bound.__mul = arithmetic("*", "__mul", function(a, b) return a * b end)
Bound.__div = arithmetic("/", "__div", function(a, b) return a / b end)
Bound.__unm = function(a) return bound(a.param, function(v) return -a.map(v) end, { "-", a }) end
Bound.__tostring = function(a) return "param " .. a.param.name end

-- 70 + 0.1 * 3 would be 70.30000000000001: what people mean has 15 digits.
local function plain(number)
  return tonumber(("%.15g"):format(number))
end

local function check_numbers(what, ...)
  for i = 1, select("#", ...) do
    local each = select(i, ...)
    if type(each) ~= "number" or each ~= each or math.abs(each) == math.huge then
      failure.fail("STRATEGY", "%s takes numbers, not %s", what, tostring(each))
    end
  end
end

--- The values first, first + step, ... up to last; steps are counted, never added up.
---@param first number
---@param last number
---@param step number? 1 when left out; may be negative
---@return number[]
function M.range(first, last, step)
  step = step or 1
  check_numbers("range(first, last, step)", first, last, step)
  if step == 0 then failure.fail("STRATEGY", "range: the step must not be 0") end
  local count = math.floor((last - first) / step + 1e-9) + 1
  if count < 1 then
    failure.fail("STRATEGY", "range(%g, %g, %g) is empty; swap the ends or turn the step around",
      first, last, step)
  elseif count > VALUES_MAX then
    failure.fail("STRATEGY", "range(%g, %g, %g) has %.10g values; at most %d are allowed", first, last,
      step, count, VALUES_MAX)
  end
  local values = {}
  for i = 0, count - 1 do
    values[i + 1] = plain(first + i * step)
    if values[i + 1] == values[i] then
      failure.fail("STRATEGY", "range(%g, %g, %g): the step is too small to tell values of %g apart",
        first, last, step, values[i])
    end
  end
  return values
end

-- As many digits as a tenth of the step between values of a ratio needs, at least 3.
local function digits_for(ratio)
  return math.min(15, math.max(3, math.ceil(2 - math.log10(math.abs(ratio - 1)))))
end

--- `count` values from first to last, each the same multiple of the one before. When both ends are whole numbers, all
--- are: rounded, and those that are then the same are there once. Others are rounded to 3 digits, or to as many as
--- their distance needs.
---@param first number above 0
---@param last number above 0
---@param count integer
---@return number[]
function M.log_range(first, last, count)
  check_numbers("log_range(first, last, count)", first, last, count)
  if first <= 0 or last <= 0 then
    failure.fail("STRATEGY", "log_range(%g, %g, %g): both ends must be above 0", first, last, count)
  elseif count % 1 ~= 0 or count < 1 or count > VALUES_MAX then
    failure.fail("STRATEGY", "log_range(%g, %g, %g): the count must be a whole number from 1 to %d",
      first, last, count, VALUES_MAX)
  elseif (count == 1) ~= (first == last) then
    failure.fail("STRATEGY", "log_range(%g, %g, %g): %s", first, last, count, count == 1
      and "two ends make at least 2 values" or "both ends are the same; that is 1 value")
  elseif count == 1 then
    return { first }
  end
  local whole = first % 1 == 0 and last % 1 == 0
  local log_first, step = math.log(first), (math.log(last) - math.log(first)) / (count - 1)
  local form = ("%%.%dg"):format(digits_for(math.exp(step)))
  local values = {}
  for i = 0, count - 1 do
    local value = math.exp(log_first + i * step)
    if i == 0 or i == count - 1 then
      value = i == 0 and first or last
    elseif whole then
      value = math.floor(value + 0.5)
    else
      value = tonumber(form:format(value))
    end
    if value ~= values[#values] then values[#values + 1] = value end
  end
  return values
end

local function check_value(name, value)
  local kind = type(value)
  if kind ~= "string" and (kind ~= "number" or value ~= value or math.abs(value) == math.huge) then
    failure.fail("STRATEGY", "param %s: a value must be a number or a text, not %s", name,
      tostring(value))
  end
end

--- Checks a list of values to walk.
---@param name string of the param, for messages
---@param values any[]
function M.check_values(name, values)
  if type(values) ~= "table" or #values == 0 then
    failure.fail("STRATEGY", "param %s: its values must be a list such as { 1, 2, 3 } or "
      .. "b.range(1, 3)", name)
  elseif #values > VALUES_MAX then
    failure.fail("STRATEGY", "param %s has %d values; at most %d are allowed", name, #values,
      VALUES_MAX)
  end
  local seen = {}
  for i = 1, #values do
    local value = values[i]
    check_value(name, value)
    if seen[value] then
      failure.fail("STRATEGY", "param %s: the value %s is there twice", name, tostring(value))
    end
    seen[value] = true
  end
end

local declared_count = 0
local watcher = nil

--- Calls back for each param that is declared from now on, with the file and line that do so; nil ends it.
---@param callback fun(param: banyan.Param, file: string, line: integer)|nil
function M.watch(callback)
  watcher = callback
end

--- A param of a strategy.
---@param name string
---@param default number|string
---@param values any[]? what a sweep walks; only the default when left out
---@return banyan.Param
function M.new(name, default, values)
  if type(name) ~= "string" or not name:find "^[%a_][%w_]*$" or #name > 64 then
    failure.fail("STRATEGY", "a param's name must be letters, digits and _, beginning with a "
      .. "letter, not '%s'", tostring(name))
  end
  check_value(name, default)
  values = values or { default }
  M.check_values(name, values)
  local param = bound(nil, identity)
  declared_count = declared_count + 1
  param.serial = declared_count
  param.param, param.name, param.default, param.values = param, name, default, values
  if watcher then
    local caller = debug.getinfo(2, "Sl")
    watcher(param, caller.source:gsub("^@", ""), caller.currentline)
  end
  return param
end

return M
