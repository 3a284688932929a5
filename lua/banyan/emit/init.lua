-- SPDX-License-Identifier: MIT
-- From the Lua tree to the engine's: every field is checked (with the path to its node), bound fields
-- become lists of values, and banyan.pack fills the flat arrays of by_tree.
--
-- What a part refers to is emitted before it, be it a child, a condition or a node that an indicator
-- measures: so whatever the engine's tree refers to has a smaller index.
--
-- A tree is walked once and branches everywhere: compiling that costs more than it saves, here and in the other
-- modules of the walk.
jit.off(true, true)
local failure = require "banyan.failure"
local pack = require "banyan.pack"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local M = {}

---@class banyan.Emitter
---@field name string of the strategy
---@field options table of the strategy, see banyan.settings
---@field space { name: string, values: any[] }[] params and their values, in order
---@field path table[] nodes from the root to the one at hand
---@field node_at table<table, integer> where a node stands in by_tree; false while it is emitted
---@field condition_at table<table, integer>
---@field series_at table<table, integer>
---@field usual_variants table<string, integer[]> by the name of an indicator, the field of the definition that the
--- strategy asks for
---@field timeframe integer? of the series at hand, in seconds; nil on the bars of the strategy
---@field series_on table<integer, table<table, integer>> series_at of each higher timeframe
local Emitter = {}
Emitter.__index = Emitter

--- A field that its kind of part does not have.
Emitter.UNUSED = { 0, -1, 0 }

--- Refuses something about the node at hand.
function Emitter:fail(message, ...)
  if select("#", ...) > 0 then message = message:format(...) end
  if #self.path > 0 then message = ("at %s: %s"):format(tree_of.path_text(self.path), message) end
  failure.fail("STRATEGY", "%s: %s", self.name, message)
end

--- The values that a bound value takes, in the order of its param's.
---@param value banyan.Bound
---@return any[] values
---@return integer index of the param
function Emitter:values_of(value)
  local index = self.param_index[value.param.name]
  if not index then
    self:fail("the param %s is not one of this strategy's", value.param.name)
  end
  local values = {}
  for i, each in ipairs(self.space[index + 1].values) do values[i] = value.map(each) end
  return values, index
end

local function constant_field(self, number)
  local field = self.constants[number]
  if not field then
    field = { number, -1, 0 }
    self.constants[number] = field
  end
  return field
end

--- A field as { constant, param or -1, first }.
---@param value any plain or bound
---@param convert fun(self: banyan.Emitter, value: any): number checks a plain value
function Emitter:field(value, convert)
  if not param_of.is_bound(value) then return constant_field(self, convert(self, value)) end
  local known = self.fields[value] or {}
  self.fields[value] = known
  if not known[convert] then
    local values, index = self:values_of(value)
    local first = #self.values
    for _, each in ipairs(values) do self.values[#self.values + 1] = convert(self, each) end
    known[convert] = { 0, index, first }
  end
  return known[convert]
end

require "banyan.emit.series"(Emitter)
require "banyan.emit.condition"(Emitter)
require "banyan.emit.node"(Emitter)
require "banyan.emit.trading"(Emitter)

---@class banyan.Emitted where the parts of a strategy stand in its by_tree, from 0
---@field node_at table<table, integer> of a switch the outermost of its ifs
---@field condition_at table<table, integer>
---@field series_at table<table, integer>
---@field customs banyan.Custom[] what the plan borrows from
---@field tree ffi.cdata* by_tree

--- The engine's tree of a strategy.
---@param strategy banyan.Strategy
---@param space { name: string, values: any[] }[] params and their values, in order
---@param symbols string[] every ticker of the strategy under all values, in rising order
---@return ffi.cdata* tree by_tree; its arrays live as long as it does
---@return banyan.Emitted
function M.tree(strategy, space, symbols)
  local self = setmetatable({
    name = strategy.name, options = strategy.options, space = space, symbols = symbols, path = {},
    nodes = {}, series = {}, conditions = {}, values = {}, link_count = 0, condition_link_count = 0,
    node_at = {}, series_at = {}, series_on = {}, condition_at = {}, volatility_at = {}, fields = {},
    constants = {}, only = {}, usual_variants = {}, customs = {}, param_index = {}, symbol_index = {},
  }, Emitter)
  for name, method in pairs(Emitter) do self[name] = method end -- what is asked for at each part is found at once
  for i, param in ipairs(space) do self.param_index[param.name] = i - 1 end
  for i, symbol in ipairs(symbols) do self.symbol_index[symbol] = i - 1 end
  self:emit_node(strategy.root)
  self:emit_trading(strategy)
  local tree = pack(self)
  return tree, { node_at = self.node_at, condition_at = self.condition_at,
    series_at = self.series_at, customs = self.customs, tree = tree }
end

return M
