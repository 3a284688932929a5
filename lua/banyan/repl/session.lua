-- SPDX-License-Identifier: MIT
-- A session of the explorer: a strategy that is open, the values that its params have, and its backtest, of which a
-- new value changes only what depends on it.
local backtest = require "banyan.backtest"
local change_of = require "banyan.show.change"
local check = require "banyan.api.check"
local explain = require "banyan.explain"
local failure = require "banyan.failure"
local host = require "banyan.host"
local jobs = require "banyan.repl.jobs"
local lists = require "banyan.lists"
local load = require "banyan.load"
local rerun_of = require "banyan.rerun"
local run_api = require "banyan.api.run"
local show = require "banyan.show.session"
local store_of = require "banyan.store"
local strategy_of = require "banyan.strategy"

local M = {}

---@class banyan.Session
---@field strategy banyan.Strategy? that is open
---@field path string? the file that it was read from
---@field values table<string, any> of its params, where they are not the defaults
---@field options table data, dataset, timeframe, from, to of all that is evaluated
---@field env table? what code at the prompt sees: `s` is the strategy there and `r` its backtest
---@field jobs banyan.Jobs
local Session = {}
Session.__index = Session

--- A session in which nothing is open.
---@param options { data: string?, dataset: string?, timeframe: string?, from: string?, to: string?, env: table? }?
---@return banyan.Session
function M.new(options)
  options = options or {}
  local given = { data = store_of.find_directory(options.data), dataset = options.dataset,
    timeframe = options.timeframe, from = options.from, to = options.to, fresh = false }
  local self = setmetatable({ options = given, values = {}, env = options.env }, Session)
  self.jobs = jobs.new(given)
  for name, word in pairs(self.env and self.jobs:words() or {}) do self.env[name] = word end
  return self
end

local function forget(self)
  if self.rerun then self.rerun:close() end
  if self.explainer then self.explainer:close() end
  self.rerun, self.explainer, self.evaluated = nil, nil, nil
end

-- A strategy from here on; it is evaluated when somebody wants to see something of it.
local function take(self, strategy, path)
  forget(self)
  self.strategy, self.path, self.values, self.declared, self.edits = strategy, path, {}, nil, strategy.edits
end

--- Looks at what code at the prompt has left in `s`: another strategy there is the one that is open, and one of which
--- a selection became a param is evaluated anew.
---@param env table
function Session:noticed(env)
  local s = rawget(env, "s")
  if not strategy_of.is_strategy(s) then return end
  local values, path = self.values, self.path
  if s ~= self.strategy then
    take(self, s)
  elseif s.edits ~= self.edits then
    take(self, s, path)
    self.values = values
  end
end

local function strategy_in(self)
  if not self.strategy then
    failure.fail("USAGE", "no strategy is open; `:open FILE` opens one, and so does s = b.strategy { ... }")
  end
  return self.strategy
end

local function params_in(self)
  self.declared = self.declared or strategy_in(self):params()
  return self.declared
end

local function to_run_options(self, evaluated)
  local options = { params = self.values, report = true, evaluated = evaluated }
  for key, value in pairs(self.options) do options[key] = value end
  return options
end

-- The backtest of what was evaluated; `evaluated` lives no longer than until the next value.
local function backtest_of(self, evaluated)
  local options = to_run_options(self, evaluated)
  local run = backtest.run(self.strategy, options)
  options.evaluated = nil -- whoever evaluates it anew by these options has to do so
  return run_api.backtest(run)
end

-- Evaluates under some values, and takes them for those of the session when that succeeds.
local function evaluate(self, values)
  self.rerun = self.rerun or rerun_of.new(self.strategy, self.options)
  local evaluated = self.rerun:evaluate(values)
  if self.explainer then self.explainer:close() end
  self.explainer, self.values, self.evaluated = nil, values, evaluated
  self.result = backtest_of(self, evaluated)
  if self.env then self.env.r = self.result end
  return evaluated
end

local function evaluated_in(self)
  strategy_in(self)
  return self.evaluated or evaluate(self, self.values)
end

--- Opens a strategy, and runs it.
---@param source banyan.Strategy|string a strategy, or the file of one
---@return table a picture of it
function Session:open(source)
  if type(source) == "string" then
    take(self, load.strategy(source), source)
  elseif strategy_of.is_strategy(source) then
    take(self, source)
  else
    check.fail("open takes a strategy or the path of a file, not %s", type(source))
  end
  if self.env then self.env.s = self.strategy end
  evaluate(self, {})
  return show.opened(self)
end

