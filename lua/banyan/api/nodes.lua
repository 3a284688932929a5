-- SPDX-License-Identifier: MIT
-- Nodes of the API: what a strategy holds.
local check = require "banyan.api.check"
local conditions = require "banyan.api.conditions"
local param_of = require "banyan.param"
local series_of = require "banyan.api.series"
local strategy_of = require "banyan.strategy"
local tree_of = require "banyan.tree"

local fail = check.fail
local condition = conditions.condition
local M = { b = {} }
local b = M.b

---@alias banyan.Node string|banyan.Bound|table|banyan.Strategy a ticker, a node or a strategy

---@class banyan.When a choice that otherwise ends
---@field package first table?
---@field package last table?
local When = {}
When.__index = When

--- Whether a value is a node that was made (a text can be one, too, but is not).
function M.is_node(value)
  return strategy_of.is_strategy(value)
    or type(value) == "table" and tree_of.NODE_KINDS[value.kind] ~= nil
end

--- The node that a value stands for, or a failure that names the call.
---@param value banyan.Node
---@param where string
---@return table
function M.node(value, where)
  if type(value) == "string" or param_of.is_bound(value) then
    return { kind = "asset", ticker = value }
  elseif strategy_of.is_strategy(value) then
    return value.root
  elseif getmetatable(value) == When then
    fail("%s: a when without otherwise; end it with :otherwise(...)", where)
  elseif M.is_node(value) then
    return value
  end
  fail("%s takes a ticker, a node or a strategy, not %s", where, type(value) == "table"
    and "a table; write b.equal { ... } to hold several" or tostring(value))
end

local node = M.node

local function nodes(list, where)
  if type(list) ~= "table" or #list == 0 then
    fail("%s takes a list of nodes such as { \"SPY\", \"TLT\" }", where)
  end
  local made = {}
  for i, each in ipairs(list) do made[i] = node(each, where) end
  return made
end

--- Holds nothing: its share earns what cash earns.
--- Example: b.when(b.rsi("SPY", 10):gt(80), b.cash):otherwise("SPY")
---@type banyan.Node
b.cash = { kind = "cash" }

--- Holds nothing, and leaves its share to what else is held, in proportion: inside the nearest
--- settle around it, or else in the whole strategy.
--- Example: b.equal { "SPY", b.when(b.rsi("TLT", 10):gt(70), b.void):otherwise("TLT") }
---@type banyan.Node
b.void = { kind = "void" }

--- Holds a node with the share of void in it given to the rest of it; void when there is no rest.
--- Example: b.weighted { { 0.6, "SPY" }, { 0.4, b.settle(b.equal { "TLT", b.void }) } }
---@param child banyan.Node
---@return banyan.Node
function b.settle(child)
  return { kind = "settle", child = node(child, "settle") }
end

--- Holds one ticker; a string does the same wherever a node is wanted.
--- Example: b.asset(b.param("refuge", "TLT", { "TLT", "GLD" }))
---@param ticker string|banyan.Bound
---@return banyan.Node
function b.asset(ticker)
  return node(ticker, "asset")
end

--- Holds all nodes in equal parts.
--- Example: b.equal { "SPY", "TLT", "GLD" }
---@param list banyan.Node[]
---@return banyan.Node
function b.equal(list)
  return { kind = "weighted", mode = "equal", children = nodes(list, "equal") }
end

--- Holds nodes by weights; what they leave below 1 is cash. A weight below 0 sells short.
--- Example: b.weighted { { 0.6, "SPY" }, { 0.4, b.equal { "TLT", "GLD" } } }
---@param list { [1]: number|banyan.Bound, [2]: banyan.Node }[] pairs of a weight and a node
---@return banyan.Node
function b.weighted(list)
  local made = { kind = "weighted", mode = "specified", weights = {}, children = {} }
  for i, pair in ipairs(type(list) == "table" and list or {}) do
    if type(pair) ~= "table" or pair[1] == nil or pair[2] == nil or pair.kind then
      fail("weighted takes pairs of a weight and a node such as { { 0.6, \"SPY\" }, { 0.4, \"TLT\" } }")
    end
    made.weights[i], made.children[i] = pair[1], node(pair[2], "weighted")
  end
  if #made.children == 0 then fail("weighted takes at least one pair of a weight and a node") end
  return made
