-- SPDX-License-Identifier: MIT
-- The first session on which a strategy is computable, and the ticker or indicator that it waits for.
local ffi = require "ffi"
local explain_trace = require "banyan.explain_trace"
local explain_words = require "banyan.explain_words"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local param_of = require "banyan.param"
local prepare = require "banyan.prepare"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

---@class banyan.Start
---@field date string
---@field limit string the ticker or indicator that is there last
---@field tickers { ticker: string, first: string }[] those that it reads, with their first bars

local function at_ticker(ticker)
  return { limit = ticker, tickers = { ticker } }
end

-- Tickers that a series reads.
local function tickers_of(self, series)
  local list = {}
  tree_of.each_series(series, function(at)
    if at.ticker ~= nil and not at.over then
      list[#list + 1] = param_of.resolve(at.ticker, self.assignment)
    end
  end)
  return list
end

local function at_series(self, series)
  return { limit = explain_words.series(series, self.assignment), tickers = tickers_of(self, series) }
end

local function days(self, condition)
  local function plain(value, default)
    if value == nil then return default end
    return param_of.resolve(value, self.assignment)
  end
  return plain(condition.days_ago, 0) + plain(condition.for_days, 1) - 1
end

-- The first row on which a condition is computable, and the series that decides it.
local function limit_of_condition(self, condition)
  local known = self.limits[condition]
  if known then return known[1], known[2] end
  local ready, series = -1, nil
  local function take(other_ready, other)
    if other and other_ready > ready then ready, series = other_ready, other end
  end
  for _, side in ipairs { condition.left or false, condition.right or false } do
    if side then take(self.trace:series_ready(side), side) end
  end
  for _, each in ipairs(condition.conditions or {}) do take(limit_of_condition(self, each)) end
  ready = ready + days(self, condition)
  self.limits[condition] = { ready, series }
  return ready, series
end

-- A child whose ranking or volatility is there for the first time on a row.
local function limit_of_ranked(self, node, row)
  for _, what in ipairs { "rank", "volatility" } do
    local value = self.trace[what]
    for i, child in ipairs(node.children) do
      local now, before = value(self.trace, node, i, row), value(self.trace, node, i, row - 1)
      if now == now and before ~= before then
        local name = child.kind == "asset" and param_of.resolve(child.ticker, self.assignment)
        local measured = what == "rank" and explain_words.series(node.indicator, self.assignment)
          or ("stdev_return(%d)"):format(param_of.resolve(node.window, self.assignment))
        return { limit = ("%s of %s"):format(measured, name or tree_of.name(child)), tickers = { name or nil } }
      end
    end
  end
end

-- What a node waits for that is computable from a row on.
local function limit_of_node(self, node, row)
  if node.kind == "asset" then
    return at_ticker(param_of.resolve(node.ticker, self.assignment))
  end
  for _, condition in ipairs(tree_of.conditions(node)) do
    local ready, series = limit_of_condition(self, condition)
    if ready == row then return at_series(self, series) end
  end
  if node.kind == "mixed" and self.trace:series_ready(node.indicator) == row then
    return at_series(self, node.indicator)
  end
  for _, child in ipairs(tree_of.children(node)) do
    if self.trace:ready(child) == row then return limit_of_node(self, child, row) end
  end
  if node.kind == "filter" or node.kind == "inverse_vol" then return limit_of_ranked(self, node, row) end
end

-- The ticker whose bars begin last.
local function limit_of_bars(self)
  local panel = self.market.panel
  for i, ticker in ipairs(self.tickers) do
    if panel.first_bar[i - 1] == panel.first_common then return at_ticker(ticker) end
  end
end

local function find(self)
  local ready, panel = self.trace:ready(self.root), self.market.panel
  local found = ready > panel.first_common and limit_of_node(self, self.root, ready)
    or limit_of_bars(self)
  local start = { date = self.market:date(self.trace.first), limit = found.limit, tickers = {} }
  local index = {}
  for i, ticker in ipairs(self.tickers) do index[ticker] = i - 1 end
  for i, ticker in ipairs(found.tickers) do
    start.tickers[i] = { ticker = ticker, first = self.market:date(panel.first_bar[index[ticker]]) }
  end
  return start
end

--- Finds it for one assignment; fails when prices are missing.
---@param strategy banyan.Strategy
---@param options table as of banyan.backtest.run
---@return banyan.Start
function M.of(strategy, options)
  local space = strategy:assignment(options.params)
  local at = prepare.new(strategy, space, options, host.cores())
  local self = { root = strategy.root, market = at.market, tickers = at.tickers, assignment = {},
    limits = {} }
  for _, param in ipairs(space) do self.assignment[param.name] = param.values[1] end
  local digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))
  self.trace = explain_trace.new(at.columns, digits, at.emitted, at.market, at.range.last)
  local start = find(self)
  self.trace:close()
  prepare.close(at)
  return start
end

return M
