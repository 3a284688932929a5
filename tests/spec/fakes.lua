-- SPDX-License-Identifier: MIT
-- The command line over a made-up engine, so that what it prints can be compared letter by letter:
-- `banyan lua tests/spec/fakes.lua VERB ...`.
local NAN = 0 / 0
local DAYS = 3

local function preload(name, module)
  package.preload[name] = function() return module end
end

local metrics = {
  { name = "total_return", title = "total return", value = 0.21 },
  { name = "sharpe", title = "Sharpe", value = 1.4199 },
  { name = "sortino", title = "Sortino", value = NAN },
}

local strategy = { type = "strategy", name = "made \"up\"" }

function strategy.describe()
  return { nodes = 3752, distinct = 558, depth = 46, gates = 948, conditions = 96, indicators = 90,
    tickers = { "SPY", "TLT" }, params = { "fast" } }
end

function strategy.lines()
  local lines = { { depth = 0, text = "if close SPY > 3", id = "a" },
    { depth = 1, text = "SPY", id = "b" }, { depth = 1, text = "TLT", id = "c" } }
  local i = 0
  return function()
    i = i + 1
    return lines[i]
  end
end

preload("banyan.load", {
  strategy = function(path)
    if path == "bug" then error "a bug" end
    return strategy
  end,
  sweep = function() return { type = "sweep" } end,
  plan = function() return { type = "backfill", provider = "sim", symbols = { "SPY" } } end,
})

preload("banyan.start", {
  of = function()
    return { date = "2015-03-02", limit = "sma(SPY, 200)",
      tickers = { { ticker = "SPY", first = "2014-05-15" } } }
  end,
})

local real_results = assert(loadfile "lua/banyan/results/init.lua")()

-- The report of a run of made-up metrics, which wins every day.
local function report_of()
  local ffi = require "ffi"
  local metrics_of = require "banyan.metrics"
  local given = { returns = ffi.new("double[2]", 0.1, 0.1), count = 2, rf = 0, periods = 252,
    day = ffi.new("int32_t[2]", 18627, 18631) }
  local report = metrics_of.report(given)
  report.given = given
  report.positions = { best = { ticker = "TLT", entry = 1, exit = 3, value = 0.25 } }
  return report
end

local function all_metrics()
  local list = { unpack(metrics) }
  for _, metric in ipairs(real_results.METRICS) do
    local known = metric.name == "total_return" or metric.name:find "^s[ho]"
    if not known then list[#list + 1] = { name = metric.name, title = metric.title, value = NAN } end
  end
  return list
end

local backtest = {}

function backtest.run(_, options)
  local equity = { 10000, 11000, 12100.000000000002 }
  return {
    report = report_of(),
    strategy = strategy.name, dataset = "sim/all", timeframe = "1d", simulated = true, start = "2020-12-30",
    finish = "2021-01-04", days = DAYS,
    params = { { name = "fast", value = options.params.fast } },
    settings = { rebalance = "daily", fill = "close", profile = "none", costs = {},
      whole_shares = false, options = {} },
    metrics = all_metrics(), warnings = { "careful" },
    timing = { data_seconds = 0.01, total_seconds = 0.02 },
    date = function(_, i) return ({ "2020-12-30", "2020-12-31", "2021-01-04" })[i] end,
    equity = function(_, i) return equity[i] end,
    weights = function(_, i)
      if i == 2 then return {} end
      return { { "SPY", 1 / 3 }, { "TLT", 2 / 3 } }
    end,
  }
end

preload("banyan.backtest", backtest)

local sweep = {}

function sweep.run(_, options)
  options.progress { done = 256, total = 1024, seconds = 0.5, best = 1.4199, rank = "sharpe" }
  return {
    strategy = strategy.name, dataset = "sim/all", simulated = true, combos = 1024, done = 1024,
    seconds = 2, combos_per_second = 512, threads = options.threads, rank = "sharpe",
    timing = { data_seconds = 0.01, indicator_seconds = 0.1, execution_seconds = 1.8,
      average_us = 1953 },
    cache_hit_rate = 0.9, parallelism = 1.9, nodes_asked = 1000, nodes_computed = 100,
    best = { combo = 7, params = { { name = "fast", value = 5 } }, metrics = metrics },
    store = options.store, resumed = 0, warnings = {},
    interrupted = os.getenv "FAKE_INTERRUPT" ~= nil,
  }
end

preload("banyan.sweep", sweep)

preload("banyan.sweep.dry_run", {
  of = function(_, options) return { store = options.store } end,
  lines = function(facts) return { "1,024 combos", "into " .. facts.store } end,
})

local ffi = require "ffi"
local C = require "banyan.ffi".C
local results = setmetatable({ combo_count = 3, rows = ffi.new "by_result[3]", columns = {},
  description = { strategy = strategy.name, rank = "sharpe", simulated = true, dataset = "sim/all",
    params = { { name = "fast", values = { 5, 10, 15 }, default = 5 } } } },
  { __index = require "banyan.results.columns" })
local names = { "sharpe", "cagr", "volatility", "max_drawdown", "calmar" }
for i = 1, 3 do
  local row = results.rows[i - 1]
  row.return_count, row.behaviour = 2, i
  for m = 0, tonumber(C.BY_METRIC_COUNT) - 1 do row.metric[m] = i / 10 end
  row.metric[C.BY_METRIC_sharpe] = ({ 1, 2, NAN })[i]
end
function results.metric(_, i, name)
  return results.rows[i - 1].metric[C["BY_METRIC_" .. name]]
end
function results.metrics(_, i)
  local list = {}
  for m, name in ipairs(names) do list[m] = { name = name, value = results:metric(i, name) } end
  return list
end
function results.params(_, i) return { { name = "fast", value = i * 5 } } end
function results.all_digits() return ffi.new("uint16_t[3]", { 0, 1, 2 }) end
function results.done_count() return 2 end
function results.close() end

preload("banyan.results", { open = function() return results end, METRICS = real_results.METRICS })
preload("banyan.luck", { line = function(_, rank) return "made of luck by " .. tostring(rank) end })

os.exit(require "banyan.cli".main { ... }, true)