end

--- Names a node, for those who read the tree, and for selections.
--- Example: b.group("Something safe", b.equal { "TLT", "GLD" })
---@param name string
---@param child banyan.Node
---@return banyan.Node
function b.group(name, child)
  if type(name) ~= "string" then fail("group takes a name and a node") end
  return { kind = "group", name = name, child = node(child, "group " .. name) }
end

-- How a filter weighs what it takes: b.top(2, indicator, list, { weights = { 0.7, 0.3 } }).
local function set_weighting(made, name, options)
  if options == nil then return made end
  check.keys(name, options, { "weights", "inverse_vol" })
  if options.weights ~= nil and options.inverse_vol ~= nil then
    fail("%s takes weights or inverse_vol, not both", name)
  elseif options.inverse_vol ~= nil then
    made.weighting, made.window = "inverse_vol", options.inverse_vol
  elseif options.weights ~= nil then
    if type(options.weights) ~= "table" or #options.weights == 0 then
      fail("%s: weights is a list with one for each rank, best first, such as { 0.6, 0.4 }", name)
    end
    made.weighting, made.weights = "rank", options.weights
  end
  return made
end

local function filter(name, bottom)
  return function(count, indicator, list, options)
    if not series_of.is(indicator) then
      fail("%s takes a count, an indicator without ticker such as b.rsi(10), and a list", name)
    end
    local template = indicator.series
    if not tree_of.is_template(template) then
      fail("%s: leave the ticker out of %s; it is measured for each child", name,
        series_of.name(indicator))
    end
    return set_weighting({ kind = "filter", indicator = template, bottom = bottom, count = count,
      children = nodes(list, name) }, name, options)
  end
end

---@class banyan.FilterOptions how a ranking weighs what it takes: one of them, or in equal parts
---@field weights (number|banyan.Bound)[]? weights of the ranks, best first
---@field inverse_vol integer|banyan.Bound|nil in inverse proportion to volatility over a window

--- Holds the `count` nodes that are highest by an indicator: in equal parts, by the weights of their
--- ranks, or in inverse proportion to their volatility over a window.
--- Example: b.top(2, b.cumulative_return(60), { "SPY", "QQQ", "TLT" }, { weights = { 0.7, 0.3 } })
---@param count integer|banyan.Bound
---@param indicator banyan.Series without its ticker
---@param list banyan.Node[]
---@param options banyan.FilterOptions?
---@return banyan.Node
b.top = filter("top", false)
--- Holds the `count` nodes that are lowest by an indicator.
--- Example: b.bottom(1, b.rsi(10), { "SPY", "QQQ", "TLT" })
---@param count integer|banyan.Bound
---@param indicator banyan.Series without its ticker
---@param list banyan.Node[]
---@param options banyan.FilterOptions?
---@return banyan.Node
b.bottom = filter("bottom", true)

--- Holds nodes in inverse proportion to the volatility of their returns.
--- Example: b.inverse_vol(20, { "SPY", "TLT", "GLD" })
---@param window integer|banyan.Bound bars
---@param list banyan.Node[]
---@return banyan.Node
function b.inverse_vol(window, list)
  return { kind = "inverse_vol", window = window, children = nodes(list, "inverse_vol") }
end

--- Holds `from` where an indicator is at or below `low`, `to` where it is at or above `high`, and
--- both between: the nearer one more, linearly.
--- Example: b.mixed(b.rsi("SPY", 10), 30, 70, "SPY", "BIL")
---@param indicator banyan.Series
---@param low number|banyan.Bound
---@param high number|banyan.Bound
---@param from banyan.Node
---@param to banyan.Node
---@return banyan.Node
function b.mixed(indicator, low, high, from, to)
  if not series_of.is(indicator) then
    fail("mixed takes an indicator such as b.rsi(\"SPY\", 10), two bounds and two nodes, not %s",
      tostring(indicator))
  end
  return { kind = "mixed", indicator = indicator.series, low = low, high = high,
    from = node(from, "mixed"), to = node(to, "mixed") }
end

