-- SPDX-License-Identifier: MIT
-- The Lua API: local b = require "banyan".
local check = require "banyan.api.check"
local conditions = require "banyan.api.conditions"
local dates = require "banyan.dates"
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
local secret_of = require "banyan.secret"
local settings = require "banyan.settings.check"
local strategy_of = require "banyan.strategy"

local b = {}
local fail = check.fail

-- What not every script needs is loaded when it is called: each command pays for the modules that it loads.

-- Of banyan.eval.
function b.bars(...) return require "banyan.eval".b.bars(...) end

function b.eval(...) return require "banyan.eval".b.eval(...) end

-- Of banyan.api.results.
function b.results(...) return require "banyan.api.results".b.results(...) end

for _, part in ipairs { nodes.b, conditions.b, indicators.b, outside.b, luck.b, metrics.b, run.b } do
  for name, value in pairs(part) do b[name] = value end
end

--- A param: a named value that a sweep walks. It may stand for a window, a number, a threshold, a weight, a ticker,
--- a comparator, a count, a setting, and with b.choice for a whole sub-tree; arithmetic with numbers is fine.
--- Example: b.rsi("QQQ", b.param("window", 10, b.range(5, 30))):gt(70)
---@param name string letters, digits and _
---@param default number|string its value where nothing else is said
---@param values any[]? what a sweep walks, such as b.range(5, 30); the default alone when left out
---@return banyan.Param
b.param = param_of.new

--- The values first, first + step, ... up to last; steps are counted, never added up.
--- Example: b.range(70, 85, 0.5)
---@param first number
---@param last number
---@param step number? 1 when left out
---@return number[]
b.range = param_of.range

--- `count` values from first to last, each the same multiple of the one before; whole numbers, each once, when both
--- ends are whole.
--- Example: b.log_range(5, 200, 12)
---@param first number above 0
---@param last number above 0
---@param count integer
---@return number[]
b.log_range = param_of.log_range

-- Strategies, sweeps, backfills ------------------------------------------------------------------

local STRATEGY_KEYS = { "name", "rebalance", "fill", "costs", "options", 1 }

---@class banyan.StrategyFields what b.strategy takes
---@field name string
---@field rebalance string|{ corridor: number|banyan.Bound }|banyan.Bound|nil such as "weekly"; "daily" when left out
---@field fill "close"|"open"|banyan.Bound|nil at the close of the decision, when left out, or at the next open
---@field costs string|table|banyan.Bound|nil "none" when left out, "composer", "alpaca" or a table of costs
---@field options table|nil choices between definitions, such as { ddof = 0 }
---@field [1] banyan.Node what it holds

--- A strategy: a name, one node, and how it trades.
--- Example: b.strategy { name = "Halves", rebalance = "monthly", b.equal { "SPY", "TLT" } }
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

--- A strategy out of a foreign file: Composer's JSON or defsymphony text, QuantMage's JSON or a flow.
--- Example: b.import "examples/frontrunner.json"
---@param path string beside the script, or as seen from the current folder
---@return banyan.Strategy
function b.import(path)
  if type(path) ~= "string" then fail("import takes the path of a file") end
  return strategy_of.new(require "banyan.import".file(b.resolve_path(path)))
end

--- Where a script finds a file that it names; the loader sets it for the folder of the script.
function b.resolve_path(path)
  return path
end

local SWEEP_KEYS = { "strategy", "over", "where", "sample", "search", "from", "to", "timeframe",
  "slippage", "rank" }

---@class banyan.SweepFields what b.sweep takes
---@field strategy banyan.Strategy what to sweep
---@field over table<string, any[]>? values of some params by name, in the place of those that they declare
---@field where (fun(params: table<string, any>): boolean?)? which points of the grid to take
---@field sample banyan.Sample? so many combos in the place of the whole grid
---@field search banyan.Search? so many combos, each where the results so far are good
---@field from string? first day, such as "2015-06-01"
---@field to string? last day
---@field timeframe "1d"|"1h"|"5m"|"1m"|nil of the bars, when the store has several
---@field slippage number? that of the strategy, overridden
---@field rank string? the metric by which combos are ranked; "sharpe" when left out

---@class banyan.Sample combos drawn from the space
---@field method "sobol"|"random"|"latin"|nil "sobol" when left out
---@field count integer how many
---@field seed integer? 1 when left out

---@class banyan.Search how a search goes
---@field method "tpe"|"genetic"
---@field count integer combos to evaluate
---@field seed integer? 1 when left out
---@field patience integer? ends the search when so many combos in a row brought nothing better
---@field batch integer? of tpe: combos of a round; 64 when left out
---@field population integer? of genetic: combos of a generation; 32 when left out
---@field elite integer? of genetic: how many of the best live on; a quarter of the population when left out
---@field tournament integer? of genetic: how many compete to be a parent; 4 when left out
---@field mutation number? of genetic: the chance that a param of a child changes; 1 / params when left out

