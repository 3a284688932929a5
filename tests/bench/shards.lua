-- SPDX-License-Identifier: MIT
-- What shards cost: the processor time of a sweep in eight shards and their merge, over that of the sweep as a whole.
local common = require "bench.common"
local host = require "banyan.host"

local M = {}

local SHARDS, RUNS = 8, 5

-- 104 * 81 * 241 = 2,030,184 combos of a light tree: what a shard does once weighs most.
local CANOPY = [[
local b = require "banyan"
return b.sweep { strategy = require "canopy", from = "2015-06-01",
  over = { rsi_window = b.range(5, 108), overbought = b.range(65, 85, 0.25), trend_window = b.range(60, 300) } }
]]

-- 20 * 40 * 25 = 20,000 combos of a heavy one.
local DOCTOR_STRANGE = [[
local b = require "banyan"
local t = b.import "%s"
t:select { kind = "condition", indicator = "rsi", window = 10 }:param("window", "rsi_window", 10, b.range(5, 24))
t:select { kind = "filter" }:shift("window", "ranking_shift", 0, b.range(0, 39))
t:select { indicator = "rsi", comparator = "gt" }:shift("threshold", "hotter", 0, b.range(-3, 3, 0.25))
return b.sweep { strategy = t }
]]

local function measure(words)
  words[#words + 1] = "--no-progress"
  local usage, answer = common.measure(words)
  return usage.cpu_seconds, answer
end

local function sweep(script, data, store, ...)
  return measure { "sweep", script, "--data", data, "--store", store, ... }
end

local function bench(name, text, data)
  if not common.asked(name) then return end
  local script, ratios, whole_cpu, parts_cpu, merge_cpu, combos = common.script(name, text), {}, {}, {}, {}, nil
  for run = 1, RUNS do
    local store = common.scratch .. "/whole"
    local whole, answer = sweep(script, data, store)
    os.execute("rm -rf '" .. store .. "'")
    combos, store = answer.combos, common.scratch .. "/cut"
    local parts = 0
    for number = 1, SHARDS do parts = parts + sweep(script, data, store, "--shard", number .. "/" .. SHARDS) end
    local merge = measure { "merge", store }
    os.execute("rm -rf '" .. store .. "'")
    whole_cpu[run], parts_cpu[run], merge_cpu[run] = whole, parts, merge
    ratios[run] = (parts + merge) / whole
  end
  local seconds = common.median(parts_cpu) + common.median(merge_cpu)
  common.report(name, { { "work", combos }, { "unit", "combos" }, { "seconds", seconds }, { "rate", combos / seconds },
    { "shards", SHARDS }, { "unsharded_cpu_seconds", common.median(whole_cpu) },
    { "shards_cpu_seconds", common.median(parts_cpu) }, { "merge_cpu_seconds", common.median(merge_cpu) },
    { "ratio_to_unsharded", common.median(ratios) } })
end

--- On the simulated market, which is there already.
function M.simulated()
  os.execute("cp strategies/canopy.lua '" .. common.scratch .. "'")
  bench("shards_canopy_2m", CANOPY, common.scratch .. "/sim")
end

--- On a real tree, whose bars are there already.
function M.shared()
  local path = common.shared .. "/strategies/defsymphony/doctor_strange.clj"
  bench("shards_doctor_strange_20k", DOCTOR_STRANGE:format(assert(host.absolute(path))), common.scratch .. "/real")
end

return M
