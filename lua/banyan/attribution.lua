-- SPDX-License-Identifier: MIT
-- What each node of a strategy contributed to a backtest (see engine/attribution.h).
local ffi = require "ffi"
local custom_failures = require "banyan.custom.failures"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local host = require "banyan.host"
local outline = require "banyan.outline"
local param_of = require "banyan.param"
local prepare = require "banyan.prepare"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

---@class banyan.Branch a node of the tree as written; one that is used twice is two of them
---@field index integer
---@field parent integer? index; nil of the root
---@field level integer 0 of the root
---@field kind string see banyan.tree
---@field label string as `banyan tree` prints it
---@field heading string? what it is to its parent, such as "else"
---@field condition string? of an if
---@field id string? of a foreign file
---@field leaf boolean it has no nodes below it: a ticker, cash or void
---@field ticker string? that it holds
---@field days integer sessions on which all choices above lead to it, by weights other than 0
---@field dead boolean there were none
---@field log_return number its contribution to the log return of the backtest
---@field turnover number the part of the value that was traded for it, over all trades
---@field drawdown_share number? its part of the worst drawdown; nil when the backtest has none

---@class banyan.Attribution
---@field nodes banyan.Branch[] a parent before its children; those of leaves sum to what the parents have
---@field total number log return from the capital to the end: that of the root, costs, cash and unattributed
---@field costs number what trading cost
---@field cash number interest on cash that no node holds, and on debt
---@field unattributed number rounding; -infinity when everything was lost
---@field drawdown { peak: string, trough: string, depth: number, costs: number, cash: number }? the worst one,
--- its depth as a fraction, and what costs and cash had of it

-- Lists a node and those below it, written order. `at` is its branch of the engine, nil when the tree that the
-- engine has leaves it out.
local list = {}
list.__index = list

-- The branches of the children of a node.
function list:places(node, at)
  local places, count = {}, #tree_of.children(node)
  if at == nil then return places end
  if node.kind == "switch" then -- ifs in each other, the outermost of which asks for all conditions
    for i = count, 2, -1 do
      places[i] = at + 1
      at = self.branch[at + 1].behind
    end
    places[1] = at
  elseif node.kind == "choice" and not param_of.is_bound(node.param) then
    for i, name in ipairs(node.names) do places[i] = name == node.param and at + 1 or nil end
  else
    at = at + 1
    for i = 1, count do
      places[i], at = at, self.branch[at].behind
    end
  end
  return places
end

local function text_of(self, node)
  local text = self.texts[node]
  if not text then
    text = { label = outline.node_text(node),
      condition = node.kind == "if" and outline.condition_text(node.condition) or nil,
      ticker = node.kind == "asset" and param_of.resolve(node.ticker, self.assignment) or nil }
    self.texts[node] = text
  end
  return text
end

function list:add(node, at, parent, level, heading)
  local branch, text, children = at and self.branch[at], text_of(self, node), tree_of.children(node)
  if branch and branch.node ~= self.node_at[node] then
    failure.fail("INTERNAL", "attribution: %s is not where the engine has it", text.label)
  end
  local days, depth = branch and branch.days or 0, self.depth
  local index = #self.nodes + 1
  self.nodes[index] = { index = index, parent = parent, level = level, kind = node.kind, label = text.label,
    heading = heading, condition = text.condition, id = node.id, leaf = #children == 0, ticker = text.ticker,
    days = days, dead = days == 0, log_return = branch and branch.log_return or 0,
    turnover = branch and branch.turnover or 0,
    drawdown_share = depth and (branch and branch.drawdown ~= 0 and branch.drawdown / depth or 0) or nil }
  local places = self:places(node, at)
  for i, child in ipairs(children) do
    self:add(child, places[i], index, level + 1, outline.heading(node, i))
  end
end

-- The worst drawdown; nil when there is none, or everything was lost.
local function drawdown_of(run, c)
  if c.peak == c.trough or c.depth == -math.huge then return nil end
  return { peak = run:date(c.peak + 1), trough = run:date(c.trough + 1), depth = math.exp(c.depth) - 1,
    costs = c.costs_drawdown / c.depth + 0, cash = c.cash_drawdown / c.depth + 0 }
end

--- The attribution of a backtest that has just been made of what was prepared.
---@param run banyan.Run
---@param at banyan.Prepared
---@param strategy banyan.Strategy
---@return banyan.Attribution
function M.new(run, at, strategy)
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  local c = custom_failures.call(strategy, engine.make, "by_attribution", C.by_attribution_free,
    C.by_attribution_new, at.emitted.tree, at.columns, digits, run.c)
  local drawdown = drawdown_of(run, c)
  local self = setmetatable({ nodes = {}, texts = {}, branch = c.branch, node_at = at.emitted.node_at,
    depth = drawdown and c.depth, assignment = {} }, list)
  for _, param in ipairs(run.params) do self.assignment[param.name] = param.value end
  self:add(strategy.root, 0, nil, 0)
  local found = { nodes = self.nodes, total = c.total, costs = c.costs, cash = c.cash,
    unattributed = c.rest, drawdown = drawdown }
  engine.close(c, C.by_attribution_free)
  return found
end

--- The attribution of a backtest. Unless it was made with the backtest (its option `branches`), bars and indicators
--- are prepared again, which takes as long as the backtest did.
---@param run banyan.Run as banyan.backtest.run returns it
---@return banyan.Attribution
function M.of(run)
  if not run.attribution then
    local strategy, given = run.source.strategy, {}
    for key, value in pairs(run.source.options) do given[key] = value end
    given.fresh = nil
    local at = prepare.new(strategy, strategy:assignment(given.params), given, host.cores())
    run.attribution = M.new(run, at, strategy)
    prepare.close(at)
  end
  return run.attribution
end

return M
