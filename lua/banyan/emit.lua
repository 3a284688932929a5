-- SPDX-License-Identifier: MIT
-- From the Lua tree to the engine's: every field is checked (with the path to its node), bound fields
-- become lists of values, and banyan.pack fills the flat arrays of by_tree.
local failure = require "banyan.failure"
local engine = require "banyan.ffi"
local nearest = require "banyan.nearest"
local pack = require "banyan.pack"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

local NODES_MAX = tonumber(C.BY_NODES_MAX)
local WINDOW_MAX = tonumber(C.BY_WINDOW_MAX)

---@class banyan.Emitter
---@field space { name: string, values: any[] }[] params and their values, in order
local Emitter = {}
Emitter.__index = Emitter

function Emitter:fail(message, ...)
  failure.fail("STRATEGY", "%s: at %s: %s", self.name, tree_of.path_text(self.path),
    select("#", ...) > 0 and message:format(...) or message)
end

-- A field as { constant, param or -1, first }; `convert` checks a plain value and makes it a number.
function Emitter:field(value, convert)
  if not param_of.is_bound(value) then
    local number = convert(self, value)
    local constant = self.constants[number]
    if not constant then
      constant = { number, -1, 0 }
      self.constants[number] = constant
    end
    return constant
  end
  local index = self.param_index[value.param.name]
  if not index then
    self:fail("the param %s is not one of this strategy's", value.param.name)
  end
  local key = self.fields[value]
  if key and key.convert == convert then return key.field end
  local first = #self.values
  for _, each in ipairs(self.space[index + 1].values) do
    self.values[#self.values + 1] = convert(self, value.map(each))
  end
  local field = { 0, index, first }
  self.fields[value] = { convert = convert, field = field }
  return field
end

local function is_number(value)
  return type(value) == "number" and value == value and math.abs(value) <= 1e300
end

local function to_window(self, value)
  if not is_number(value) or value ~= math.floor(value) or value < 1 or value > WINDOW_MAX then
    self:fail("the window must be a whole number from 1 to %d, not %s", WINDOW_MAX, tostring(value))
  end
  return value
end

local function to_count(self, value)
  if not is_number(value) or value ~= math.floor(value) or value < 1 or value > NODES_MAX then
    self:fail("the number to choose must be a whole number from 1, not %s", tostring(value))
  end
  return value
end

local function to_threshold(self, value)
  if not is_number(value) then self:fail("the threshold must be a number, not %s", tostring(value)) end
  return value
end

local function to_weight(self, value)
  if not is_number(value) or value < 0 or value > 1 + 1e-9 then
    self:fail("a weight must be a number from 0 to 1, not %s", tostring(value))
  end
  return value
end

local function to_ticker(self, value)
  if type(value) ~= "string" or value == "" then
    self:fail("a ticker must be a text such as \"SPY\", not %s", tostring(value))
  end
  return self.symbol_index[value]
end

local function to_comparator(self, value)
  return tree_of.COMPARATORS[value]
    or self:fail("the comparator must be gt, gte, lt, lte or eq, not %s", tostring(value))
end

function Emitter:indicator(name)
  local found = tree_of.INDICATORS[name]
  if found then return found end
  local near = type(name) == "string" and nearest(name, tree_of.indicator_names)
  return self:fail("unknown indicator '%s'%s", tostring(name),
    near and (", did you mean '%s'?"):format(near) or "")
end

local function to_indicator(self, value)
  return self:indicator(value).code
end

-- Most windows that any of the kinds in question has, and the name of that kind.
function Emitter:window_count(fn)
  if not param_of.is_bound(fn) then return self:indicator(fn).windows, fn end
  local most, widest = -1, nil
  for _, each in ipairs(self.space[self.param_index[fn.param.name] + 1].values) do
    local name = fn.map(each)
    local count = self:indicator(name).windows
    if count > most then most, widest = count, name end
  end
  return most, widest
end

local UNUSED = { 0, -1, 0 } -- a field that its kind of node or indicator does not have

function Emitter:windows(indicator)
  local windows = {}
  local count, name = self:window_count(indicator.fn)
  for i = 1, 3 do
    local value = indicator[tree_of.WINDOW_NAMES[i]]
    if i <= count and value == nil then
      self:fail("%s needs %d window%s", name, count, count == 1 and "" or "s")
    end
    windows[i] = i <= count and self:field(value, to_window) or UNUSED
  end
  return windows
end

function Emitter:emit_series(indicator)
  local at = self.series_at[indicator]
  if at then return at end
  if indicator.ticker == nil then
    self:fail("%s needs a ticker here; only in a filter is it left out", tostring(indicator.fn))
  end
  self.series[#self.series + 1] = {
    kind = self:field(indicator.fn, to_indicator),
    symbol = self:field(indicator.ticker, to_ticker),
    windows = self:windows(indicator),
  }
  self.series_at[indicator] = #self.series - 1
  return #self.series - 1
end

function Emitter:emit_condition(condition)
  local at = self.condition_at[condition]
  if at then return at end
  if at == false then self:fail("a condition contains itself") end
  self.condition_at[condition] = false
  local to = { kind = condition.kind }
  if condition.kind == "compare" then
    to.left = self:emit_series(condition.left)
    to.right = condition.right and self:emit_series(condition.right) or -1
    to.comparator = self:field(condition.comparator, to_comparator)
    to.threshold = condition.right and UNUSED or self:field(condition.threshold, to_threshold)
  else
    if #condition.conditions == 0 then self:fail("%s of no conditions", condition.kind) end
    to.children = {}
    for i, child in ipairs(condition.conditions) do to.children[i] = self:emit_condition(child) end
    self.condition_link_count = self.condition_link_count + #to.children
  end
  self.conditions[#self.conditions + 1] = to
  self.condition_at[condition] = #self.conditions - 1
  return #self.conditions - 1
end

local function check_weights(self, node)
  if #node.weights ~= #node.children then
    self:fail("%d children have %d weights", #node.children, #node.weights)
  end
  local sum = 0
  for _, weight in ipairs(node.weights) do
    if param_of.is_bound(weight) then return end -- the engine checks all their combinations
    sum = sum + to_weight(self, weight)
  end
  if sum > 1 + 1e-9 then self:fail("the weights sum to %.10g; at most 1 can be held", sum) end
end

local fill = {}

function fill.cash() end

function fill.asset(self, node, to)
  to.symbol = self:field(node.ticker, to_ticker)
end

function fill.weighted(self, node, to)
  if #node.children == 0 then self:fail("has no children") end
  to.weights = {}
  if node.mode == "specified" then check_weights(self, node) end
  for i = 1, #node.children do
    to.weights[i] = node.mode == "specified" and self:field(node.weights[i], to_weight)
      or { 1 / #node.children, -1, 0 }
  end
end

fill["if"] = function(self, node, to)
  to.condition = self:emit_condition(node.condition)
end

function fill.group() end

function fill.filter(self, node, to)
  if #node.children == 0 then self:fail("has nothing to choose from") end
  for _, child in ipairs(node.children) do
    if child.kind ~= "asset" then
      self:fail("a filter over a %s is not supported yet, only over tickers", child.kind)
    end
  end
  to.indicator = self:field(node.indicator.fn, to_indicator)
  to.windows = self:windows(node.indicator)
  to.count = self:field(node.count, to_count)
  to.bottom = node.bottom and 1 or 0
end

function fill.inverse_vol(self)
  self:fail("weights by inverse volatility are not supported yet")
end

function Emitter:emit_node(node)
  local at = self.node_at[node]
  if at then return at end
  self.path[#self.path + 1] = node
  if at == false then self:fail("the tree contains itself") end
  if #self.path > tree_of.DEPTH_MAX then
    failure.fail("STRATEGY", "%s: the tree is deeper than %d levels", self.name,
      tree_of.DEPTH_MAX)
  end
  self.node_at[node] = false
  if not fill[node.kind] then self:fail("a %s is no node", tostring(node.kind)) end
  local children = tree_of.children(node)
  local to = { kind = node.kind, name = tree_of.name(node), children = {} }
  for i, child in ipairs(children) do to.children[i] = self:emit_node(child) end
  fill[node.kind](self, node, to)
  self.path[#self.path] = nil
  self.link_count = self.link_count + #children
  self.nodes[#self.nodes + 1] = to
  if #self.nodes > NODES_MAX then
    failure.fail("LIMIT", "%s: the tree has more than %d nodes", self.name, NODES_MAX)
  end
  self.node_at[node] = #self.nodes - 1
  return #self.nodes - 1
end

--- The engine's tree of a strategy.
---@param strategy banyan.Strategy
---@param space { name: string, values: any[] }[] params and their values, in order
---@param symbols string[] every ticker of the strategy under all values, in rising order
---@return ffi.cdata* tree by_tree; its arrays live as long as it does
function M.tree(strategy, space, symbols)
  local self = setmetatable({
    name = strategy.name, space = space, symbols = symbols, path = {},
    nodes = {}, series = {}, conditions = {}, values = {}, link_count = 0,
    condition_link_count = 0, node_at = {}, series_at = {}, condition_at = {}, fields = {}, constants = {},
    param_index = {}, symbol_index = {},
  }, Emitter)
  for i, param in ipairs(space) do self.param_index[param.name] = i - 1 end
  for i, symbol in ipairs(symbols) do self.symbol_index[symbol] = i - 1 end
  self:emit_node(strategy.root)
  return pack(self)
end

return M
