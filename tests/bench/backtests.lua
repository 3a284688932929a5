-- SPDX-License-Identifier: MIT
-- Single backtests, and the import of prices.
local backtest = require "banyan.backtest"
local common = require "bench.common"
local load = require "banyan.load"

local M = {}

local BARS = 1034731 -- of the real prices

-- A whole process: start, store, import, compile, evaluate, print; and the evaluation alone.
local function bench_backtest(name, path, options)
  if not common.asked("backtest_" .. name) then return end
  local strategy = load.strategy(path)
  local words = { "run", path, "--data", options.data }
  for _, key in ipairs { "from", "to" } do
    if options[key] then words[#words + 1] = "--" .. key .. "=" .. options[key] end
  end
  local process, evaluation, days = {}, {}, nil
  for i = 1, 7 do process[i] = common.measure(words).seconds end
  for i = 1, 7 do
    local run = backtest.run(strategy, options)
    evaluation[i] = run.timing.indicator_seconds + run.timing.execution_seconds
    days = run.days
  end
  local seconds, evaluated = common.median(process), common.median(evaluation)
  local plain = common.time_plain(strategy, strategy:assignment(), { {} }, options)
  common.report("backtest_" .. name, { { "work", 1 }, { "unit", "backtest" }, { "days", days },
    { "nodes", strategy:describe().nodes }, { "seconds", seconds }, { "rate", 1 / seconds },
    { "evaluation_seconds", evaluated }, { "plain_seconds", plain }, { "ratio_to_plain", plain / evaluated } })
end

--- On the simulated market.
function M.simulated()
  local data = common.scratch .. "/sim"
  common.run("backfill", "examples/demo_plan.lua", "--data", data)
  bench_backtest("canopy", "strategies/canopy.lua", { data = data })
end

local function bench_import(data, folder)
  if not common.asked "import_285_files" then return end
  local count = 0
  local seconds = common.time(3, function()
    count = count + 1
    common.run("data", "import", folder, "--data", data .. count)
  end)
  local again = common.time(3, function() common.run("data", "import", folder, "--data", data .. 1) end)
  common.report("import_285_files", { { "work", BARS }, { "unit", "bars" }, { "seconds", seconds },
    { "rate", BARS / seconds }, { "again_seconds", again } })
end

--- The real prices and those of the bench tree, imported once.
---@return string real
---@return string bench folders
function M.stores()
  if not M.imported then
    M.imported = true
    common.run("data", "import", common.shared .. "/data/us_daily_adjusted", "--data", common.scratch .. "/real")
    common.run("data", "import", common.shared .. "/bench/prices", "--data", common.scratch .. "/bench")
  end
  return common.scratch .. "/real", common.scratch .. "/bench"
end

--- On real trees and prices.
function M.shared()
  bench_import(common.scratch .. "/import", common.shared .. "/data/us_daily_adjusted")
  local real, bench = M.stores()
  bench_backtest("anansi", common.shared .. "/strategies/composer/anansi.json", { data = real, to = "2020-12-11" })
  for _, name in ipairs { "doctor_strange", "rains_em_dancer", "hedged_sector_rotator" } do
    bench_backtest(name, ("%s/strategies/defsymphony/%s.clj"):format(common.shared, name), { data = real })
  end
  bench_backtest("bench_tree", common.shared .. "/bench/tree.json",
    { data = bench, from = "2016-02-26", to = "2020-12-25" })
end

return M