---@class banyan.Sweep a strategy and the values that its params walk

--- A sweep: a strategy and the values that its params walk. A file that returns one is given to `banyan sweep`.
--- Example:
---     local window = b.param("window", 200, b.range(50, 300, 50))
---     return b.sweep {
---       strategy = b.strategy { name = "Trend",
---         b.when(b.close("SPY"):gt(b.sma("SPY", window)), "SPY"):otherwise("BIL") },
---       where = function(p) return p.window > 60 end,
---       rank = "calmar",
---     }
---@param fields banyan.SweepFields
---@return banyan.Sweep
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
    sweep.sample = require "banyan.space.sample".checked(fields.sample, function(message)
      fail("sweep: %s", message)
    end)
  end
  if fields.search ~= nil then
    sweep.search = require "banyan.search".checked(fields.search, function(message)
      fail("sweep: %s", message)
    end)
  end
  if fields.slippage ~= nil then
    sweep.strategy = fields.strategy:override { slippage = fields.slippage }
    sweep.slippage = nil
  end
  return sweep
end

local PLAN_FILES = { "symbols", "ca_file" } -- keys of a plan that may name a file beside it

---@class banyan.PlanFields what b.backfill takes; docs/backfill.md says more
---@field provider string|banyan.Provider such as "alpaca", or one of your own
---@field symbols string[]|string|nil a list, or the path of a file with one on each line
---@field series string[]|nil of csv: names of series from outside, in the place of symbols
---@field timeframes string[]? { "1d" } when left out; of 1d, 1h, 5m and 1m
---@field from string? first day
---@field to string? last day; up to the last finished bar when left out
---@field adjustment "raw"|"split"|"all"|nil what the prices are adjusted for
---@field feed string? such as "sip" or "iex"
---@field limits table<string, number>? such as { per_minute = 200 }
---@field concurrency integer? the most requests at once
---@field auth function? a hook that makes tokens
---@field missing_open "none"|"previous_close"|"close"|nil what stands for an open that is not told
---@field base_url string? another host
---@field ca_file string? a PEM file of certificates to trust

---@class banyan.Plan what to fetch from whom

--- A backfill plan: what to fetch from whom. A file that returns one is given to `banyan backfill`.
--- Example: b.backfill { provider = "sim", symbols = { "SPY", "TLT" }, from = "2015-01-02", to = "2023-12-29" }
---@param fields banyan.PlanFields
---@return banyan.Plan
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
--- Example: b.symbols_of "strategies/tqqq_ftlt.lua"
---@param source banyan.Strategy|banyan.Sweep|string a strategy, a sweep, or the path of a file with one
---@return string[] sorted
function b.symbols_of(source)
  -- Both of them need this module.
  local load, symbols = require "banyan.load", require "banyan.backfill.symbols"
  if type(source) == "string" then source = load.strategy_or_sweep(b.resolve_path(source)) end
  return symbols.of_strategy(source)
end

--- A provider: how a vendor is asked and how its answers are read. Plans take it in the place of the
--- name of one; docs/providers.md tells its fields.
--- Example: require "own_provider" -- examples/own_provider.lua returns b.provider { ... }
---@param fields table see docs/providers.md
---@return banyan.Provider
b.provider = provider_of.new

--- A key of a vendor by its name. The value is in the environment or the key file, and Lua never sees it.
--- Example: "Bearer " .. b.secret "MINE_API_KEY"
---@param name string such as "MINE_API_KEY"
---@param options { optional: boolean? }?
---@return banyan.Secret
b.secret = secret_of.new

--- User and password as HTTP basic authorization, behind the word Basic.
--- Example: { Authorization = "Basic " .. b.basic(b.secret "MINE_USER", b.secret "MINE_PASSWORD") }
---@param user banyan.Secret
---@param password banyan.Secret? none: the key is the user, as some vendors want it
---@return banyan.Secret
b.basic = secret_of.basic

--- A time as vendors write it (RFC 3339): b.utc(0) is "1970-01-01T00:00:00Z".
--- Example: b.utc(1577836800)
---@param seconds number seconds since 1970-01-01 UTC
---@return string
b.utc = dates.format_utc

-- A misspelt name would be a nil that is called somewhere else.
setmetatable(b, { __index = function(_, name)
  local near = nearest(tostring(name), lists.sorted_keys(b))
  fail("banyan has no '%s'%s", tostring(name), near and (", did you mean '%s'?"):format(near) or "")
end })

return b
