-- SPDX-License-Identifier: MIT
-- Indicators of the API: b.rsi("SPY", 10) and all others that the engine has, and tickers that are
-- made of others.
local check = require "banyan.api.check"
local nodes = require "banyan.api.nodes"
local param_of = require "banyan.param"
local series_of = require "banyan.api.series"
local strategy_of = require "banyan.strategy"
local tree_of = require "banyan.tree"

local fail = check.fail
local M = { b = {} }

local function set_source(made, source)
  local name = made.fn
  if series_of.is(source) then
    made.over = source.series
  elseif type(source) == "string" or param_of.is_bound(source) then
    made.ticker = source
  elseif nodes.is_node(source) then
    made.of = strategy_of.is_strategy(source) and source.root or source
  else
    fail("%s: the first argument is a ticker such as \"SPY\", a node or an indicator, not %s", name,
      type(source) == "table" and "a table" or tostring(source))
  end
  local known = tree_of.INDICATORS[name]
  if known.reads_volume and (made.over or made.of) then
    fail("%s reads volume, which only a ticker has", name)
  end
end

-- A table of variants behind the windows: { ddof = 0 }.
local function is_options(value)
  return type(value) == "table" and getmetatable(value) == nil and not nodes.is_node(value)
end

local function set_options(made, options)
  local variant = tree_of.INDICATORS[made.fn].variant
  check.keys(made.fn, options, variant and { variant } or {})
  if variant then made[variant] = options[variant] end
end

local function arguments_text(known)
  local windows = ("%d window%s"):format(known.windows, known.windows == 1 and "" or "s")
  if known.reads_time then return known.windows == 0 and "nothing" or windows end
  return known.windows == 0 and "a ticker" or "a ticker and " .. windows
end

-- b.rsi("SPY", 10), or without the ticker where a filter measures each of its children.
local function constructor(name, known)
  return function(...)
    local count, arguments = select("#", ...), { ... }
    local made = { fn = name }
    if count > 0 and is_options(arguments[count]) then
      set_options(made, arguments[count])
      count = count - 1
    end
    local first = 0
    if count == known.windows + 1 and not known.reads_time then
      set_source(made, arguments[1])
      first = 1
    elseif count ~= known.windows or type(arguments[1]) == "string" then
      fail("%s takes %s, not %d argument%s", name, arguments_text(known), count,
        count == 1 and "" or "s")
    end
    for i = 1, known.windows do made[tree_of.WINDOW_NAMES[i]] = arguments[first + i] end
    return series_of.new(made)
  end
end

for name, known in pairs(tree_of.INDICATORS) do M.b[name] = constructor(name, known) end

-- Tickers that are made of others --------------------------------------------------------------------

local function text_of_part(what, value)
  if type(value) == "string" and value ~= "" or param_of.is_bound(value) then return value end
  fail("%s takes tickers such as \"SPY\", not %s", what, tostring(value))
end

-- A text made of two parts, either of which may be bound to a param; `name` is the call that asks.
local function view(name, left, right, join)
  local form = { name, left, right }
  if param_of.is_bound(left) and param_of.is_bound(right) then
    if left.param ~= right.param then
      fail("a ticker can depend on one param only, and this is %s and %s", left.param.name,
        right.param.name)
    end
    return param_of.map(left.param, function(v) return join(left.map(v), right.map(v)) end, form)
  elseif param_of.is_bound(left) then
    return param_of.map(left.param, function(v) return join(left.map(v), right) end, form)
  elseif param_of.is_bound(right) then
    return param_of.map(right.param, function(v) return join(left, right.map(v)) end, form)
  end
  return join(left, right)
end

--- The ticker of a price over another one. It can be measured, not held.
---@param above string|banyan.Bound
---@param below string|banyan.Bound
---@return string|banyan.Bound ticker
function M.b.ratio(above, below)
  above, below = text_of_part("ratio", above), text_of_part("ratio", below)
  return view("b.ratio", above, below, function(a, c) return a .. "/" .. c end)
end

--- The ticker of what holds another one `factor` times, brought back to that every day.
---@param ticker string|banyan.Bound
---@param factor number|banyan.Bound such as 0.75, 2 or -1
---@return string|banyan.Bound ticker
function M.b.leverage(ticker, factor)
  if type(factor) ~= "number" and not param_of.is_bound(factor) then
    fail("leverage takes a ticker and a number such as 0.75, not %s", tostring(factor))
  end
  return view("b.leverage", text_of_part("leverage", ticker), factor, function(name, times)
    return ("%s?L=%.10g"):format(name, times)
  end)
end

return M
