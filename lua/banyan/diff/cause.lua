-- SPDX-License-Identifier: MIT
-- Why two backtests want different holdings on a session: both explanations are followed from the root down, into
-- those parts alone whose holdings differ, up to where they part.
local condition_of = require "banyan.explain_condition"
local tree_of = require "banyan.tree"

local M = {}

local CAUSES_MAX = 20

---@class banyan.DiffCause
---@field kind "condition"|"value"|"ranking"|"weights"|"choice"|"nodes"|"ticker"
---@field path string the names of the nodes down to it
---@field date string of the session on which they parted, an earlier one where a state was kept since
---@field a any of a condition a banyan.ConditionReason; of a ranking a banyan.Ranking; else a value or a text
---@field b any
---@field text string? what the values are of

local Walker = {}

-- Holdings of the nodes of an explanation, by ticker.
local function holdings_of(nodes, index, known)
  if known[index] then return known[index] end
  local node, sum = nodes[index], {}
  if node.kind == "asset" then
    sum[node.ticker] = 1
  elseif node.kind == "void" then
    sum[""] = 1
  end
  for _, part in ipairs(node.parts) do
    for ticker, weight in pairs(holdings_of(nodes, part.node, known)) do
      sum[ticker] = (sum[ticker] or 0) + part.weight * weight
    end
  end
  known[index] = sum
  return sum
end

local function hold_alike(a, b, tolerance)
  for ticker, weight in pairs(a) do
    if math.abs(weight - (b[ticker] or 0)) > tolerance then return false end
  end
  for ticker, weight in pairs(b) do
    if not a[ticker] and math.abs(weight) > tolerance then return false end
  end
  return true
end

-- Nodes that pass all on to one other node change nothing.
local PASSING = { group = true, settle = true, weighted = true }

