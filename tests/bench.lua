-- SPDX-License-Identifier: MIT
-- Benchmarks (`make bench`): one JSON line each, with the work done, the seconds it took (the median of several
-- runs), the rate, and ratios to other ways in the same run. `make bench ONLY=minutes` runs those alone whose name
-- has that in it. Those on real trees and prices need BANYAN_SHARED (default ../shared) and say so when it is not
-- there.
package.path = "tests/?.lua;" .. package.path

local backtests = require "bench.backtests"
local common = require "bench.common"
local indicators = require "bench.indicators"
local luck = require "bench.luck"
local minutes = require "bench.minutes"
local shards = require "bench.shards"
local sweeps = require "bench.sweeps"

local ok, message = pcall(function()
  indicators.run()
  backtests.simulated()
  sweeps.simulated()
  shards.simulated()
  luck.run()
  minutes.run()
  if common.has_shared() then
    backtests.shared()
    sweeps.shared()
    shards.shared()
  else
    io.stderr:write("bench: no ", common.shared, " (BANYAN_SHARED): the real trees are skipped\n")
  end
end)
common.clean()
if not ok then error(message, 0) end
