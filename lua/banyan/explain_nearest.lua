-- SPDX-License-Identifier: MIT
-- Why a ticker is not held on a session: of all ways from the root to it, the nearest, and what failed on it.
--
-- Ways are ordered by how many comparisons (and ranks, shares, choices) would have to be otherwise,
-- then by the sum of their relative distances: |left - right| / max(|left|, |right|), 0 where both
-- are 0, 1 where there is no value. Each node is judged by itself: a condition that stands twice on a
-- way counts twice, and that two conditions exclude each other is not looked at. Of equal ways the
-- first one in the tree is taken.
local condition_of = require "banyan.explain_condition"
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"
local ranking_of = require "banyan.explain_ranking"
local tree_of = require "banyan.tree"
local words = require "banyan.explain_words"

local M = {}

---@class banyan.Distance
---@field count integer how many things failed
---@field sum number of their relative distances
---@field failures table[] what they are, see `failed_comparison` and `failed_rank`

local NONE = { count = 0, sum = 0, failures = {} }

local function relative(a, b)
  local size = math.max(math.abs(a), math.abs(b))
  local distance = math.abs(a - b) / size
  if size == 0 then return 0 end
  return distance == distance and distance or 1
end

local function one(failed)
  return { count = 1, sum = failed.relative, failures = { failed } }
end

local function is_nearer(a, b)
  if a.count ~= b.count then return a.count < b.count end
  return a.sum < b.sum
end

