-- SPDX-License-Identifier: MIT
-- Sweeps whose stores the specs of top, show and export read.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local C = engine.C
local M = {}

--- Params that matter only in one mode, one that never leaves a session, texts, and names that
--- other columns have.
M.MODES = [[
local b = require "banyan"
local mode = b.param("mode", "wild", { "calm", "wild" })
local w = b.param("w", 10, { 5, 10, 3000, 15 })
local hot = b.param("sharpe", 70, b.range(60, 80, 10))
local refuge = b.param("Mode", "TLT", { "TLT", "GLD" })
return b.sweep {
  rank = "calmar", from = "2016-01-04", to = "2020-12-31",
  strategy = b.strategy { name = "Calm, \"wild\"",
    b.choice(mode, { calm = "BIL",
      wild = b.when(b.rsi("QQQ", w):gt(hot), "TQQQ"):otherwise(refuge) }) },
}
]]

--- The store of a sweep over the simulated market.
---@param script string its text
---@return string directory
function M.store(script)
  local _, directory = sweeps.sweep(sweeps.script(script), simulated.store())
  return directory
end

--- The store that a sweep leaves behind when it is killed at once.
---@return string directory
function M.empty()
  local directory = helper.scratch() .. "/empty"
  local header = ffi.new "by_results_header"
  local identity = "x 1"
  local description = [[{ "schema": "banyan.store/2", "strategy": "e", "rank": "sharpe", "simulated": false,
    "dataset": "sim/all", "timeframe": "1d", "periods_per_year": 252, "from": "2020-01-02", "to": "2020-12-31",
    "params": [{ "name": "w", "default": 1, "values": [1, 2] }],
    "source": "local b = require \"banyan\" return b.strategy { name = \"e\", \"SPY\" }" }]]
  header.identity, header.description, header.param_count = identity, description, 1
  local results = engine.make("by_results", C.by_results_close, C.by_results_create, directory, header)
  engine.call(C.by_results_commit, results, nil)
  engine.close(results, C.by_results_close)
  return directory
end

return M
