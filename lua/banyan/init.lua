-- SPDX-License-Identifier: MIT
-- The Lua API: local b = require "banyan".
local check = require "banyan.api.check"
local conditions = require "banyan.api.conditions"
local dates = require "banyan.dates"
local import = require "banyan.import"
local indicators = require "banyan.api.indicators"
local lists = require "banyan.lists"
local luck = require "banyan.luck.api"
local metrics = require "banyan.metrics.api"
local nearest = require "banyan.nearest"
local nodes = require "banyan.api.nodes"
local outside = require "banyan.api.outside"
local param_of = require "banyan.param"
local provider_of = require "banyan.provider"
local run = require "banyan.api.run"
local sample_of = require "banyan.space.sample"
local search_of = require "banyan.search"
local secret_of = require "banyan.secret"
local settings = require "banyan.settings.check"
local strategy_of = require "banyan.strategy"

local b = {}
local fail = check.fail

--- The bars of a ticker, see banyan.eval. Where scripts are loaded that only describe, nothing else of it
--- is needed.
function b.bars(...) return require "banyan.eval".b.bars(...) end

--- The values of an indicator, see banyan.eval.
function b.eval(...) return require "banyan.eval".b.eval(...) end

for _, part in ipairs { nodes.b, conditions.b, indicators.b, outside.b, luck.b, metrics.b, run.b } do
  for name, value in pairs(part) do b[name] = value end
end

--- A param: a named value that a sweep walks.
---@param name string
---@param default number|string
---@param values any[]? such as b.range(5, 30)
---@return banyan.Param
b.param = param_of.new

--- The values first, first + step, ... up to last.
---@param first number
---@param last number
---@param step number? 1 when left out
---@return number[]
b.range = param_of.range

--- `count` values from first to last, each the same multiple of the one before; whole numbers, each once, when both
--- ends are whole.
---@param first number above 0
---@param last number above 0
---@param count integer
---@return number[]
b.log_range = param_of.log_range

-- Strategies, sweeps, backfills ------------------------------------------------------------------

local STRATEGY_KEYS = { "name", "rebalance", "fill", "costs", "options", 1 }

---@class banyan.StrategyFields
---@field name string
---@field rebalance string|{ corridor: number }|banyan.Bound|nil "daily" when left out
---@field fill "close"|"open"|banyan.Bound|nil "close" when left out
---@field costs string|table|banyan.Bound|nil "none" when left out
---@field options table|nil see banyan.settings
---@field [1] banyan.Node

--- A strategy: a name, one node, and how it trades.
---@param fields banyan.StrategyFields
---@return banyan.Strategy
function b.strategy(fields)
  if type(fields) == "table" and fields[2] ~= nil then
    fail("strategy: has several nodes; put them into one, such as b.equal { \"SPY\", \"TLT\" }")
  end
  check.keys("strategy", fields, STRATEGY_KEYS)
  if type(fields.name) ~= "string" or fields.name == "" then
    fail("strategy: give it a name, such as name = \"My first\"")
  end
  local name = fields.name
  if fields[1] == nil then fail("strategy %s: has no node; put one behind the name", name) end
  local function refuse(message, ...)
    fail("strategy %s: %s", name, message:format(...))
  end
  local rebalance, corridor = settings.rebalancing(fields.rebalance, refuse)
  settings.fill(fields.fill, refuse)
  settings.costs(fields.costs, refuse)
  settings.options(fields.options, refuse)
  return strategy_of.new { name = name, rebalance = rebalance, corridor = corridor,
    fill = fields.fill, costs = fields.costs, options = fields.options,
    root = nodes.node(fields[1], "strategy " .. name) }
end

--- A strategy out of a foreign file: Composer's JSON or defsymphony text.
---@param path string beside the script, or as seen from the current folder
---@return banyan.Strategy
function b.import(path)
  if type(path) ~= "string" then fail("import takes the path of a file") end
  return strategy_of.new(import.file(b.resolve_path(path)))
end

--- Where a script finds a file that it names; the loader sets it for the folder of the script.
function b.resolve_path(path)
  return path
end

local SWEEP_KEYS = { "strategy", "over", "where", "sample", "search", "from", "to", "timeframe",
  "slippage", "rank" }

--- A sweep: a strategy and the values that its params walk.
function b.sweep(fields)
  check.keys("sweep", fields, SWEEP_KEYS)
  if not strategy_of.is_strategy(fields.strategy) then
    fail("sweep: strategy must be a strategy (b.strategy, b.import or require), not %s",
      type(fields.strategy))
  end
  if fields.where ~= nil and type(fields.where) ~= "function" then
    fail("sweep: where must be a function of the params, such as function(p) return p.a < p.b end")
  end
  local sweep = { type = "sweep" }
  for _, key in ipairs(SWEEP_KEYS) do sweep[key] = fields[key] end
  if fields.sample ~= nil then
    if fields.search ~= nil then fail("sweep: has a sample and a search; give one of them") end
    sweep.sample = sample_of.checked(fields.sample, function(message) fail("sweep: %s", message) end)
  end
  if fields.search ~= nil then
    sweep.search = search_of.checked(fields.search, function(message) fail("sweep: %s", message) end)
  end
  if fields.slippage ~= nil then
    sweep.strategy = fields.strategy:override { slippage = fields.slippage }
    sweep.slippage = nil
  end
  return sweep
end

local PLAN_FILES = { "symbols", "ca_file" } -- keys of a plan that may name a file beside it

--- A backfill plan: what to fetch from whom.
function b.backfill(fields)
  if type(fields) ~= "table" then fail("backfill takes a table") end
  local plan = { type = "backfill" }
  for key, value in pairs(fields) do plan[key] = value end
  for _, key in ipairs(PLAN_FILES) do
    if type(plan[key]) == "string" then plan[key] = b.resolve_path(plan[key]) end
  end
  return plan
end

--- The symbols whose bars a strategy or a sweep needs, under any of the values of its params. Views
--- such as "SPY/TLT" stand for the symbols that they are made of.
---@param source banyan.Strategy|table|string a strategy, a sweep, or the path of a file with one
---@return string[] sorted
function b.symbols_of(source)
  -- Both of them need this module.
  local load, symbols = require "banyan.load", require "banyan.backfill.symbols"
  if type(source) == "string" then source = load.strategy_or_sweep(b.resolve_path(source)) end
  return symbols.of_strategy(source)
end

--- A provider: how a vendor is asked and how its answers are read. Plans take it in the place of the
--- name of one.
---@param fields table see docs/providers.md
---@return banyan.Provider
b.provider = provider_of.new

--- A key of a vendor by its name. The value is in the environment or the key file, and Lua never sees it.
---@param name string such as "MINE_API_KEY"
---@param options { optional: boolean? }?
---@return banyan.Secret
b.secret = secret_of.new

--- User and password as HTTP basic authorization: { Authorization = "Basic " .. b.basic(user, password) }.
b.basic = secret_of.basic

--- A time as vendors write it (RFC 3339): b.utc(0) is "1970-01-01T00:00:00Z".
---@param seconds number seconds since 1970-01-01 UTC
---@return string
b.utc = dates.format_utc

-- A misspelt name would be a nil that is called somewhere else.
setmetatable(b, { __index = function(_, name)
  local near = nearest(tostring(name), lists.sorted_keys(b))
  fail("banyan has no '%s'%s", tostring(name), near and (", did you mean '%s'?"):format(near) or "")
end })

return b
