-- SPDX-License-Identifier: MIT
-- The comparisons and filters on the way from the root to the holdings of the last session, each once, and the tickers
-- whose last closes have a say in them.
local condition_of = require "banyan.explain_condition"
local param_of = require "banyan.param"
local ranking_of = require "banyan.now.ranking"

local M = {}

---@class banyan.PathCondition
---@field condition table a comparison
---@field reason banyan.ConditionReason
---@field tickers string[] whose last closes have a say, in the order in which they are read
---@field why string? why none has

local Collector = {}
Collector.__index = Collector

local function plain(self, value, default)
  if value == nil then return default end
  return param_of.resolve(value, self.reading.assignment)
end

-- Adds what the last close of a symbol hangs on. A series from outside has no price.
local function add_symbol(self, list, symbol)
  for _, ticker in ipairs(self.what_if:tickers(symbol)) do
    if not list[ticker] then list[#list + 1], list[ticker] = ticker, true end
  end
end

-- The equity of a node on the last session is made by what it held on the session before.
local function add_held(self, list, node)
  local trace = self.reading.trace
  for _, symbol in ipairs(trace:symbols(node, self.row - 1)) do
    local ticker = self.tickers[symbol + 1]
    if ticker then add_symbol(self, list, ticker) end
  end
end

-- The tickers that a series reads on the last session itself.
local function add_series(self, list, series)
  if not series or plain(self, series.days_ago, 0) > 0 then return end
  if series.over then
    add_series(self, list, series.over)
  elseif series.of then
    add_held(self, list, series.of)
  elseif series.ticker ~= nil then
    add_symbol(self, list, plain(self, series.ticker))
  end
  add_series(self, list, series.other)
  add_series(self, list, series.left)
  add_series(self, list, series.right)
end

-- Why no last close can flip a comparison that is read; nil when one may.
local function why_none(self, reason, tickers, on_last)
  local day = reason.days[1]
  if not on_last or reason.days_ago > 0 then return "it looks at earlier sessions alone" end
  if not reason.holds and day.row ~= self.row then return "it did not hold on " .. day.date end
  return #tickers == 0 and "no last close has a say in it" or nil
end

local function add_comparison(self, condition, row)
  local key = self.reading.identity:of(condition) .. " " .. row
  if self.seen[key] then return end
  self.seen[key] = true
  local reason, tickers = self.reader:read(condition, row), {}
  add_series(self, tickers, condition.left)
  add_series(self, tickers, condition.right)
  local why = why_none(self, reason, tickers, row == self.row)
  self.list[#self.list + 1] = { condition = condition, reason = reason, why = why,
    tickers = why and {} or { unpack(tickers) } }
end

-- The comparisons of a condition that is read on a row.
local function add_condition(self, condition, row)
  if condition.kind == "compare" then return add_comparison(self, condition, row) end
  for _, part in ipairs(condition.conditions) do
    add_condition(self, part, row - plain(self, condition.days_ago, 0))
  end
end

local function collector(of, day)
  return setmetatable({ reading = of.reading, row = day.row, tickers = of.tickers, what_if = of.what_if, list = {},
    seen = {}, reader = condition_of.new(of.reading.trace, of.reading.assignment) }, Collector)
end

---@class banyan.PathOf
---@field reading banyan.Reading
---@field tickers string[] of the plan
---@field what_if banyan.WhatIf

--- The comparisons, in the order of the tree.
---@param of banyan.PathOf
---@param day banyan.Day the last session
---@return banyan.PathCondition[]
function M.conditions(of, day)
  local self = collector(of, day)
  for _, node in ipairs(day.nodes) do
    for _, reason in ipairs { node.condition or false, node.enter or false, node.exit or false } do
      if reason then add_condition(self, reason.condition, day.row) end
    end
    for _, reason in ipairs(node.conditions or {}) do add_condition(self, reason.condition, day.row) end
  end
  return self.list
end

---@class banyan.PathRanking
---@field reason banyan.NodeReason of a filter
---@field tickers string[]
---@field child_of table<string, integer|false> the child, from 1, that a ticker has a say by; false: it has in more

-- Adds the tickers that make the equity of a child of a filter.
local function add_child(self, child, i, tickers, child_of)
  local own = {}
  if child.kind == "asset" then
    add_symbol(self, own, plain(self, child.ticker))
  else
    add_held(self, own, child)
  end
  for _, ticker in ipairs(own) do
    child_of[ticker] = child_of[ticker] == nil and i
    if not tickers[ticker] then tickers[#tickers + 1], tickers[ticker] = ticker, true end
  end
end

--- The filters that could take something else, likewise.
---@param of banyan.PathOf
---@param day banyan.Day
---@return banyan.PathRanking[]
function M.rankings(of, day)
  local self = collector(of, day)
  for _, reason in ipairs(day.nodes) do
    local chooses = reason.ranking and ranking_of.chooses(reason.ranking)
    if chooses and plain(self, reason.node.indicator.days_ago, 0) == 0 then
      local tickers, child_of = {}, {}
      add_series(self, tickers, reason.node.indicator)
      for _, ticker in ipairs(tickers) do child_of[ticker] = false end
      for i, child in ipairs(reason.node.children) do add_child(self, child, i, tickers, child_of) end
      self.list[#self.list + 1] = { reason = reason, tickers = { unpack(tickers) }, child_of = child_of }
    end
  end
  return self.list
end

return M
