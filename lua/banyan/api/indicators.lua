-- SPDX-License-Identifier: MIT
-- Indicators of the API: b.rsi("SPY", 10) and all others that the engine has, and tickers that are
-- made of others.
local as_of = require "banyan.as_of"
local check = require "banyan.api.check"
local nodes = require "banyan.api.nodes"
local param_of = require "banyan.param"
local series_of = require "banyan.api.series"
local strategy_of = require "banyan.strategy"
local timeframe = require "banyan.timeframe"
local tree_of = require "banyan.tree"

local fail = check.fail
local M = { b = {} }

local function set_source(made, known, source)
  local name = made.fn
  if series_of.is(source) and as_of.is_plain(source.series) then
    made.ticker = source.series.ticker
  elseif series_of.is(source) then
    made.over = source.series
  elseif type(source) == "string" or param_of.is_bound(source) then
    made.ticker = source
  elseif nodes.is_node(source) then
    made.of = strategy_of.is_strategy(source) and source.root or source
  else
    fail("%s: the first argument is a ticker such as \"SPY\", a node or an indicator, not %s", name,
      type(source) == "table" and "a table" or tostring(source))
  end
  if known.reads_volume and (made.over or made.of or as_of.form(made.ticker)) then
    fail("%s reads volume, which only a ticker has", name)
  end
end

-- A table of options behind the windows: { ddof = 0 }.
local function is_options(value)
  return type(value) == "table" and getmetatable(value) == nil and not nodes.is_node(value)
end

local function set_options(made, known, options)
  local names = {}
  for i, option in ipairs(known.options) do names[i] = option.name end
  check.keys(made.fn, options, names)
  for _, name in ipairs(names) do made[name] = options[name] end
end

-- The second series of an indicator; a ticker stands for its closes.
local function set_other(made, other)
  if series_of.is(other) then
    made.other = other.series
  elseif type(other) == "string" or param_of.is_bound(other) then
    made.other = { fn = "close", ticker = other }
  else
    fail("%s: the series that it is measured against is a ticker such as \"SPY\" or an indicator, "
      .. "not %s", made.fn, type(other) == "table" and "a table" or tostring(other))
  end
end

local function arguments_text(known)
  local parts = {}
  if not known.reads_time then parts[1] = "a ticker" end
  if known.reads_other then parts[#parts + 1] = "another one" end
  for _, what in ipairs { "window", "number" } do
    local count = known[what .. "s"]
    if count > 0 then
      parts[#parts + 1] = ("%d %s%s"):format(count, what, count == 1 and "" or "s")
    end
  end
  if #parts == 0 then return "nothing" end
  return table.concat(parts, ", ", 1, #parts - 1) .. (#parts > 1 and " and " or "") .. parts[#parts]
end

-- What to do about a word of an option that stands alone.
local function options_hint(known, last)
  for _, option in ipairs(known.options) do
    for _, word in ipairs(option.words) do
      if word == last then
        return ("; options go into a table, such as { %s = \"%s\" }"):format(option.name, word)
      end
    end
  end
  return ""
end

-- b.rsi("SPY", 10), or without the ticker where a filter measures each of its children.
local function constructor(name, known)
  local own = (known.reads_other and 1 or 0) + known.windows + known.numbers
  return function(...)
    local count, arguments = select("#", ...), { ... }
    local made = { fn = name, custom = known.kind }
    if count > 0 and is_options(arguments[count]) then
      set_options(made, known, arguments[count])
      count = count - 1
    end
    local at = 0
    if count == own + 1 and not known.reads_time then
      set_source(made, known, arguments[1])
      at = 1
    elseif count ~= own or type(arguments[known.reads_other and 2 or 1]) == "string" then
      fail("%s takes %s, not %d argument%s%s", name, arguments_text(known), count,
        count == 1 and "" or "s", options_hint(known, arguments[count]))
    end
    if known.reads_other then
      at = at + 1
      set_other(made, arguments[at])
    end
    for i = 1, known.windows do made[tree_of.WINDOW_NAMES[i]] = arguments[at + i] end
    at = at + known.windows
    for i = 1, known.numbers do made[tree_of.NUMBER_NAMES[i]] = arguments[at + i] end
    return series_of.new(made)
  end
end

for name, known in pairs(tree_of.INDICATORS) do M.b[name] = constructor(name, known) end

--- An indicator of the script's own. What comes out is called like those of banyan.
--- Example:
---     local range_mean = b.indicator { name = "range_mean", windows = 1, reads = { "high", "low" },
---       first = function(window) return window end,
---       compute = function(bars, out, n, window)
---         for i = window, n do
---           local sum = 0
---           for k = i - window + 1, i do sum = sum + bars.high[k] - bars.low[k] end
---           out[i] = sum / window
---         end
---       end }
---     return range_mean("SPY", 10):gt(2)
---@param fields banyan.IndicatorFields
---@return fun(...: any): banyan.Series
function M.b.indicator(fields)
  local custom = require "banyan.custom".new(fields)
  return constructor(custom.name, custom)
end

--- A series over bars of a higher timeframe: on("1d", sma("SPY", 200)) in a strategy that runs on bars
--- of 5 minutes. The bars are made of those of the strategy, and one is seen only after it has closed.
--- Example: b.on("1w", b.sma("SPY", 10))
---@param length string such as "1h", "1d", "1w" or "1M"
---@param series banyan.Series over tickers
---@return banyan.Series
function M.b.on(length, series)
  if param_of.is_bound(length) then
    fail("on: the timeframe cannot depend on a param; choose between two sub-trees with b.choice")
  end
  local _, why = timeframe.seconds(length)
  if why then fail("on: %s", why) end
  if not series_of.is(series) then
    fail("on takes a timeframe and an indicator, such as b.on(\"1d\", b.close(\"SPY\")), not %s",
      type(series) == "table" and "a node or a table" or tostring(series))
  end
  return series_of.new { on = length, over = series.series }
end

-- Other names of the same.
M.b.roc = M.b.cumulative_return
M.b.bollinger_middle = M.b.sma
M.b.keltner_middle = M.b.ema

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
--- Example: b.rsi(b.ratio("SPY", "TLT"), 10):gt(60)
---@param above string|banyan.Bound
---@param below string|banyan.Bound
---@return string|banyan.Bound ticker
function M.b.ratio(above, below)
  above, below = text_of_part("ratio", above), text_of_part("ratio", below)
  return view("b.ratio", above, below, function(a, c) return a .. "/" .. c end)
end

--- The ticker of what holds another one `factor` times, brought back to that every day.
--- Example: b.equal { b.leverage("SPY", 0.75), "TLT" }
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