-- The first node on the way down that does; those on the way, itself the last, are added to `path`.
local function skipped(nodes, index, path)
  local node = nodes[index]
  path[#path + 1] = node.node
  while PASSING[node.kind] and #node.parts == 1 and node.parts[1].weight == 1 do
    index = node.parts[1].node
    node = nodes[index]
    path[#path + 1] = node.node
  end
  return index, node
end

function Walker:add(cause)
  cause.path = tree_of.path_text(self.path)
  cause.date = cause.date or self.date
  self.causes[#self.causes + 1] = cause
end

function Walker:add_conditions(a, b, date)
  for i = 1, math.max(#a, #b) do
    if a[i] and b[i] and a[i].holds ~= b[i].holds then
      self:add { kind = "condition", a = a[i], b = b[i], date = date }
    end
  end
end

local function part_names(node)
  local names = {}
  for i, part in ipairs(node.parts) do names[i] = ("%.6g of %s"):format(part.weight, part.name) end
  return #names > 0 and table.concat(names, ", ") or "nothing"
end

-- What both hold, part by part.
function Walker:parts(a, b)
  local same = #a.parts == #b.parts
  for i, part in ipairs(a.parts) do
    same = same and math.abs(part.weight - b.parts[i].weight) <= self.tolerance
  end
  if not same then
    return self:add { kind = "weights", text = a.name, a = part_names(a), b = part_names(b) }
  end
  for i, part in ipairs(a.parts) do self:visit(part.node, b.parts[i].node) end
end

local follow = {}

follow["if"] = function(self, a, b)
  if a.condition.holds ~= b.condition.holds then
    return self:add { kind = "condition", a = a.condition, b = b.condition }
  end
  self:parts(a, b)
end

function follow.switch(self, a, b)
  local before = #self.causes
  if a.count ~= b.count then self:add_conditions(a.conditions, b.conditions) end
  if #self.causes > before then return end
  if a.count ~= b.count then
    return self:add { kind = "value", text = "conditions that hold", a = a.count, b = b.count }
  end
  self:parts(a, b)
end

-- The reasons of enter and exit on the session on which two states parted.
local function parted(self, a, b)
  local at = self.at
  local function states(n)
    local pair = self.common[n]
    return self.a.reading.trace:holds(a.node, self.a.run.first + pair.a - 1),
      self.b.reading.trace:holds(b.node, self.b.run.first + pair.b - 1)
  end
  while at > 1 do
    local of_a, of_b = states(at - 1)
    if of_a == of_b then break end
    at = at - 1
  end
  local pair = self.common[at]
  local function read(side, node, i)
    local reader = condition_of.new(side.reading.trace, side.reading.assignment)
    local row = side.run.first + i - 1
    return { reader:read(node.enter, row), reader:read(node.exit, row) }
  end
  return read(self.a, a.node, pair.a), read(self.b, b.node, pair.b), pair.label
end

function follow.enter_exit(self, a, b)
  if a.inside == b.inside then return self:parts(a, b) end
  local before = #self.causes
  self:add_conditions(parted(self, a, b))
  if #self.causes == before then
    self:add { kind = "value", text = "inside since", a = a.inside and a.since or "outside",
      b = b.inside and b.since or "outside" }
  end
end

function follow.choice(self, a, b)
  if a.value ~= b.value then
    return self:add { kind = "choice", text = a.param or b.param or "choice", a = a.value, b = b.value }
  end
  self:parts(a, b)
end

function follow.mixed(self, a, b)
  if a.mixed_share ~= b.mixed_share then
    return self:add { kind = "value", text = a.indicator == b.indicator and a.indicator
      or a.indicator .. " and " .. b.indicator, a = a.value, b = b.value }
  end
  self:parts(a, b)
end

local function follow_ranked(self, a, b)
  local of_a, of_b = a.ranking.taken, b.ranking.taken
  local same = #of_a == #of_b
  for i, each in ipairs(of_a) do
    same = same and each.name == of_b[i].name
      and math.abs(each.weight - of_b[i].weight) <= self.tolerance
  end
  if not same then return self:add { kind = "ranking", text = a.name, a = a.ranking, b = b.ranking } end
  self:parts(a, b)
end

follow.filter, follow.inverse_vol = follow_ranked, follow_ranked

function follow.weighted(self, a, b) self:parts(a, b) end
follow.group, follow.settle = follow.weighted, follow.weighted

function follow.asset(self, a, b)
  self:add { kind = "ticker", a = a.ticker, b = b.ticker }
end

-- What a node is, in a few words.
local function node_words(node)
  if node.condition then return "if " .. node.condition.text end
  return node.ticker or node.name
end

-- Compares a node of each side.
function Walker:compare(i, k, a, b)
  if hold_alike(holdings_of(self.nodes_a, i, self.known_a), holdings_of(self.nodes_b, k, self.known_b),
    self.tolerance) then
    return
  end
  if a.kind ~= b.kind then
    self:add { kind = "nodes", a = node_words(a), b = node_words(b) }
  else
    follow[a.kind](self, a, b)
  end
end

--- Follows a node of each side, and those that pass all on.
function Walker:visit(index_a, index_b)
  local depth = #self.path
  local i, a = skipped(self.nodes_a, index_a, self.path)
  local k, b = skipped(self.nodes_b, index_b, {})
  local key = i .. " " .. k
  if not self.seen[key] and #self.causes < CAUSES_MAX then
    self.seen[key] = true
    self:compare(i, k, a, b)
  end
  for n = #self.path, depth + 1, -1 do self.path[n] = nil end
end

--- The causes, in the order of the tree, at most 20.
---@param of { a: banyan.Explainer, b: banyan.Explainer, common: banyan.SessionPair[], at: integer, day_a: banyan.Day,
--- day_b: banyan.Day, tolerance: number } at: the session, a position in `common`
---@return banyan.DiffCause[]
function M.find(of)
  local self = setmetatable({ date = of.common[of.at].label, nodes_a = of.day_a.nodes, nodes_b = of.day_b.nodes,
    known_a = {}, known_b = {}, path = {}, seen = {}, causes = {} }, { __index = function(_, key)
      return of[key] or Walker[key]
    end })
  self:visit(1, 1)
  return self.causes
end

return M
