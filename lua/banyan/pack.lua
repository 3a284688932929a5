-- SPDX-License-Identifier: MIT
-- Fills the flat arrays of the engine's by_tree with what banyan.emit collected.
local ffi = require "ffi"
local engine = require "banyan.ffi"

local C = engine.C
local UNUSED = { 0, -1, 0 }

local KINDS = { cash = C.BY_CASH, asset = C.BY_ASSET, weighted = C.BY_WEIGHTED, ["if"] = C.BY_IF,
  filter = C.BY_FILTER, group = C.BY_GROUP }
local CONDITION_KINDS = { compare = C.BY_COMPARE, all = C.BY_ALL, any = C.BY_ANY, none = C.BY_NONE }

local function set_field(to, from)
  to.constant, to.param, to.first = from[1], from[2], from[3]
end

local function set_windows(to, from)
  for i = 1, 3 do set_field(to[i - 1], from[i]) end
end

-- Arrays live as long as the tree that points to them.
local function array(self, ctype, count)
  local made = ffi.new(ctype .. "[?]", math.max(count, 1))
  self.kept[#self.kept + 1] = made
  return made
end

local function texts(self, list)
  local made = array(self, "const char *", #list)
  for i, text in ipairs(list) do
    made[i - 1] = text
    self.kept[#self.kept + 1] = text
  end
  return made
end

local function pack_nodes(self, tree)
  local nodes = array(self, "by_node", #self.nodes)
  local links = array(self, "int32_t", self.link_count)
  local weights = array(self, "by_field", self.link_count)
  local at, labels = 0, {}
  for i, from in ipairs(self.nodes) do
    local to = nodes[i - 1]
    to.kind, to.condition, to.bottom = KINDS[from.kind], from.condition or -1, from.bottom or 0
    to.child_first, to.child_count, to.label = at, #from.children, i - 1
    labels[i] = from.name
    set_field(to.symbol, from.symbol or UNUSED)
    set_field(to.indicator, from.indicator or UNUSED)
    set_field(to.count, from.count or UNUSED)
    if from.windows then set_windows(to.window, from.windows) end
    for k, child in ipairs(from.children) do
      links[at] = child
      set_field(weights[at], from.weights and from.weights[k] or UNUSED)
      at = at + 1
    end
  end
  tree.nodes, tree.node_count = nodes, #self.nodes
  tree.links, tree.weights, tree.link_count = links, weights, at
  tree.labels, tree.label_count = texts(self, labels), #labels
end

local function pack_conditions(self, tree)
  local conditions = array(self, "by_condition", #self.conditions)
  local links = array(self, "int32_t", self.condition_link_count)
  local at = 0
  for i, from in ipairs(self.conditions) do
    local to, children = conditions[i - 1], from.children or {}
    to.kind, to.left, to.right = CONDITION_KINDS[from.kind], from.left or -1, from.right or -1
    to.child_first, to.child_count = at, #children
    set_field(to.comparator, from.comparator or UNUSED)
    set_field(to.threshold, from.threshold or UNUSED)
    for _, child in ipairs(children) do
      links[at] = child
      at = at + 1
    end
  end
  tree.conditions, tree.condition_count = conditions, #self.conditions
  tree.condition_links, tree.condition_link_count = links, at
end

local function pack_series(self, tree)
  local series = array(self, "by_series", #self.series)
  for i, from in ipairs(self.series) do
    set_field(series[i - 1].kind, from.kind)
    set_field(series[i - 1].symbol, from.symbol)
    set_windows(series[i - 1].window, from.windows)
  end
  tree.series, tree.series_count = series, #self.series
end

local function pack_values(self, tree)
  local values = array(self, "double", #self.values)
  for i, value in ipairs(self.values) do values[i - 1] = value end
  local params = array(self, "by_param", #self.space)
  for i, param in ipairs(self.space) do
    params[i - 1].name, params[i - 1].value_count = param.name, #param.values
    self.kept[#self.kept + 1] = param.name
  end
  tree.values, tree.value_count = values, #self.values
  tree.params, tree.param_count = params, #self.space
  tree.symbols, tree.symbol_count = texts(self, self.symbols), #self.symbols
end

local kept_of = setmetatable({}, { __mode = "k" }) -- tree -> its arrays

--- The engine's tree.
---@param self banyan.Emitter
---@return ffi.cdata* tree by_tree; its arrays live as long as it does
return function(self)
  self.kept = {}
  local tree = ffi.new "by_tree"
  pack_nodes(self, tree)
  pack_conditions(self, tree)
  pack_series(self, tree)
  pack_values(self, tree)
  kept_of[tree] = self.kept
  return tree
end
