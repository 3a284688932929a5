-- SPDX-License-Identifier: MIT
-- How a filter ranks and takes its children, and what inverse volatility weighs them by.
local param_of = require "banyan.param"
local settings_of = require "banyan.settings"
local tree_of = require "banyan.tree"
local words = require "banyan.explain_words"

local M = {}

---@class banyan.Ranked a child of the node
---@field child integer its number, from 1
---@field name string
---@field value number? what it is ranked by; NaN when it has none
---@field volatility number? what it is weighted by; NaN likewise
---@field rank integer? from 1, of those that have a value
---@field dropped "no value"|"twice"|"no volatility"|nil why it cannot be taken
---@field weight number of the taken ones

---@class banyan.Ranking
---@field indicator string? what a filter ranks by
---@field bottom boolean?
---@field count integer? how many it takes
---@field volatility string? what inverse volatility is measured by
---@field children banyan.Ranked[] in order of rank, those without one behind
---@field taken banyan.Ranked[] in order of rank

-- The nearest whole number, halves to the even one. From 2^52 on all numbers are whole.
local WHOLE = 2 ^ 52
local function round(x)
  if math.abs(x) >= WHOLE then return x end
  return x >= 0 and x + WHOLE - WHOLE or x - WHOLE + WHOLE
end

--- What values are compared by: equal but for rounding is equal.
function M.key(value)
  return round(value * 1e9)
end

local function is_asset(node) return node.kind == "asset" end

-- Whether a comes before b when their values are equal.
local ties = {
  first = function(_, a, b) return a.child < b.child end,
  last = function(_, a, b) return a.child > b.child end,
  ticker = function(self, a, b)
    local left, right = self.node.children[a.child], self.node.children[b.child]
    if is_asset(left) ~= is_asset(right) then return is_asset(left) end
    if is_asset(left) and a.ticker ~= b.ticker then return a.ticker < b.ticker end
    return a.child < b.child
  end,
}

local function drop_duplicates(ranked)
  local seen = {}
  for _, each in ipairs(ranked) do
    if each.ticker and seen[each.ticker] then each.dropped = "twice" end
    if each.ticker then seen[each.ticker] = true end
  end
end

-- Weights in proportion to 1 / volatility of those that have one; of all alike when none has.
local function weigh_by_volatility(list, all_count)
  local total, kept = 0.0, {}
  for _, each in ipairs(list) do
    if each.volatility > 0 then
      kept[#kept + 1] = each
      each.inverse = 1.0 / each.volatility
      total = total + each.inverse
    else
      each.dropped = "no volatility"
    end
  end
  if #kept == 0 then
    for _, each in ipairs(list) do each.weight, each.dropped = 1.0 / all_count, nil end
    return list
  end
  for _, each in ipairs(kept) do each.weight = each.inverse / total end
  return kept
end

local function weigh_by_rank(self, list)
  local weights, sum = {}, 0.0
  for i = 1, #list do
    weights[i] = param_of.resolve(self.node.weights[i] or 0, self.assignment)
    sum = sum + weights[i]
  end
  if sum <= 0 then return {} end
  for i, each in ipairs(list) do each.weight = weights[i] / sum end
  return list
end

local function weigh(self, list)
  local weighting = self.node.weighting or "equal"
  if weighting == "rank" then return weigh_by_rank(self, list) end
  if weighting == "inverse_vol" then return weigh_by_volatility(list, #list) end
  for _, each in ipairs(list) do each.weight = 1.0 / #list end
  return list
end

local function children_of(self)
  local list = {}
  for i, child in ipairs(self.node.children) do
    list[i] = { child = i, name = tree_of.name(child), id = child.id,
      ticker = is_asset(child) and param_of.resolve(child.ticker, self.assignment) or nil }
    if list[i].ticker then list[i].name = list[i].ticker end
  end
  return list
end

local function read_filter(self)
  local node, options = self.node, self.options
  local function option(name)
    return param_of.resolve(settings_of.option(options, name), self.assignment)
  end
  local all, ranked = children_of(self), {}
  if option "duplicates" == "merge" then drop_duplicates(all) end
  for _, each in ipairs(all) do
    each.value = self.trace:rank(node, each.child, self.row)
    if node.weighting == "inverse_vol" then
      each.volatility = self.trace:volatility(node, each.child, self.row)
    end
    if each.value ~= each.value and not each.dropped then each.dropped = "no value" end
    if not each.dropped then
      each.key = node.bottom and -M.key(each.value) or M.key(each.value)
      ranked[#ranked + 1] = each
    end
  end
  local before = ties[option "ties"]
  table.sort(ranked, function(a, b)
    if a.key ~= b.key then return a.key > b.key end
    return before(self, a, b)
  end)
  local to = { indicator = words.series(node.indicator, self.assignment), bottom = node.bottom or false,
    count = param_of.resolve(node.count, self.assignment), children = {}, weighting = node.weighting or "equal" }
  local first = {}
  for i, each in ipairs(ranked) do
    each.rank, to.children[i] = i, each
    if i <= to.count then first[i] = each end
  end
  for _, each in ipairs(all) do
    if not each.rank then to.children[#to.children + 1] = each end
  end
  to.taken = weigh(self, first)
  return to
end

local function read_inverse_vol(self)
  local all = children_of(self)
  for _, each in ipairs(all) do each.volatility = self.trace:volatility(self.node, each.child, self.row) end
  return { volatility = ("stdev_return(%d)"):format(param_of.resolve(self.node.window, self.assignment)),
    children = all, taken = weigh_by_volatility(all, #all) }
end

--- What a filter or an inverse_vol does on a session.
---@param reading banyan.Reading
---@param node table
---@param row integer of the panel
---@return banyan.Ranking
function M.read(reading, node, row)
  local self = { trace = reading.trace, assignment = reading.assignment, options = reading.options,
    node = node, row = row }
  return (node.kind == "filter" and read_filter or read_inverse_vol)(self)
end

return M
