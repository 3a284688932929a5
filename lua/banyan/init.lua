-- SPDX-License-Identifier: MIT
-- The Lua API: local b = require "banyan".
local failure = require "banyan.failure"
local import = require "banyan.import"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"
local strategy_of = require "banyan.strategy"
local tree_of = require "banyan.tree"

local b = {}

local function fail(...)
  return failure.fail("STRATEGY", ...)
end

--- Refuses keys that are not in `known`, with the nearest one.
local function check_keys(what, given, known)
  if type(given) ~= "table" then fail("%s takes a table, not %s", what, type(given)) end
  local names = {}
  for _, each in ipairs(known) do
    if type(each) == "string" then names[#names + 1] = each end
  end
  for key in pairs(given) do
    local found = false
    for _, each in ipairs(known) do found = found or each == key end
    if not found then
      local near = type(key) == "string" and nearest(key, names)
      fail("%s: unknown key '%s'%s; known are %s", what, tostring(key),
        near and (", did you mean '%s'?"):format(near) or "", table.concat(names, ", "))
    end
  end
end

--- A param: a named value that a sweep walks.
---@param name string
---@param default number|string
---@param values any[]? such as b.range(5, 30)
---@return banyan.Param
b.param = param_of.new

--- The values first, first + step, ... up to last.
---@param first number
---@param last number
---@param step number? 1 when left out
---@return number[]
b.range = param_of.range

-- Nodes ------------------------------------------------------------------------------------------

local NODE_KINDS = { cash = true, asset = true, weighted = true, ["if"] = true, filter = true,
  group = true, inverse_vol = true }
local When = {}
When.__index = When

local function node(value, where)
  if type(value) == "string" or param_of.is_bound(value) then
    return { kind = "asset", ticker = value }
  elseif strategy_of.is_strategy(value) then
    return value.root
  elseif getmetatable(value) == When then
    fail("%s: a when without otherwise; end it with :otherwise(...)", where)
  elseif type(value) == "table" and NODE_KINDS[value.kind] then
    return value
  end
  fail("%s takes a ticker, a node or a strategy, not %s", where, type(value) == "table"
    and "a table; write b.equal { ... } to hold several" or tostring(value))
end

local function nodes(list, where)
  if type(list) ~= "table" or #list == 0 then
    fail("%s takes a list of nodes such as { \"SPY\", \"TLT\" }", where)
  end
  local made = {}
  for i, each in ipairs(list) do made[i] = node(each, where) end
  return made
end

--- Holds nothing.
b.cash = { kind = "cash" }

--- Holds one ticker; a string does the same wherever a node is wanted.
---@param ticker string
function b.asset(ticker)
  return node(ticker, "asset")
end

--- Holds all nodes in equal parts.
---@param list table[] nodes
function b.equal(list)
  return { kind = "weighted", mode = "equal", children = nodes(list, "equal") }
end

--- Holds nodes by weights; what they leave below 1 is cash.
---@param list table[] pairs { weight, node }
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

--- Names a node.
---@param name string
---@param child any node
function b.group(name, child)
  if type(name) ~= "string" then fail("group takes a name and a node") end
  return { kind = "group", name = name, child = node(child, "group " .. name) }
end

local function filter(name, bottom)
  return function(count, indicator, list)
    if type(indicator) ~= "table" or not indicator.fn then
      fail("%s takes a count, an indicator without ticker such as b.rsi(10), and a list", name)
    elseif indicator.ticker ~= nil then
      fail("%s: leave the ticker out of %s; it is measured for each child", name, indicator.fn)
    end
    return { kind = "filter", indicator = indicator, bottom = bottom, count = count,
      children = nodes(list, name) }
  end
end

--- Holds the `count` nodes that are highest by an indicator, in equal parts.
b.top = filter("top", false)
--- Holds the `count` nodes that are lowest by an indicator, in equal parts.
b.bottom = filter("bottom", true)

--- Holds nodes in inverse proportion to the volatility of their returns. Read and shown, but not evaluated yet.
---@param window integer bars
---@param list table[] nodes
function b.inverse_vol(window, list)
  return { kind = "inverse_vol", window = window, children = nodes(list, "inverse_vol") }
end

-- Conditions -------------------------------------------------------------------------------------

local CONDITION_KINDS = { compare = true, all = true, any = true, none = true }

local function condition(value, where)
  if type(value) ~= "table" or not CONDITION_KINDS[value.kind] then
    fail("%s takes a condition such as b.rsi(\"SPY\", 10):gt(70), not %s", where, tostring(value))
  end
  return value
end

local function compound(kind)
  return function(list)
    local made = { kind = kind, conditions = {} }
    for i, each in ipairs(type(list) == "table" and list or {}) do
      made.conditions[i] = condition(each, kind)
    end
    if #made.conditions == 0 then fail("%s takes a list of conditions", kind) end
    return made
  end
end

--- Holds when all conditions of the list hold.
b.all = compound "all"
--- Holds when any condition of the list holds.
b.any = compound "any"
--- Holds when no condition of the list holds.
b.none = compound "none"

local function link(self, holds, yes)
  local made = { kind = "if", condition = condition(holds, "when"), yes = node(yes, "when") }
  if self.last then self.last.no = made else self.first = made end
  self.last = made
  return self
end

--- Chooses: b.when(condition, node):elsewhen(condition, node):otherwise(node).
function b.when(holds, yes)
  return link(setmetatable({}, When), holds, yes)
end

--- The next choice, when none before it held.
function When:elsewhen(holds, yes)
  return link(self, holds, yes)
end

--- What is held when no condition holds; ends the choice.
function When:otherwise(no)
  self.last.no = node(no, "otherwise")
  return self.first
end

-- Indicators -------------------------------------------------------------------------------------

local Indicator = {}
Indicator.__index = Indicator
Indicator.__tostring = function(self) return "indicator " .. self.fn end

for comparator in pairs(tree_of.COMPARATORS) do
  Indicator[comparator] = function(self, right)
    local made = { kind = "compare", left = self, comparator = comparator }
    if getmetatable(right) == Indicator then
      made.right = right
    elseif type(right) == "number" or param_of.is_bound(right) then
      made.threshold = right
    else
      fail("%s:%s takes a number, a param or an indicator, not %s", self.fn, comparator,
        tostring(right))
    end
    return made
  end
end

--- Compares by a comparator that may be a param: b.rsi("SPY", 10):compare(sign, 70).
function Indicator:compare(comparator, right)
  local made = self:gt(right)
  made.comparator = comparator
  return made
end

-- b.rsi("SPY", 10), or without the ticker where a filter measures each of its children.
for name, indicator in pairs(tree_of.INDICATORS) do
  b[name] = function(...)
    local count = select("#", ...)
    local arguments = { ... }
    local made = { fn = name }
    if count == indicator.windows + 1 then
      made.ticker = table.remove(arguments, 1)
      if type(made.ticker) ~= "string" and not param_of.is_bound(made.ticker) then
        fail("%s: the first argument is the ticker, a text such as \"SPY\", not %s", name,
          tostring(made.ticker))
      end
    elseif count ~= indicator.windows then
      fail("%s takes a ticker and %d window%s, not %d argument%s", name, indicator.windows,
        indicator.windows == 1 and "" or "s", count, count == 1 and "" or "s")
    end
    for i = 1, indicator.windows do made[tree_of.WINDOW_NAMES[i]] = arguments[i] end
    return setmetatable(made, Indicator)
  end
end

-- Strategies, sweeps, backfills ------------------------------------------------------------------

--- A strategy: a name and one node.
---@param fields { name: string, rebalance: string?, [1]: any }
---@return banyan.Strategy
function b.strategy(fields)
  if type(fields) == "table" and fields[2] ~= nil then
    fail("strategy: has several nodes; put them into one, such as b.equal { \"SPY\", \"TLT\" }")
  end
  check_keys("strategy", fields, { "name", "rebalance", 1 })
  if type(fields.name) ~= "string" or fields.name == "" then
    fail("strategy: give it a name, such as name = \"My first\"")
  end
  if fields[1] == nil then fail("strategy %s: has no node; put one behind the name", fields.name) end
  return strategy_of.new { name = fields.name, rebalance = fields.rebalance,
    root = node(fields[1], "strategy " .. fields.name) }
end

--- A strategy out of a foreign file: Composer's JSON or defsymphony text.
---@param path string beside the script, or as seen from the current folder
---@return banyan.Strategy
function b.import(path)
  if type(path) ~= "string" then fail("import takes the path of a file") end
  return strategy_of.new(import.file(b.resolve_path(path)))
end

--- Where a script finds a file that it names; the loader sets it for the folder of the script.
function b.resolve_path(path)
  return path
end

local SWEEP_KEYS = { "strategy", "over", "where", "from", "to", "slippage", "rank" }

--- A sweep: a strategy and the values that its params walk.
function b.sweep(fields)
  check_keys("sweep", fields, SWEEP_KEYS)
  if not strategy_of.is_strategy(fields.strategy) then
    fail("sweep: strategy must be a strategy (b.strategy, b.import or require), not %s",
      type(fields.strategy))
  end
  if fields.where ~= nil and type(fields.where) ~= "function" then
    fail("sweep: where must be a function of the params, such as function(p) return p.a < p.b end")
  end
  local sweep = { type = "sweep" }
  for _, key in ipairs(SWEEP_KEYS) do sweep[key] = fields[key] end
  return sweep
end

--- A backfill plan: what to fetch from whom.
function b.backfill(fields)
  if type(fields) ~= "table" then fail("backfill takes a table") end
  local plan = { type = "backfill" }
  for key, value in pairs(fields) do plan[key] = value end
  return plan
end

-- A misspelt name would be a nil that is called somewhere else.
setmetatable(b, { __index = function(_, name)
  local known = {}
  for each in pairs(b) do known[#known + 1] = each end
  table.sort(known)
  local near = nearest(tostring(name), known)
  fail("banyan has no '%s'%s", tostring(name), near and (", did you mean '%s'?"):format(near) or "")
end })

return b
