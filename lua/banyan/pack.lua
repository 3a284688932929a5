-- SPDX-License-Identifier: MIT
-- Fills the flat arrays of the engine's by_tree with what banyan.emit collected.
local ffi = require "ffi"
local engine = require "banyan.ffi"

local C = engine.C
local UNUSED = { 0, -1, 0 }
local NO_WINDOWS = { UNUSED, UNUSED, UNUSED }
local NO_NUMBERS = { UNUSED, UNUSED }

local KINDS = { cash = C.BY_CASH, asset = C.BY_ASSET, weighted = C.BY_WEIGHTED, ["if"] = C.BY_IF,
  filter = C.BY_FILTER, group = C.BY_GROUP, inverse_vol = C.BY_INVERSE_VOL, mixed = C.BY_MIXED,
  void = C.BY_VOID, settle = C.BY_SETTLE }
local WEIGHTINGS = { equal = C.BY_WEIGH_EQUAL, rank = C.BY_WEIGH_BY_RANK,
  inverse_vol = C.BY_WEIGH_INVERSE_VOL }
local CONDITION_KINDS = { compare = C.BY_COMPARE, all = C.BY_ALL, any = C.BY_ANY, none = C.BY_NONE,
  at_least = C.BY_AT_LEAST, latch = C.BY_LATCH }
local FORMS = { indicator = C.BY_INDICATOR_OF, add = C.BY_ADD, subtract = C.BY_SUBTRACT,
  multiply = C.BY_MULTIPLY, divide = C.BY_DIVIDE, seen = C.BY_SEEN }

-- Large trees have many fields: those that their kind of part does not have, and which the engine
-- does not look at, stay unset, and names are written out for the compiler's sake.
local function set_field(to, from)
  to.constant, to.param, to.first = from[1], from[2], from[3]
end

local function set_node_fields(to, from)
  if from.symbol then set_field(to.symbol, from.symbol) end
  if from.count then
    set_field(to.count, from.count)
    set_field(to.ties, from.ties)
    set_field(to.merge, from.merge)
    set_field(to.empty, from.empty)
  end
  if from.low then
    set_field(to.low, from.low)
    set_field(to.high, from.high)
  end
end

local function set_condition_fields(to, from)
  if from.comparator then
    set_field(to.comparator, from.comparator)
    set_field(to.threshold, from.threshold)
  end
  if from.count then set_field(to.count, from.count) end
  set_field(to.for_days, from.for_days)
  set_field(to.days_ago, from.days_ago)
end

local function set_series_fields(to, from)
  set_field(to.kind, from.kind or UNUSED)
  set_field(to.symbol, from.symbol or UNUSED)
  set_field(to.variant, from.variant or UNUSED)
  set_field(to.measure, from.measure or UNUSED)
  set_field(to.days_ago, from.days_ago)
  set_field(to.factor, from.factor)
  set_field(to.offset, from.offset)
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
    to.kind, to.condition, to.series = KINDS[from.kind], from.condition or -1, from.series or -1
    to.bottom, to.weighting = from.bottom or 0, WEIGHTINGS[from.weighting or "equal"]
    to.rank, to.volatility = from.rank or -1, from.volatility or -1
    to.child_first, to.child_count, to.label = at, #from.children, i - 1
    labels[i] = from.name
    set_node_fields(to, from)
    for k, child in ipairs(from.children) do
      links[at] = child
      if from.weights then set_field(weights[at], from.weights[k] or UNUSED) end
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
    set_condition_fields(to, from)
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
    local to, windows = series[i - 1], from.windows or NO_WINDOWS
    to.form = FORMS[from.form]
    to.over, to.with, to.node = from.over or -1, from.with or -1, from.node or -1
    to.timeframe = from.timeframe or 0
    set_series_fields(to, from)
    for w = 1, 3 do set_field(to.window[w - 1], windows[w]) end
    local numbers = from.numbers or NO_NUMBERS
    for n = 1, 2 do set_field(to.number[n - 1], numbers[n]) end
  end
  tree.series, tree.series_count = series, #self.series
end

local function pack_customs(self, tree)
  local customs = array(self, "by_custom", #self.customs)
  for i, custom in ipairs(self.customs) do require "banyan.custom".fill(customs[i - 1], custom) end
  tree.customs, tree.custom_count = customs, #self.customs
end

local function pack_trading(self, tree)
  local trading = array(self, "by_trading", 1)
  for name, field in pairs(self.trading) do set_field(trading[0][name], field) end
  tree.trading = trading
  if self.whole_shares then
    local flags = array(self, "uint8_t", #self.whole_shares)
    for i, flag in ipairs(self.whole_shares) do flags[i - 1] = flag end
    tree.whole_shares = flags
  end
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
  pack_customs(self, tree)
  pack_trading(self, tree)
  pack_values(self, tree)
  kept_of[tree] = self.kept
  return tree
end
