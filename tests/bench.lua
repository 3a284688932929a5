-- SPDX-License-Identifier: MIT
-- Benchmarks (`make bench`): one JSON line each, with the work done, the seconds it took (the median of several
-- runs), the rate, and the ratio to the plain evaluator in the same run. Those on real trees and prices need
-- BANYAN_SHARED (default ../shared) and say so when it is not there.
local ffi = require "ffi"
local api = require "banyan"
local backtest = require "banyan.backtest"
local emit = require "banyan.emit"
local engine = require "banyan.ffi"
local host = require "banyan.host"
local json = require "banyan.json"
local load = require "banyan.load"
local market_of = require "banyan.market"

ffi.cdef [[
typedef struct plain_result plain_result;
int plain_run(const by_tree *tree, const by_panel *panel, const int32_t *digits, by_range asked, plain_result **out);
void plain_free(plain_result *result);
]]

local C = engine.C
local build = os.getenv "BANYAN_BUILD" or "build/release"
local program = build .. "/banyan"
local shared = os.getenv "BANYAN_SHARED" or "../shared"
local plain = ffi.load("./" .. build .. "/tests/libplain.so")
local scratch = assert(io.popen "mktemp -d"):read "*l"
local no_digits = ffi.new("int32_t[?]", tonumber(C.BY_PARAMS_MAX))

local function report(name, members)
  table.insert(members, 1, { "benchmark", name })
  print(json.encode(json.object(members)))
  io.stdout:flush()
end

-- Median of the seconds that `f` takes.
local function time(runs, f)
  local seconds = {}
  for i = 1, runs do
    local begin = host.clock()
    f()
    seconds[i] = host.clock() - begin
  end
  table.sort(seconds)
  return seconds[math.ceil(runs / 2)]
end

local function shell(...)
  local words = {}
  for i, word in ipairs { ... } do words[i] = "'" .. word .. "'" end
  local code = os.execute(table.concat(words, " ") .. " >/dev/null")
  assert(code == 0 or code == true, table.concat(words, " "))
end

-- Seconds of one backtest by the plain evaluator.
local function time_plain(strategy, options)
  local space = strategy:assignment()
  local tickers = strategy:tickers(space)
  local tree = emit.tree(strategy, space, tickers)
  local market = market_of.open(tickers, options)
  local range = market:range(options.from, options.to)
  local out = ffi.new "plain_result *[1]"
  local seconds = time(1, function()
    assert(plain.plain_run(tree, market.panel, no_digits, range, out) == 0)
  end)
  plain.plain_free(out[0])
  market:close()
  return seconds
end

