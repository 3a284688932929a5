-- SPDX-License-Identifier: MIT
-- Tests that need the daily returns of combos: these are evaluated again, on the bars of the sweep.
local bootstrap = require "banyan.luck.bootstrap"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local host = require "banyan.host"
local print_ = require "banyan.print"

local C = engine.C
local M = {}

local PERIODS_MIN = 32
local CONFIDENCE = 0.95

---@class banyan.Daily
---@field combos integer[] best first
---@field sessions integer on which all of them have a return
---@field noun "session"|"bar" what these are
---@field from string first of these sessions
---@field to string
---@field reality_check table? see banyan.luck.bootstrap.run; nil where there are too few sessions
---@field sharpe banyan.Bootstrap? of the best, annual
---@field seed integer
---@field replicates integer
---@field not_enough string? why there are no tests

-- The returns of a combo: return i ends in row first + i of the panel.
local function returns_of(reopened, number)
  local run = reopened:run(number)
  local count = run.day_count - 1
  local array = ffi.new("double[?]", math.max(count, 1))
  ffi.copy(array, run.returns, math.max(count, 0) * ffi.sizeof "double")
  local series = { array = array, first = run.first + 1, last = run.first + count }
  engine.close(run, C.by_run_free)
  return series
end

local function all_returns(reopened, combos)
  local list, first, last = {}, -math.huge, math.huge
  for k, number in ipairs(combos) do
    if host.interrupted() > 0 then engine.fail("CANCELLED", "stats: interrupted") end
    list[k] = returns_of(reopened, number)
    first, last = math.max(first, list[k].first), math.min(last, list[k].last)
  end
  return list, first, last
end

-- The sessions that all have, as rows of sessions: double[sessions][combos].
local function to_matrix(list, first, last)
  local matrix = ffi.new("double[?]", (last - first + 1) * #list)
  for k, series in ipairs(list) do
    for row = first, last do
      matrix[(row - first) * #list + k - 1] = series.array[row - series.first]
    end
  end
  return matrix
end

-- The best's Sharpe ratio by the bootstrap of its own returns.
local function sharpe_of(series, options, periods)
  local year = math.sqrt(periods)
  return bootstrap.distribution(series.array, series.last - series.first + 1,
    { block_length = 0, replicates = options.replicates, seed = options.seed,
      confidence = CONFIDENCE },
    function(...)
      local ratio = bootstrap.sharpe_at(...)
      return ratio and ratio * year
    end)
end

--- White's reality check and Hansen's test over combos, with cash as the benchmark, and a confidence
--- interval of the Sharpe ratio of the first one.
---@param reopened banyan.Reopened
---@param combos integer[] best first; at least one
---@param options { replicates: integer, seed: integer, periods: integer }
---@return banyan.Daily
function M.measure(reopened, combos, options)
  local market = reopened:prepare().market
  local list, first, last = all_returns(reopened, combos)
  local daily = { combos = combos, sessions = math.max(0, last - first + 1), seed = options.seed,
    replicates = options.replicates, noun = market:is_intraday() and "bar" or "session" }
  if daily.sessions < PERIODS_MIN then
    daily.not_enough = ("they have %s in common; %d are needed"):format(
      print_.count(daily.sessions, daily.noun), PERIODS_MIN)
    return daily
  end
  daily.from, daily.to = market:when(first), market:when(last)
  daily.reality_check = bootstrap.run(to_matrix(list, first, last), daily.sessions, #list,
    ffi.new("by_reality_options", { replicate_count = options.replicates, seed = options.seed,
      thread_count = reopened.threads }))
  daily.sharpe = sharpe_of(list[1], options, options.periods)
  return daily
end

return M
