-- SPDX-License-Identifier: MIT
-- Why a tree holds what it holds on a session: the nodes on the way from the root to each holding, with
-- the values that chose them. Equal nodes are explained once.
local condition_of = require "banyan.explain_condition"
local param_of = require "banyan.param"
local ranking_of = require "banyan.explain_ranking"
local tree_of = require "banyan.tree"
local words = require "banyan.explain_words"

local M = {}

---@class banyan.NodeReason
---@field kind string
---@field name string
---@field id string?
---@field share number of the whole, over all ways to it
---@field parts { node: integer, weight: number, name: string }[] the nodes that it holds, in order
---@field condition banyan.ConditionReason? of an if; holds says which branch
---@field conditions banyan.ConditionReason[]? of a switch; count of them hold
---@field ranking table? of a filter and of inverse volatility, see banyan.explain_ranking

local explain = {}

function explain.cash() end

function explain.void() end

function explain.asset(self, node, to)
  to.ticker = param_of.resolve(node.ticker, self.assignment)
end

function explain.group(_, node, _, hold)
  hold(node.child, 1)
end
explain.settle = explain.group

function explain.weighted(self, node, to, hold)
  to.mode = node.mode
  for i, child in ipairs(node.children) do
    hold(child, node.mode == "equal" and 1 / #node.children
      or param_of.resolve(node.weights[i], self.assignment))
  end
end

explain["if"] = function(self, node, to, hold)
  to.condition = self.reader:read(node.condition, self.row)
  hold(to.condition.holds and node.yes or node.no, 1)
end

function explain.switch(self, node, to, hold)
  to.conditions, to.count = {}, 0
  for i, condition in ipairs(node.conditions) do
    to.conditions[i] = self.reader:read(condition, self.row)
    to.count = to.count + (to.conditions[i].holds and 1 or 0)
  end
  hold(node.cases[1 + to.count], 1)
end

function explain.enter_exit(self, node, to, hold)
  local trace = self.trace
  to.inside = trace:holds(node, self.row)
  local row = self.row
  while row > trace.first and trace:holds(node, row - 1) == to.inside do row = row - 1 end
  to.since, to.since_start = trace:date(row), row == trace.first
  to.enter, to.exit = self.reader:read(node.enter, self.row), self.reader:read(node.exit, self.row)
  hold(to.inside and node.inside or node.outside, 1)
end

function explain.choice(self, node, to, hold)
  to.param = param_of.is_bound(node.param) and node.param.param.name or nil
  to.value = param_of.resolve(node.param, self.assignment)
  for i, name in ipairs(node.names) do
    if name == to.value then hold(node.cases[i], 1) end
  end
end

function explain.mixed(self, node, to, hold)
  to.indicator = words.series(node.indicator, self.assignment)
  to.value = self.trace:value(node.indicator, self.row)
  to.low = param_of.resolve(node.low, self.assignment)
  to.high = param_of.resolve(node.high, self.assignment)
  to.mixed_share = M.mixed_share(to.value, to.low, to.high)
  if to.mixed_share < 1 then hold(node.from, 1.0 - to.mixed_share) end
  if to.mixed_share > 0 then hold(node.to, to.mixed_share) end
end

--- The share of the `to` side.
function M.mixed_share(value, low, high)
  if value > low then return value >= high and 1 or (value - low) / (high - low) end
  return 0 -- NaN, too
end

local function explain_ranked(self, node, to, hold)
  to.ranking = ranking_of.read(self, node, self.row)
  for _, taken in ipairs(to.ranking.taken) do hold(node.children[taken.child], taken.weight) end
end

explain.filter, explain.inverse_vol = explain_ranked, explain_ranked

-- The number of a node's reason; children have larger ones than their parents only by chance.
local function visit(self, node)
  local key = self.identity:of(node)
  local known = self.index_of[key]
  if known then return known end
  local to = { kind = node.kind, name = tree_of.name(node), id = node.id, node = node, parts = {}, share = 0 }
  self.nodes[#self.nodes + 1] = to
  local index = #self.nodes
  self.index_of[key] = index
  explain[node.kind](self, node, to, function(child, weight)
    if weight ~= 0 then
      to.parts[#to.parts + 1] = { node = visit(self, child), weight = weight, name = tree_of.name(child) }
    end
  end)
  self.finished[#self.finished + 1] = index
  return index
end

-- Parents finish after their children, so shares flow from the last that finished to the first.
local function spread_shares(self)
  self.nodes[1].share = 1
  for i = #self.finished, 1, -1 do
    local node = self.nodes[self.finished[i]]
    for _, part in ipairs(node.parts) do
      local child = self.nodes[part.node]
      child.share = child.share + node.share * part.weight
    end
  end
end

---@class banyan.Reading what explanations of one assignment read
---@field root table
---@field trace banyan.Trace
---@field assignment table<string, any> value of each param by name
---@field options table of the strategy
---@field identity banyan.Identity

--- The nodes that hold something on a session; the root is the first.
---@param reading banyan.Reading
---@param row integer of the panel
---@return banyan.NodeReason[]
function M.read(reading, row)
  local self = setmetatable({ row = row, nodes = {}, finished = {}, index_of = {},
    reader = condition_of.new(reading.trace, reading.assignment) }, { __index = reading })
  visit(self, self.root)
  spread_shares(self)
  return self.nodes
end

return M
