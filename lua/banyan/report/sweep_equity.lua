-- SPDX-License-Identifier: MIT
-- The equity of some combos of a sweep, evaluated again.
local engine = require "banyan.ffi"
local thin = require "banyan.report.thin"

local C = engine.C
local M = {}

local POINTS, STRETCHES_MIN = 4000, 10 -- about so many of each curve

---@class banyan.SweepEquity
---@field days number[] since 1970-01-01, of the points
---@field sessions integer that all of them have
---@field curves { combo: integer, why: string, values: number[] }[] growth of 1 since the first of those sessions

local function run_all(reopened, wanted)
  local runs = {}
  for k, each in ipairs(wanted) do runs[k] = reopened:run(each.combo) end
  return runs
end

-- Rows of the panel from the first session that all runs have to the last.
local function common(runs)
  local first, last = 0, math.huge
  for _, run in ipairs(runs) do
    first, last = math.max(first, run.first), math.min(last, run.first + run.day_count - 1)
  end
  return first, last
end

-- Growth of 1 from the first of so many rows.
local function curve_of(run, first, last)
  local values, base = {}, run.equity[first - run.first]
  for row = first, last do values[row - first + 1] = run.equity[row - run.first] / base end
  return values
end

-- What is drawn of curves over these rows.
local function drawn(panel, runs, wanted, first, last)
  local whole, count = {}, last - first + 1
  for k, run in ipairs(runs) do whole[k] = curve_of(run, first, last) end
  local positions = thin.positions(count, math.max(STRETCHES_MIN, math.floor(POINTS / (2 * #runs))), whole)
  local equity = { days = {}, sessions = count, curves = {} }
  for k, i in ipairs(positions) do equity.days[k] = tonumber(panel.time[first + i - 1]) / 86400 end
  for k, each in ipairs(wanted) do
    equity.curves[k] = { combo = each.combo, why = each.why, values = thin.pick(whole[k], positions) }
  end
  return equity
end

--- Evaluates combos again. Fails where strategy or bars are not at hand any more.
---@param reopened banyan.Reopened
---@param wanted { combo: integer, why: string }[] combos, from 1, that have results
---@return banyan.SweepEquity? nil when they have no session in common
function M.of(reopened, wanted)
  local panel = reopened:prepare().market.panel
  local runs = run_all(reopened, wanted)
  local first, last = common(runs)
  local equity = first < last and drawn(panel, runs, wanted, first, last) or nil
  for _, run in ipairs(runs) do engine.close(run, C.by_run_free) end
  return equity
end

return M
