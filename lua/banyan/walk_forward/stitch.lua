-- SPDX-License-Identifier: MIT
-- The test windows of a walk-forward analysis one after the other, as one equity.
--
-- Each window earns what the chosen combo earned in it within its own backtest, its costs included. At the close
-- before a window what is held becomes what that combo holds then, which costs its slippage of what is traded; other
-- costs of that are not counted. A window without a choice stays in cash, and so does what lies between windows, which
-- is no part of the equity.
local ffi = require "ffi"
local engine = require "banyan.ffi"
local results_of = require "banyan.results"

local C = engine.C
local M = {}

-- What the stitched returns alone do not tell.
local NOT_OF_RETURNS = { average_turnover = true, exposure = true, trade_days = true, trades = true }

---@class banyan.Stitched
---@field count integer returns
---@field returns ffi.cdata* double[count]
---@field equity ffi.cdata* double[count + 1]; from 1 on the session before the first test window
---@field times number[] of each equity, count + 1 of them
---@field intraday boolean whether its bars are shorter than a day
---@field combos integer[] which combo earned each return; 0 in cash
---@field metrics { name: string, title: string, value: number }[]

-- What a run holds at the end of a panel row, as fractions of its equity; nothing without a run.
local function held_at(run, row, symbol_count)
  local held = ffi.new("double[?]", symbol_count)
  if run then
    local i = row - run.first
    for k = run.held_first[i], run.held_first[i + 1] - 1 do held[run.held_symbol[k]] = run.held_weight[k] end
  end
  return held
end

local function traded(from, to, symbol_count)
  local sum = 0
  for s = 0, symbol_count - 1 do sum = sum + math.abs(to[s] - from[s]) end
  return sum
end

-- The fraction of the traded value that a combo pays.
local function slippage_of(reopened, combo)
  local by_name = {}
  for _, param in ipairs(reopened.results:params(combo)) do by_name[param.name] = param.value end
  for _, cost in ipairs(reopened.strategy:settings(by_name).costs) do
    if cost[1] == "slippage" then return cost[2] end
  end
end

-- What it costs to go into a window, or out of one into cash, as a fraction of the equity.
local function cost_of_change(reopened, before, after, row)
  if not (before or after) then return 0 end
  local symbol_count = reopened:prepare().market.panel.symbol_count
  local from = held_at(before and before.run, row, symbol_count)
  local to = held_at(after and after.run, row, symbol_count)
  return slippage_of(reopened, (after or before).combo) * traded(from, to, symbol_count)
end

local function metrics_of(returns, count, periods)
  local nothing, result = ffi.new("double[?]", count + 1), ffi.new "by_result"
  local days = ffi.new("by_days", { returns = returns, turnover = nothing, exposure = nothing,
    return_count = count, periods_per_year = periods })
  C.by_metrics_compute(days, result)
  local list = {}
  for _, metric in ipairs(results_of.metrics_of(result)) do
    if not NOT_OF_RETURNS[metric.name] then list[#list + 1] = metric end
  end
  return list
end

-- Fills the returns that end in a window, in cash without a combo.
local function fill(span, held, returns)
  local count = span.last - span.first + 1
  if held then -- return i of a run is from session first + i to the next
    ffi.copy(returns, held.run.returns + (span.first - held.run.first - 1), count * ffi.sizeof "double")
  end
  return count
end

-- Takes a cost out of the return behind it.
local function charge(returns, at, cost)
  if cost > 0 then returns[at] = (1 - cost) * (1 + returns[at]) - 1 end
end

jit.off(charge) -- on some processors compiled code joins a multiplication and an addition into one rounding

-- The returns of all windows. `last` holds the run of the window before, for what it costs to leave it.
local function returns_of(reopened, steps, count)
  local returns, filled, last = ffi.new("double[?]", count), 0, nil
  for i, step in ipairs(steps) do
    local combo, before = step.choice.combo, step.test.first - 1
    local held = combo and { combo = combo, run = reopened:run(combo) } or nil
    local gap = i > 1 and steps[i - 1].test.last < before
    local filled_now = fill(step.test, held, returns + filled)
    if gap then charge(returns, filled - 1, cost_of_change(reopened, last, nil, steps[i - 1].test.last)) end
    charge(returns, filled, cost_of_change(reopened, not gap and last or nil, held, before))
    filled = filled + filled_now
    if last then engine.close(last.run, C.by_run_free) end
    last = held
  end
  if last then engine.close(last.run, C.by_run_free) end
  return returns
end

--- The stitched equity.
---@param reopened banyan.Reopened
---@param steps banyan.WalkStep[]
---@return banyan.Stitched
function M.new(reopened, steps)
  local market, count = reopened:prepare().market, 0
  for _, step in ipairs(steps) do count = count + step.test.last - step.test.first + 1 end
  local returns, equity = returns_of(reopened, steps, count), ffi.new("double[?]", count + 1)
  local panel = market.panel
  local times, combos = { tonumber(panel.time[steps[1].test.first - 1]) }, {}
  for _, step in ipairs(steps) do
    for row = step.test.first, step.test.last do
      times[#times + 1], combos[#combos + 1] = tonumber(panel.time[row]), step.choice.combo or 0
    end
  end
  equity[0] = 1
  for i = 0, count - 1 do equity[i + 1] = equity[i] * (1 + returns[i]) end
  return { count = count, returns = returns, equity = equity, times = times, combos = combos,
    intraday = market:is_intraday(), metrics = metrics_of(returns, count, panel.periods_per_year) }
end

return M
