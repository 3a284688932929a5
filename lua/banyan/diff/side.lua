-- SPDX-License-Identifier: MIT
-- What is compared: a backtest that was evaluated, or what one has written.
local explain = require "banyan.explain"
local failure = require "banyan.failure"
local json = require "banyan.json"
local record = require "banyan.settings.record"
local results_of = require "banyan.results"
local timeframe = require "banyan.timeframe"

local M = {}

---@class banyan.DiffSide
---@field name string as the user wrote it
---@field kind "strategy"|"combo"|"run"|"weights"|"equity"
---@field title string? name of the strategy
---@field labels string[]? its sessions
---@field index table<string, integer>? of the sessions
---@field sparse boolean? a session that is not there held nothing
---@field targets (fun(i: integer): { ticker: string, weight: number }[])? in rising order of tickers
---@field equity (fun(i: integer): number)?
---@field metrics { name: string, value: number }[]?
---@field params { name: string, value: any }[]?
---@field facts table<string, any>? dataset, start, end, days and settings, by name
---@field months { month: string, value: number }[]?
---@field strategy banyan.Strategy? what follows is there where it was evaluated
---@field options table?
---@field explainer banyan.Explainer?

--- Numbers the sessions of a side by their labels; a failure where one is there twice.
---@param side banyan.DiffSide
---@return banyan.DiffSide
function M.index(side)
  side.index = {}
  for i, label in ipairs(side.labels) do
    if side.index[label] then
      failure.fail("DATA", "%s: %s is there twice; files are compared by days", side.name, label)
    end
    side.index[label] = i
  end
  return side
end

-- Nested tables as one, by the names from the outside in: settings.options.ddof.
local function flatten(value, name, to)
  if type(value) ~= "table" then
    if value ~= json.null then to[name] = value end
    return to
  end
  for key, each in pairs(value) do flatten(each, name == "" and tostring(key) or name .. "." .. key, to) end
  return to
end

--- What is told of a run beside its sessions, from the members that `run --json` writes.
---@param members table<string, any>
---@return table<string, any>
function M.facts(members)
  local to = {}
  for _, name in ipairs { "dataset", "start", "end", "days" } do flatten(members[name], name, to) end
  return flatten(members.settings or {}, "settings", to)
end

-- The targets of a session as they stand in the engine's arrays, tickers instead of symbols.
local function targets_of(explainer)
  local run, tickers = explainer.run, explainer.at.tickers
  return function(i)
    local list = {}
    for k = run.weight_first[i - 1], run.weight_first[i] - 1 do
      list[#list + 1] = { ticker = tickers[run.symbol[k] + 1], weight = run.weight[k] }
    end
    return list
  end
end

--- Evaluates a strategy.
---@param name string
---@param kind "strategy"|"combo"
---@param strategy banyan.Strategy
---@param options table as of banyan.backtest.run
---@return banyan.DiffSide
function M.evaluate(name, kind, strategy, options)
  local explainer = explain.open(strategy, options)
  local about, market, run = explainer:about(), explainer.at.market, explainer.run
  local length = market.panel.bar_seconds > 0 and market.panel.bar_seconds or math.huge
  local labels = {}
  for i = 1, explainer.days do
    labels[i] = timeframe.begin_text(length, tonumber(market.panel.time[run.first + i - 1]))
  end
  local settings = json.decode(json.encode(record.json(strategy:settings(explainer.reading.assignment))), name)
  return M.index { name = name, kind = kind, title = strategy.name, labels = labels,
    targets = targets_of(explainer), equity = function(i) return run.equity[i - 1] end,
    metrics = results_of.metrics_of(run.result), params = about.params, strategy = strategy, options = options,
    facts = M.facts { dataset = about.dataset, start = about.start, ["end"] = about.finish, days = explainer.days,
      settings = settings }, explainer = explainer }
end

--- Frees what was evaluated.
---@param side banyan.DiffSide
function M.close(side)
  if side.explainer then side.explainer:close() end
  side.explainer = nil
end

return M
