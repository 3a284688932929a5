-- SPDX-License-Identifier: MIT
-- Emits the nodes of a tree. What the engine has no kind for becomes several of what it has.
jit.off(true, true) -- see init.lua
local check = require "banyan.emit.check"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"
local tree_of = require "banyan.tree"

local NODES_MAX = tonumber(engine.C.BY_NODES_MAX)

local methods = {}

local NONE = {}

local function push(self, node, to)
  to.name, to.children = tree_of.name(node), to.children or NONE
  self.link_count = self.link_count + #to.children
  self.nodes[#self.nodes + 1] = to
  if #self.nodes > NODES_MAX then
    failure.fail("LIMIT", "%s: the tree has more than %d nodes", self.name, NODES_MAX)
  end
  return #self.nodes - 1
end

local function check_weights(self, node)
  if #node.weights ~= #node.children then
    self:fail("%d children have %d weights", #node.children, #node.weights)
  end
  local sum = 0
  for _, weight in ipairs(node.weights) do
    if param_of.is_bound(weight) then return end -- the engine checks all their combinations
    sum = sum + check.weight(self, weight)
  end
  if sum > check.WEIGHT_SUM_MAX then
    self:fail("the weights sum to %.10g; at most 1 can be held", sum)
  end
end

-- Each makes of a node, whose children are at `children`, what is pushed for it. What there are most of is made with
-- room for its name, as is done for conditions and series: tables that grow cost several times as much.
local build = {}

function build.cash() return { kind = "cash" } end

function build.void() return { kind = "void" } end

function build.asset(self, node)
  return { kind = "asset", symbol = self:field(node.ticker, check.ticker), name = false, children = NONE }
end

function build.weighted(self, node, children)
  if #children == 0 then self:fail("has no children") end
  local weights, specified = {}, node.mode == "specified"
  if specified then check_weights(self, node) end
  local equal = not specified and self:field(1 / #children, check.weight)
  for i = 1, #children do
    weights[i] = equal or self:field(node.weights[i], check.weight)
  end
  return { kind = "weighted", children = children, weights = weights, name = false }
end

build["if"] = function(self, node, children)
  return { kind = "if", children = children, condition = self:emit_condition(node.condition), name = false }
end

function build.settle(_, _, children) return { kind = "settle", children = children } end

function build.group(_, _, children) return { kind = "group", children = children } end

local function check_rank_weights(self, node)
  local weights, count = node.weights or {}, node.count
  local needed = math.min(param_of.is_bound(count) and 1 or check.count(self, count), #node.children)
  if #weights < needed then
    self:fail("%d rank%s ha%s %d weight%s", needed, needed == 1 and "" or "s",
      needed == 1 and "s" or "ve", #weights, #weights == 1 and "" or "s")
  end
end

local weigh = {}

function weigh.equal() end

function weigh.rank(self, node, to)
  check_rank_weights(self, node)
  to.weights = {}
  for i, weight in ipairs(node.weights) do
    to.weights[i] = self:field(weight, check.rank_weight)
  end
end

function weigh.inverse_vol(self, node, to)
  to.volatility = self:emit_volatility(node.window)
end

function build.filter(self, node, children)
  if #children == 0 then self:fail("has nothing to choose from") end
  if not tree_of.is_template(node.indicator) then
    self:fail("leave the ticker out of %s; it is measured for each child",
      tree_of.series_name(node.indicator))
  end
  self:check_template(node.indicator, node.children)
  local weighting = node.weighting or "equal"
  if not weigh[weighting] then
    self:fail("the weighting must be equal, rank or inverse_vol, not %s", tostring(weighting))
  end
  local function option(name)
    return self:field(settings_of.option(self.options, name), check.option[name])
  end
  local to = { kind = "filter", children = children, bottom = node.bottom and 1 or 0,
    weighting = weighting, rank = self:emit_series(node.indicator),
    count = self:field(node.count, check.count), ties = option "ties",
    merge = option "duplicates", empty = option "empty_filter" }
  weigh[weighting](self, node, to)
  return to
end

function build.inverse_vol(self, node, children)
  if #children == 0 then self:fail("has nothing to weigh") end
  return { kind = "inverse_vol", children = children, volatility = self:emit_volatility(node.window) }
end

function build.mixed(self, node, children)
  local low, high = node.low, node.high
  if type(low) == "number" and type(high) == "number" and low > high then
    self:fail("low, %.10g, must not be above high, %.10g; swap them and the nodes", low, high)
  end
  return { kind = "mixed", children = children, series = self:emit_sourced(node.indicator),
    low = self:field(low, check.low), high = self:field(high, check.high) }
end

-- Ifs, the outermost on all conditions: if at least n hold, the last case; if at least n - 1, ...
function build.switch(self, node, cases)
  local conditions, count = {}, #node.conditions
  if count == 0 then self:fail("has no conditions") end
  if #cases ~= count + 1 then
    self:fail("%d conditions need %d cases, from none to all of them; there are %d", count,
      count + 1, #cases)
  end
  for i, condition in ipairs(node.conditions) do conditions[i] = self:emit_condition(condition) end
  local below = cases[1]
  for holding = 1, count do
    local to = { kind = "if", condition = self:emit_at_least(holding, conditions),
      children = { cases[holding + 1], below } }
    if holding == count then return to end
    below = push(self, node, to)
  end
end

function build.enter_exit(self, node, children)
  local latch = self:emit_latch(node.enter, node.exit)
  self.condition_at[node] = latch -- whether it is inside
  return { kind = "if", children = children, condition = latch }
end

-- Weights of 1 and 0 that depend on the param: what is not chosen is not waited for either.
function build.choice(self, node, cases)
  local position = {}
  for i, name in ipairs(node.names) do position[name] = i end
  local function chosen(value)
    local names = {}
    for i, name in ipairs(node.names) do names[i] = tostring(name) end
    return position[value] or self:fail("there is no case for '%s'; there are %s", tostring(value),
      table.concat(names, ", "))
  end
  if not param_of.is_bound(node.param) then
    return { kind = "group", children = { cases[chosen(node.param)] } }
  end
  local to = { kind = "weighted", children = cases, weights = {} }
  for i = 1, #cases do
    local share = param_of.map(node.param.param, function(value)
      return chosen(node.param.map(value)) == i and 1 or 0
    end)
    to.weights[i] = self:field(share, check.weight)
  end
  return to
end

--- Emits a node and all below it; its index.
function methods:emit_node(node)
  local at = self.node_at[node]
  if at then return at end
  self.path[#self.path + 1] = node
  if at == false then self:fail("the tree contains itself") end
  if #self.path > tree_of.DEPTH_MAX then
    failure.fail("STRATEGY", "%s: the tree is deeper than %d levels", self.name, tree_of.DEPTH_MAX)
  end
  self.node_at[node] = false
  if not build[node.kind] then self:fail("a %s is no node", tostring(node.kind)) end
  local children = {}
  for i, child in ipairs(tree_of.children(node)) do children[i] = self:emit_node(child) end
  self.node_at[node] = push(self, node, build[node.kind](self, node, children))
  self.path[#self.path] = nil
  return self.node_at[node]
end

return function(Emitter)
  for name, method in pairs(methods) do Emitter[name] = method end
end
