-- SPDX-License-Identifier: MIT
-- Whole sweeps: from the start of the program until the results are stored.
local backtests = require "bench.backtests"
local common = require "bench.common"
local json = require "banyan.json"
local load = require "banyan.load"
local random = require "banyan.random"

local M = {}

-- Combos for the plain evaluator: any, the same ones in every run.
local function random_digits(params, count)
  local stream, list = random.stream "bench", {}
  for i = 1, count do
    list[i] = {}
    for p, param in ipairs(params) do list[i][p] = math.floor(stream:uniform() * #param.values) end
  end
  return list
end

-- The words of a sweep into a store of its own.
local stores = 0
local function words_of(script, options, ...)
  stores = stores + 1
  local words = { "sweep", script, "--data", options.data, "--store",
    ("%s/results.%d"):format(common.scratch, stores), "--no-progress", ... }
  if options.timeframe then words[#words + 1] = "--timeframe=" .. options.timeframe end
  return words
end

local function remove_stores()
  os.execute("rm -rf '" .. common.scratch .. "'/results.*")
end

local FIGURES = { "seconds", "cpu", "execution", "ratio", "execution_ratio" }

-- Runs a sweep once in each of several ways, as often as asked, in turns: what else the machine does meets them alike.
-- The medians of each way, and of how many times as long as the first one it took.
local function measure(runs, script, options, ways)
  local measured = {}
  for w = 1, #ways do
    measured[w] = { memory = 0 }
    for _, name in ipairs(FIGURES) do measured[w][name] = {} end
  end
  for run = 1, runs do
    for w, way in ipairs(ways) do
      local at, first = measured[w], measured[1]
      local usage, answer = common.measure(words_of(script, options, unpack(way)), way.one_processor)
      at.answer = answer
      at.seconds[run], at.cpu[run] = usage.seconds, usage.cpu_seconds
      at.execution[run] = answer.timing.execution_seconds
      at.ratio[run] = at.seconds[run] / first.seconds[run]
      at.execution_ratio[run] = at.execution[run] / first.execution[run]
      at.memory = math.max(at.memory, usage.memory_bytes)
      remove_stores()
    end
  end
  for _, at in ipairs(measured) do
    for _, name in ipairs(FIGURES) do at[name] = common.median(at[name]) end
  end
  return unpack(measured)
end

-- How much more two processors do than one, by the medians of what a run with -j1 takes alone, and of what two of them
-- take at once, which share nothing but the machine.
local function machine_scaling(runs, script, options)
  local alone, both = {}, {}
  for run = 1, runs do
    alone[run] = common.measure(words_of(script, options, "-j1")).seconds
    both[run] = common.time_both(words_of(script, options, "-j1"), words_of(script, options, "-j1"))
    remove_stores()
  end
  return 2 * common.median(alone) / common.median(both)
end

--- Measures a sweep as users run it, with -j2 and with -j1 (`scaling`), and with -j1 where there is but one processor
--- (`processor_scaling`): beside the one thread that computes, reading the script and writing the results take part of
--- another one. Two runs with -j1 at once tell what the machine itself would allow (`machine_scaling`). Next to it a
--- sample of its combos each computed alone (--no-share, which still computes indicators once) and by the plain
--- evaluator, on one thread.
---@param name string
---@param text string a script; sample_of(count) in it is nil or a random sample of the combos
---@param options { data: string, timeframe: string?, runs: integer, alone: integer, plain: integer } the last three:
--- how many processes to take the median of, and how many combos of the samples
function M.bench(name, text, options)
  if not common.asked("sweep_" .. name) then return end
  local function script_of(sample)
    return common.script(name .. (sample and ".sample" or ""), ("local function sample_of() return %s end\n"):format(
      sample and ('{ method = "random", count = %d, seed = 1 }'):format(sample) or "nil") .. text)
  end
  local whole = script_of()
  local two, one, narrow = measure(options.runs, whole, options,
    { { "-j2" }, { "-j1" }, { "-j1", one_processor = true } })
  local alone = measure(1, script_of(options.alone), options, { { "-j1", "--no-share" } })
  local sweep = load.sweep(whole)
  local params = sweep.strategy:space(sweep.over)
  local plain = common.time_plain(sweep.strategy, params, random_digits(params, options.plain),
    { data = options.data, from = sweep.from, to = sweep.to, timeframe = options.timeframe })
  local combos, answer = two.answer.combos, two.answer
  local rate, alone_rate = combos / two.seconds, alone.answer.combos / alone.execution
  common.report("sweep_" .. name, { { "work", combos }, { "unit", "combos" }, { "seconds", two.seconds },
    { "rate", rate }, { "threads", answer.threads }, { "cpu_seconds", two.cpu }, { "one_thread_seconds", one.seconds },
    { "scaling", one.ratio }, { "one_processor_seconds", narrow.seconds }, { "processor_scaling", narrow.ratio },
    { "execution_seconds", two.execution }, { "execution_scaling", one.execution_ratio },
    { "machine_scaling", machine_scaling(options.runs, whole, options) },
    { "data_seconds", answer.timing.data_seconds }, { "indicator_seconds", answer.timing.indicator_seconds },
    { "average_us", answer.timing.average_us }, { "cache_hit_rate", answer.cache_hit_rate },
    { "nodes_asked", answer.nodes_asked }, { "nodes_computed", answer.nodes_computed },
    { "memory_bytes", two.memory }, { "under_1_gb", two.memory < 1e9 },
    { "no_share_combos", alone.answer.combos }, { "no_share_rate", alone_rate },
    { "ratio_to_no_share", rate / alone_rate }, { "plain_combos", options.plain }, { "plain_rate", 1 / plain },
    { "ratio_to_plain", rate * plain } })
end

--- On the simulated market.
function M.simulated()
  os.execute("cp strategies/canopy.lua '" .. common.scratch .. "'") -- scripts require what lies beside them
  M.bench("canopy_21k", [[
local b = require "banyan"
return b.sweep { strategy = require "canopy", sample = sample_of(), from = "2015-06-01", slippage = 0.0005,
  over = { rsi_window = b.range(5, 30), overbought = b.range(70, 85, 0.5), trend_window = b.range(50, 300, 10) } }
]], { data = common.scratch .. "/sim", runs = 3, alone = 300, plain = 5 })
end

local HEAD = 'local b = require "banyan"\nlocal t = b.import "%s"\n'

local BENCH_TREE = HEAD .. [[
t:select { id = { "%s" } }:param("window", "rsi_window", 10, b.range(5, 40))
  :param("threshold", "threshold", 70, %s)
t:select { id = { "%s" } }:param("right.window", "average_window", 100, b.range(10, 200, 10))
return b.sweep { strategy = t, from = "2016-02-26", to = "2020-12-25", sample = sample_of() }
]]

-- 36 RSI windows, 81 shifts of thresholds, 69 averages: 201,204 combos.
local ANANSI = HEAD .. [[
t:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, b.range(5, 40))
t:select { indicator = "rsi", comparator = "lt", threshold = 30 }
  :shift("threshold", "rsi_shift", 0, b.range(-5, 5, 0.125))
t:select { indicator = "sma", window = 30 }:param("window", "ma_window", 30, b.range(10, 78))
return b.sweep { strategy = t, from = "2012-01-03", to = "2020-12-11", sample = sample_of() }
]]

-- 20 * 28 * 25 = 14,000 combos.
local FILTERS = HEAD .. [[
t:select { kind = "condition", indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, b.range(5, 24))
t:select { kind = "filter" }:shift("window", "ranking_shift", 0, b.range(0, 27))
t:select { indicator = "rsi", comparator = "gt" }:shift("threshold", "hotter", 0, b.range(-3, 3, 0.25))
return b.sweep { strategy = t, sample = sample_of() }
]]

-- A ranking of sub-trees by their own equity under every combo: 20 * 50 = 1,000 combos.
local ROTATOR = HEAD .. [[
t:select { indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, b.range(5, 24))
t:select { kind = "filter" }:shift("window", "ranking_shift", 0, b.range(0, 49))
return b.sweep { strategy = t, sample = sample_of() }
]]

local function absolute(path)
  return assert(io.popen("realpath '" .. path .. "'")):read "*l"
end

local function bench_tree(thresholds)
  local file = assert(io.open(common.shared .. "/bench/sweep.json"))
  local gates = json.decode(file:read "*a", "sweep.json")
  file:close()
  return BENCH_TREE:format(absolute(common.shared .. "/bench/tree.json"), table.concat(gates.rsi_gates, '", "'),
    thresholds, table.concat(gates.average_gates, '", "'))
end

--- On real trees and prices.
function M.shared()
  local real, bench = backtests.stores()
  local folder = absolute(common.shared .. "/strategies")
  local function defsymphony(text, name) return text:format(folder .. "/defsymphony/" .. name .. ".clj") end
  M.bench("bench_tree_15k", bench_tree "b.range(60, 80)", { data = bench, runs = 3, alone = 300, plain = 3 })
  M.bench("bench_tree_200k", bench_tree "b.range(60, 79.6, 0.07)",
    { data = bench, runs = 7, alone = 300, plain = 3 })
  M.bench("anansi_200k", ANANSI:format(folder .. "/composer/anansi.json"),
    { data = real, runs = 7, alone = 300, plain = 3 })
  M.bench("rains_em_dancer_14k", defsymphony(FILTERS, "rains_em_dancer"),
    { data = real, runs = 3, alone = 100, plain = 3 })
  M.bench("doctor_strange_14k", defsymphony(FILTERS, "doctor_strange"),
    { data = real, runs = 3, alone = 100, plain = 3 })
  M.bench("hedged_sector_rotator_1k", defsymphony(ROTATOR, "hedged_sector_rotator"),
    { data = real, runs = 3, alone = 100, plain = 3 })
end

return M