-- A whole process: start, store, import, compile, evaluate, print; and the evaluation alone.
local function bench_backtest(name, path, options)
  local strategy = load.strategy(path)
  local words = { program, "run", path, "--json", "--data", options.data }
  for _, key in ipairs { "from", "to" } do
    if options[key] then words[#words + 1] = "--" .. key .. "=" .. options[key] end
  end
  local process = time(7, function() shell(unpack(words)) end)
  local evaluation = {}
  local days
  for i = 1, 7 do
    local run = backtest.run(strategy, options)
    evaluation[i] = run.timing.indicator_seconds + run.timing.execution_seconds
    days = run.days
  end
  table.sort(evaluation)
  local plain_seconds = time_plain(strategy, options)
  report(name, { { "work", 1 }, { "unit", "backtest" }, { "days", days },
    { "nodes", strategy:describe().nodes }, { "seconds", process }, { "rate", 1 / process },
    { "evaluation_seconds", evaluation[4] }, { "plain_seconds", plain_seconds },
    { "ratio_to_plain", plain_seconds / evaluation[4] } })
end

local function bench_sweep(name, sweep, options)
  local combos, summary
  local count = 0
  local seconds = time(3, function()
    count = count + 1
    options.store = ("%s/%s.%d"):format(scratch, name, count)
    summary = backtest.sweep(sweep, options)
    combos = summary.combos
  end)
  local plain_seconds = time_plain(sweep.strategy, { data = options.data, from = sweep.from, to = sweep.to })
  report(name, { { "work", combos }, { "unit", "combos" }, { "seconds", seconds },
    { "rate", combos / seconds }, { "threads", summary.threads },
    { "average_us", summary.timing.average_us }, { "cache_hit_rate", summary.cache_hit_rate },
    { "plain_rate", 1 / plain_seconds }, { "ratio_to_plain", combos / seconds * plain_seconds } })
end

local function import(data, folder)
  shell(program, "data", "import", folder, "--data", data)
end

local function bench_import(data, folder)
  local count = 0
  local seconds = time(3, function()
    count = count + 1
    import(data .. count, folder)
  end)
  local again = time(3, function() import(data .. 1, folder) end)
  report("import_285_files", { { "work", 1034731 }, { "unit", "bars" }, { "seconds", seconds },
    { "rate", 1034731 / seconds }, { "again_seconds", again } })
  return data .. 1
end

local function bench_tree_sweep(thresholds)
  local gates = json.decode(assert(io.open(shared .. "/bench/sweep.json")):read "*a", "sweep.json")
  local tree = api.import(shared .. "/bench/tree.json")
  tree:select { id = gates.rsi_gates }:param("window", "rsi_window", 10, api.range(5, 40))
    :param("threshold", "threshold", 70, thresholds)
  tree:select { id = gates.average_gates }
    :param("right.window", "average_window", 100, api.range(10, 200, 10))
  return api.sweep { strategy = tree, from = "2016-02-26", to = "2020-12-25" }
end

local function anansi_sweep()
  local tree = api.import(shared .. "/strategies/composer/anansi.json")
  tree:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, api.range(5, 30))
  tree:select { indicator = "rsi", comparator = "lt", threshold = 30 }
    :shift("threshold", "rsi_shift", 0, api.range(-5, 5, 0.25))
  tree:select { indicator = "sma", window = 30 }
    :param("window", "ma_window", 30, api.range(20, 60))
  return api.sweep { strategy = tree, from = "2012-01-03", to = "2020-12-11" }
end

-- A ranking of sub-trees by their own equity under every combo.
local function rotator_sweep()
  local tree = api.import(shared .. "/strategies/defsymphony/hedged_sector_rotator.clj")
  tree:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, api.range(5, 24))
  tree:select { kind = "filter" }:shift("window", "ranking_shift", 0, api.range(0, 49))
  return api.sweep { strategy = tree }
end

local function bench_simulated()
  local data = scratch .. "/sim"
  shell(program, "backfill", "examples/demo_plan.lua", "--data", data)
  bench_backtest("backtest_canopy", "strategies/canopy.lua", { data = data })
  bench_sweep("sweep_canopy_21k", load.sweep "examples/demo_sweep.lua", { data = data })
end

local function bench_shared()
  local data = bench_import(scratch .. "/real", shared .. "/data/us_daily_adjusted")
  local bench = scratch .. "/bench"
  import(bench, shared .. "/bench/prices")
  bench_backtest("backtest_anansi", shared .. "/strategies/composer/anansi.json",
    { data = data, to = "2020-12-11" })
  for _, name in ipairs { "doctor_strange", "rains_em_dancer", "hedged_sector_rotator" } do
    bench_backtest("backtest_" .. name, ("%s/strategies/defsymphony/%s.clj"):format(shared, name),
      { data = data })
  end
  bench_backtest("backtest_bench_tree", shared .. "/bench/tree.json",
    { data = bench, from = "2016-02-26", to = "2020-12-25" })
  bench_sweep("sweep_bench_tree_15k", bench_tree_sweep(api.range(60, 80)), { data = bench })
  bench_sweep("sweep_bench_tree_202k", bench_tree_sweep(api.range(60, 79.6, 0.07)), { data = bench })
  bench_sweep("sweep_anansi_44k", anansi_sweep(), { data = data })
  bench_sweep("sweep_hedged_sector_rotator_1k", rotator_sweep(), { data = data })
end

local ok, message = pcall(function()
  bench_simulated()
  if host.stat(shared) then
    bench_shared()
  else
    io.stderr:write("bench: no ", shared, " (BANYAN_SHARED): the real trees are skipped\n")
  end
end)
os.execute("rm -rf '" .. scratch .. "'")
if not ok then error(message, 0) end