local function add(a, b)
  if a.count == 0 then return b elseif b.count == 0 then return a end
  local failures = { unpack(a.failures) }
  for _, each in ipairs(b.failures) do failures[#failures + 1] = each end
  return { count = a.count + b.count, sum = a.sum + b.sum, failures = failures }
end

-- The nearest `count` of a list together; nil when there are not so many.
local function cheapest(list, count)
  if count > #list then return nil end
  local order = {}
  for i, each in ipairs(list) do order[i] = { i = i, distance = each } end
  table.sort(order, function(a, b)
    if is_nearer(a.distance, b.distance) then return true end
    return not is_nearer(b.distance, a.distance) and a.i < b.i
  end)
  local sum = NONE
  for i = 1, count do sum = add(sum, order[i].distance) end
  return sum
end

local function nearer_of(a, b)
  if not a or not b then return a or b end
  return is_nearer(b, a) and b or a
end

-- Conditions -------------------------------------------------------------------------------------

local distance_of

local function failed_comparison(reason, day, wanted)
  return { kind = "condition", text = reason.text, left_text = reason.left_text, sign = reason.sign,
    right_text = reason.right_text, wanted = wanted, date = day.date, left = day.left,
    right = day.right, margin = day.margin, relative = relative(day.left, day.right) }
end

-- How far a list of conditions is from having `low` to `high` of them hold.
local function distance_of_count(self, list, row, low, high)
  local holding, failing = {}, {}
  for _, each in ipairs(list) do
    local holds = self.reader:read(each, row).holds
    local to = holds and holding or failing
    to[#to + 1] = distance_of(self, each, row, not holds)
  end
  if #holding < low then return cheapest(failing, low - #holding) end
  if #holding > high then return cheapest(holding, #holding - high) end
  return NONE
end

-- How far a condition, whatever its for_days and days_ago, is from what is wanted on a session.
local function distance_on(self, condition, reason, row, wanted)
  local day = self.reader:day(condition, row)
  if day.holds == wanted then return NONE end
  if condition.kind == "compare" then return one(failed_comparison(reason, day, wanted)) end
  local low, high = self.reader:bounds(condition)
  local n = #condition.conditions
  if wanted then return distance_of_count(self, condition.conditions, row, low, high) end
  return nearer_of(low > 0 and distance_of_count(self, condition.conditions, row, 0, low - 1) or nil,
    high < n and distance_of_count(self, condition.conditions, row, high + 1, n) or nil)
end

-- Over several sessions it is wanted on each of them, and so the worst of them counts; it is unwanted
-- on any, and so the nearest does.
function distance_of(self, condition, row, wanted)
  local reason = self.reader:read(condition, row)
  if reason.holds == wanted then return NONE end
  local found = nil
  for k = 0, reason.for_days - 1 do
    local distance = distance_on(self, condition, reason, row - reason.days_ago - k, wanted)
    if distance and (not found or is_nearer(distance, found) ~= wanted) then found = distance end
  end
  return found
end

-- Nodes ------------------------------------------------------------------------------------------

-- Each calls offer(child, distance) for every child that the node could hold.
local ways = {}

function ways.group(_, node, offer) offer(node.child, NONE) end
ways.settle = ways.group

function ways.weighted(self, node, offer)
  for i, child in ipairs(node.children) do
    local weight = node.mode == "equal" or param_of.resolve(node.weights[i], self.assignment)
    if weight ~= 0 then offer(child, NONE) end
  end
end

ways["if"] = function(self, node, offer)
  offer(node.yes, distance_of(self, node.condition, self.row, true))
  offer(node.no, distance_of(self, node.condition, self.row, false))
end

function ways.switch(self, node, offer)
  for i, case in ipairs(node.cases) do
    offer(case, distance_of_count(self, node.conditions, self.row, i - 1, i - 1))
  end
end

function ways.enter_exit(self, node, offer)
  local inside = self.trace:holds(node, self.row)
  offer(node.inside, inside and NONE or distance_of(self, node.enter, self.row, true))
  offer(node.outside, inside and distance_of(self, node.exit, self.row, true) or NONE)
end

function ways.choice(self, node, offer)
  local value = param_of.resolve(node.param, self.assignment)
  local param = param_of.is_bound(node.param) and node.param.param.name
  for i, case in ipairs(node.cases) do
    if node.names[i] == value then
      offer(case, NONE)
    elseif param then
      offer(case, one { kind = "choice", param = param, is = value, wanted = node.names[i], relative = 1 })
    end
  end
end

function ways.mixed(self, node, offer)
  local value = self.trace:value(node.indicator, self.row)
  local text = words.series(node.indicator, self.assignment)
  for _, side in ipairs { { node.from, "lt", node.high }, { node.to, "gt", node.low } } do
    local bound = param_of.resolve(side[3], self.assignment)
    local holds = side[2] == "lt" and value < bound or side[2] == "gt" and value > bound
    offer(side[1], (holds or side[2] == "lt" and value ~= value) and NONE or one { kind = "condition",
      text = ("%s %s %.10g"):format(text, words.sign(side[2]), bound), left_text = text,
      sign = words.sign(side[2]), wanted = true, date = self.trace:date(self.row), left = value,
      right = bound, margin = value - bound, relative = relative(value, bound) })
  end
end

-- What a child that was not taken lacked: the way to the value of the last one that was.
local function failed_rank(node, ranking, own)
  local last = ranking.taken[#ranking.taken]
  local cut = last and last.value or 0 / 0
  return { kind = "rank", node = tree_of.name(node), name = own.name, rank = own.rank,
    of = #ranking.children, count = ranking.count, bottom = ranking.bottom, indicator = ranking.indicator,
    value = own.value or own.volatility, cut = cut, dropped = own.dropped,
    lacks = own.value and math.abs(cut - own.value) or 0 / 0,
    relative = own.value and relative(own.value, cut) or 1 }
end

local function ways_of_ranked(self, node, offer)
  local ranking = ranking_of.read(self, node, self.row)
  local taken = {}
  for _, each in ipairs(ranking.taken) do taken[each.child] = each.weight ~= 0 end
  for _, each in ipairs(ranking.children) do
    offer(node.children[each.child], taken[each.child] and NONE or one(failed_rank(node, ranking, each)))
  end
end

ways.filter, ways.inverse_vol = ways_of_ranked, ways_of_ranked

-- The nearest way from a node to the ticker; false when there is none.
local function best_way(self, node)
  local known = self.best[node]
  if known ~= nil then return known end
  local best = false
  if node.kind == "asset" then
    local ticker = param_of.resolve(node.ticker, self.assignment)
    best = ticker == self.ticker and { distance = NONE }
  elseif ways[node.kind] then
    ways[node.kind](self, node, function(child, distance)
      local rest = distance and best_way(self, child)
      if not rest then return end
      local whole = add(distance, rest.distance)
      if not best or is_nearer(whole, best.distance) then
        best = { distance = whole, own = distance, child = child }
      end
    end)
  end
  self.best[node] = best
  return best
end

-- Tickers that the tree may hold and those that it reads, as they are under the assignment.
local function tickers_of(self, root)
  local held, read, names = {}, {}, {}
  local function put(set, ticker)
    ticker = param_of.resolve(ticker, self.assignment)
    if not held[ticker] and not read[ticker] then names[#names + 1] = ticker end
    set[ticker] = true
  end
  tree_of.each_node(root, function(node)
    if node.ticker ~= nil then put(held, node.ticker) end
    tree_of.each_series_of(node, function(series)
      if series.ticker ~= nil then put(read, series.ticker) end
    end)
  end)
  table.sort(names)
  return held, read, names
end

local function check_ticker(self, root)
  local held, read, names = tickers_of(self, root)
  if held[self.ticker] then return end
  if read[self.ticker] then
    failure.fail("USAGE", "%s is nowhere held in the tree: only conditions and the like read it", self.ticker)
  end
  local near = nearest(self.ticker, names)
  failure.fail("USAGE", "%s is nowhere in the tree%s", self.ticker,
    near and (", did you mean %s?"):format(near) or "; it has " .. table.concat(names, ", "))
end

---@class banyan.WhyNot
---@field ticker string
---@field distance banyan.Distance
---@field path string
---@field steps { name: string, kind: string, failures: table[] }[] the nodes from the root to the ticker

--- The nearest way on which a ticker would have been held on a session.
---@param reading banyan.Reading
---@param row integer of the panel
---@param ticker string
---@return banyan.WhyNot
function M.find(reading, row, ticker)
  local self = setmetatable({ row = row, ticker = ticker, best = {},
    reader = condition_of.new(reading.trace, reading.assignment) }, { __index = reading })
  local root = self.root
  check_ticker(self, root)
  local way = best_way(self, root)
  if not way then
    failure.fail("USAGE", "%s stands in the tree only where its weight is 0, or where nothing is held",
      ticker)
  end
  local result, path = { ticker = ticker, distance = way.distance, steps = {} }, {}
  local node = root
  while node do
    path[#path + 1] = node
    result.steps[#result.steps + 1] = { name = tree_of.name(node), kind = node.kind, id = node.id,
      failures = way.own and way.own.failures or {} }
    node = way.child
    way = node and best_way(self, node)
  end
  result.path = tree_of.path_text(path)
  return result
end

return M
