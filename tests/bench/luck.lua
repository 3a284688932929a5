-- SPDX-License-Identifier: MIT
-- How much of the best of a sweep is luck: `banyan stats` as users run it, and cross-validation where no two of 200,000
-- combos are alike.
local common = require "bench.common"

local M = {}

local SWEEP = [[
local b = require "banyan"
return b.sweep { strategy = require "canopy", from = "2015-06-01",
  over = { rsi_window = b.range(5, 30), overbought = b.range(70, 85, 0.05), trend_window = b.range(50, 300, 10) } }
]]
local RUNS = 3

-- The medians of a process run on two threads and on one, in turns.
local function measure(words)
  local seconds, memory, answer = { {}, {} }, 0, nil
  for _ = 1, RUNS do
    for threads = 1, 2 do
      local each = { unpack(words) }
      each[#each + 1] = "-j" .. threads
      local usage
      usage, answer = common.measure(each)
      table.insert(seconds[threads], usage.seconds)
      memory = math.max(memory, usage.memory_bytes)
    end
  end
  return common.median(seconds[2]), common.median(seconds[1]), memory, answer
end

local function report(name, words, facts_of)
  local seconds, one, memory, answer = measure(words)
  local combos, distinct, splits = facts_of(answer)
  common.report(name, { { "work", combos }, { "unit", "combos" }, { "distinct", distinct }, { "splits", splits },
    { "seconds", seconds }, { "rate", combos / seconds }, { "one_thread_seconds", one },
    { "scaling", one / seconds }, { "memory_bytes", memory }, { "under_100_mb", memory < 100e6 } })
end

--- On the simulated market, and on made up block sums.
function M.run()
  if common.asked "stats_canopy_203k" then
    os.execute("cp strategies/canopy.lua '" .. common.scratch .. "'") -- scripts require what lies beside them
    local store = common.scratch .. "/luck.sweep"
    common.run("sweep", common.script("luck", SWEEP), "--data", common.scratch .. "/sim", "--store", store, "-q")
    report("stats_canopy_203k", { "stats", store, "--top", "0" }, function(answer)
      return answer.trials.used, answer.trials.distinct, answer.cscv.splits
    end)
  end
  if common.asked "cscv_200k" then
    report("cscv_200k", { "lua", "tests/bench/trials.lua", "200000" }, function(answer)
      return answer.trials, answer.trials, answer.splits
    end)
  end
end

return M