--- Chooses by how many conditions hold: cases[1] when none does, the last one when all do.
--- Example:
---     b.switch({ b.close("SPY"):gt(b.sma("SPY", 50)), b.close("SPY"):gt(b.sma("SPY", 200)) },
---       { "BIL", b.equal { "SPY", "BIL" }, "SPY" })
---@param list banyan.Condition[]
---@param cases banyan.Node[] one more than conditions
---@return banyan.Node
function b.switch(list, cases)
  local made = { kind = "switch", conditions = conditions.conditions(list, "switch"),
    cases = nodes(cases, "switch") }
  if #made.cases ~= #made.conditions + 1 then
    fail("switch: %d conditions need %d cases, from none to all of them; there are %d",
      #made.conditions, #made.conditions + 1, #made.cases)
  end
  return made
end

--- Holds `inside` from a day on which `enter` holds to the day on which `exit` does, else `outside`.
--- Example:
---     b.enter_exit { enter = b.rsi("SPY", 2):lt(10), exit = b.rsi("SPY", 2):gt(60),
---       inside = "SPY", outside = "BIL" }
---@param fields { enter: banyan.Condition, exit: banyan.Condition, inside: banyan.Node, outside: banyan.Node }
---@return banyan.Node
function b.enter_exit(fields)
  check.keys("enter_exit", fields, { "enter", "exit", "inside", "outside" })
  return { kind = "enter_exit", enter = condition(fields.enter, "enter_exit: enter"),
    exit = condition(fields.exit, "enter_exit: exit"),
    inside = node(fields.inside, "enter_exit: inside"),
    outside = node(fields.outside, "enter_exit: outside") }
end

-- The cases of a choice by the values of its param, in their order.
local function cases_of(param, cases)
  local made = { kind = "choice", param = param, names = {}, cases = {} }
  local known = {}
  for _, each in ipairs(param.param.values) do
    local name = param.map(each)
    if not known[name] then
      if cases[name] == nil then
        fail("choice: the param %s can be %s, and there is no such case", param.param.name,
          tostring(name))
      end
      known[name] = true
      made.names[#made.names + 1] = name
      made.cases[#made.cases + 1] = node(cases[name], "choice")
    end
  end
  for name in pairs(cases) do
    if not known[name] then
      fail("choice: the param %s is never %s; add it to its values or take the case out",
        param.param.name, tostring(name))
    end
  end
  return made
end

--- A sub-tree chosen by a param, with a case for each of its values.
--- Example: b.choice(b.param("mood", "calm", { "calm", "wild" }), { calm = "BIL", wild = "TQQQ" })
---@param param banyan.Bound
---@param cases table<any, banyan.Node>
---@return banyan.Node
function b.choice(param, cases)
  if not param_of.is_bound(param) or type(cases) ~= "table" then
    fail("choice takes a param and a table with a node for each of its values")
  end
  return cases_of(param, cases)
end

local function link(self, holds, yes)
  local made = { kind = "if", condition = condition(holds, "when"), yes = node(yes, "when") }
  if self.last then self.last.no = made else self.first = made end
  self.last = made
  return self
end

--- Chooses: holds `yes` on sessions on which the condition holds. It goes on with elsewhen and ends with otherwise.
--- Example: b.when(b.rsi("SPY", 10):lt(30), "TQQQ"):otherwise("SPY")
---@param holds banyan.Condition
---@param yes banyan.Node
---@return banyan.When
function b.when(holds, yes)
  return link(setmetatable({}, When), holds, yes)
end

--- The next choice, when none before it held.
--- Example: b.when(b.rsi("QQQ", 10):gt(79), "UVXY"):elsewhen(b.rsi("QQQ", 10):lt(30), "TQQQ"):otherwise("QQQ")
---@param holds banyan.Condition
---@param yes banyan.Node
---@return banyan.When
function When:elsewhen(holds, yes)
  return link(self, holds, yes)
end

--- What is held when no condition holds; ends the choice.
--- Example: b.when(b.close("SPY"):gt(b.sma("SPY", 200)), "SPY"):otherwise("BIL")
---@param no banyan.Node
---@return banyan.Node
function When:otherwise(no)
  self.last.no = node(no, "otherwise")
  return self.first
end

return M