--- The params of the strategy with the values that they have.
---@return { name: string, value: any, default: any, values: any[] }[]
function Session:params()
  local list = {}
  for i, param in ipairs(params_in(self)) do
    local value = self.values[param.name]
    list[i] = { name = param.name, value = value == nil and param.default or value, default = param.default,
      values = param.values }
  end
  return show.params(list)
end

-- The first and the last session.
local function span_of(result)
  return ("%s to %s"):format(result.dates[1], result.dates[#result.dates])
end

local function same_targets(a, i, b, k)
  local first, other = a.weight_first[i], b.weight_first[k]
  local count = a.weight_first[i + 1] - first
  if b.weight_first[k + 1] - other ~= count then return false end
  for e = 0, count - 1 do
    if a.symbol[first + e] ~= b.symbol[other + e] or a.weight[first + e] ~= b.weight[other + e] then return false end
  end
  return true
end

-- On how many sessions that both have the targets differ; sessions and tickers by name, as bars may differ, too.
local function compare_targets(before, after)
  local other, common, at = 0, 0, {}
  local same_bars = table.concat(before.at.tickers, "\n") == table.concat(after.at.tickers, "\n")
  for i, date in ipairs(before.result.dates) do at[date] = i end
  for k, date in ipairs(after.result.dates) do
    local i = at[date]
    if i then
      common = common + 1
      local same
      if same_bars then
        same = same_targets(before.c, i - 1, after.c, k - 1)
      else
        local a, b = before.result.weights(i), after.result.weights(k)
        same = #a == #b
        for e = 1, same and #a or 0 do same = same and a[e][1] == b[e][1] and a[e][2] == b[e][2] end
      end
      if not same then other = other + 1 end
    end
  end
  return other, common
end

local function snapshot(self)
  local evaluated = evaluated_in(self)
  return { c = evaluated.c, at = { tickers = evaluated.at.tickers }, result = self.result, params = self:params() }
end

-- Evaluates under other values, and tells what that changes.
local function change_to(self, values)
  local before, start = snapshot(self), host.clock()
  local evaluated = evaluate(self, values)
  local seconds, after, names = host.clock() - start, snapshot(self), {}
  for i, param in ipairs(after.params) do
    local was = before.params[i].value
    if was ~= param.value then names[#names + 1] = { name = param.name, before = was, after = param.value } end
  end
  local other, common = compare_targets(before, after)
  return change_of.new { names = names, before = before.result.metrics, after = after.result.metrics,
    spans = { before = span_of(before.result), after = span_of(after.result) }, other = other, sessions = common,
    seconds = seconds, computed = evaluated.computed, parts = evaluated.parts }
end

--- Gives a param another value, and tells what that changes.
---@param name string
---@param value any
---@return banyan.Change
function Session:set(name, value)
  local strategy, values = strategy_in(self), {}
  for key, each in pairs(self.values) do values[key] = each end
  values[name] = value
  -- Of a text, what the param makes of it.
  for _, each in ipairs(strategy:assignment(values, params_in(self))) do
    if each.name == name then values[name] = each.values[1] end
  end
  return change_to(self, values)
end

--- Gives all params, or one, the values that they have by themselves.
---@param name string?
---@return banyan.Change
function Session:reset(name)
  local values = {}
  for key, each in pairs(name and self.values or {}) do values[key] = key ~= name and each or nil end
  if name then strategy_in(self):assignment { [name] = 0 } end -- refuses what is no param
  strategy_in(self)
  return change_to(self, values)
end

--- The backtest under the values that there are, with other options of b.run if any are given.
---@param options table?
---@return banyan.Backtest
function Session:run(options)
  if not options or next(options) == nil then
    evaluated_in(self)
    return self.result
  end
  local given = to_run_options(self)
  given.report, given.fresh = nil, nil
  for key, value in pairs(options) do given[key] = value end
  return run_api.b.run(strategy_in(self), given)
end

--- Why it held on a session what it held, or why not a ticker.
---@param date string
---@param ticker string?
---@return string
function Session:explain(date, ticker)
  strategy_in(self)
  self.explainer = self.explainer or explain.open(self.strategy, to_run_options(self))
  return table.concat(require "banyan.cli.explain".text_lines(self.explainer, date, ticker), "\n")
end

--- What has happened in the background since somebody asked: lines to print before the next prompt.
---@return string[]
function Session:news()
  return self.jobs:news()
end

--- Ends it: jobs that still run are stopped.
function Session:close()
  self.jobs:close()
  forget(self)
end

M.commands = lists.append(require "banyan.repl.session_commands", jobs.commands)
return M
