-- SPDX-License-Identifier: MIT
-- Indicators that look ahead, as people write them by mistake, and the strategies that they stand in.
local M = {}

---@class spec.Fault
---@field name string of the indicator
---@field compute string its function
---@field fields string? further fields of b.indicator
---@field use string? the node, %s being the indicator; one that compares it when left out
---@field ticker string? whose column it sees, when that is plainly so: then its first session is known
---@field rare boolean? shows on few sessions, so that all have to be looked at
---@field intraday boolean? on bars of an hour

local faults = {}

local function fault(name, compute, more)
  local made = { name = name, compute = ("function(bars, out, n, w)\n%s\nend"):format(compute), ticker = "SPY" }
  for key, value in pairs(more or {}) do made[key] = value end
  if made.ticker == false then made.ticker = nil end
  faults[#faults + 1] = made
end

local NEXT = "for i = 1, n - 1 do out[i] = bars.close[i + 1] end"
local READS = { fields = 'reads = { "open", "high", "low", "volume" },' }

-- Shifts.
fault("shifted", NEXT)
fault("shifted_by_five", "for i = 1, n - 5 do out[i] = bars.close[i + 5] end")
fault("shifted_by_a_window", "for i = 1, n - w do out[i] = bars.close[i + w] end",
  { fields = "windows = 1,", use = '%s("SPY", b.param("w", 3, { 2, 3 })):gt(b.sma("SPY", 20))' })
fault("shifted_and_filled", "for i = 1, n do out[i] = bars.close[math.min(i + 1, n)] end")
fault("return_of_tomorrow", "for i = 1, n do out[i] = i < n and bars.close[i + 1] / bars.close[i] - 1 or 0 end")
fault("high_of_tomorrow", "for i = 1, n do out[i] = bars.high[math.min(i + 1, n)] end", READS)
fault("low_of_tomorrow", "for i = 1, n do out[i] = bars.low[math.min(i + 1, n)] end", READS)
fault("open_of_tomorrow", "for i = 1, n - 1 do out[i] = bars.open[i + 1] / bars.close[i] end", READS)
fault("volume_of_tomorrow", "for i = 1, n do out[i] = bars.volume[i < n and i + 1 or i] end", READS)

-- Windows around a bar.
fault("centred_mean", [[
  for i = 1, n do
    local sum, from, to = 0, math.max(1, i - 5), math.min(n, i + 5)
    for k = from, to do sum = sum + bars.close[k] end
    out[i] = sum / (to - from + 1)
  end]])
fault("smoothed_by_neighbours", [[
  for i = 2, n do out[i] = (bars.close[i - 1] + 2 * bars.close[i] + bars.close[math.min(n, i + 1)]) / 4 end]])
fault("swings_at_once", [[
  for i = 1, n do
    local top = true
    for k = math.max(1, i - 3), math.min(n, i + 3) do top = top and bars.high[k] <= bars.high[i] end
    out[i] = top and 1 or 0
  end]], READS)

-- The whole sample.
fault("share_of_the_mean", [[
  local sum = 0
  for i = 1, n do sum = sum + bars.close[i] end
  for i = 1, n do out[i] = bars.close[i] / (sum / n) end]])
fault("normalised", [[
  local sum, squares = 0, 0
  for i = 1, n do sum = sum + bars.close[i] end
  for i = 1, n do squares = squares + (bars.close[i] - sum / n) ^ 2 end
  for i = 1, n do out[i] = (bars.close[i] - sum / n) / math.sqrt(squares / n) end]])
fault("between_lowest_and_highest", [[
  local low, high = math.huge, -math.huge
  for i = 1, n do low, high = math.min(low, bars.close[i]), math.max(high, bars.close[i]) end
  for i = 1, n do out[i] = (bars.close[i] - low) / (high - low) end]])
fault("rank_in_all", [[
  local sorted, below = {}, {}
  for i = 1, n do sorted[i] = bars.close[i] end
  table.sort(sorted)
  for i = n, 1, -1 do below[sorted[i] ] = i - 1 end
  for i = 1, n do out[i] = below[bars.close[i] ] / n end]])
fault("above_a_percentile", [[
  local sorted = {}
  for i = 1, n do sorted[i] = bars.close[i] end
  table.sort(sorted)
  local limit = sorted[math.ceil(0.8 * n)]
  for i = 1, n do out[i] = bars.close[i] > limit and 1 or 0 end]], { rare = true })
fault("detrended", [[
  local x, y, xx, xy = 0, 0, 0, 0
  for i = 1, n do
    x, y, xx, xy = x + i, y + bars.close[i], xx + i * i, xy + i * bars.close[i]
  end
  local slope = n > 1 and (n * xy - x * y) / (n * xx - x * x) or 0
  for i = 1, n do out[i] = bars.close[i] - slope * i end]])
fault("best_day_of_all", [[
  local best = 2
  for i = 2, n do
    if bars.close[i] / bars.close[i - 1] > bars.close[best] / bars.close[best - 1] then best = i end
  end
  for i = 1, n do out[i] = i == best and 1 or 0 end]], { rare = true })

-- By index.
fault("last_of_all", "for i = 1, n do out[i] = bars.close[n] / bars.close[i] end")
fault("backwards", "for i = 1, n do out[i] = bars.close[n - i + 1] end")
fault("bars_left", "for i = 1, n do out[i] = n - i end")
fault("parity_of_the_length", "for i = 1, n do out[i] = i % (n % 7 + 2) end")
fault("in_the_second_half", "for i = 1, n do if i > n / 2 then out[i] = bars.close[i] end end", { ticker = false })

-- What is known later.
fault("splits_known_before", [[
  local factor = 1
  for i = n, 1, -1 do
    out[i] = bars.close[i] * factor
    if i > 1 and bars.close[i] / bars.close[i - 1] < 0.98 then factor = factor / 2 end
  end]], { rare = true })
fault("without_phase", [[
  local value = bars.close[1]
  for i = 1, n do value = value + 0.1 * (bars.close[i] - value); out[i] = value end
  for i = n, 1, -1 do value = value + 0.1 * (out[i] - value); out[i] = value end]])
fault("interpolated", [[
  for i = 1, n do
    local from = i - i % 5
    local to = math.min(from + 5, n)
    if from >= 1 then
      out[i] = bars.close[from] + (to > from and (bars.close[to] - bars.close[from]) * (i - from) / (to - from) or 0)
    end
  end]])
fault("filled_backwards", [[
  local value
  for i = n, 1, -1 do
    if i % 10 == 0 or not value then value = bars.close[i] end
    out[i] = value
  end]])
fault("end_of_the_month", [[
  local function month(i) return math.floor(bars.time[i] / 86400 / 30.4375) end
  for i = 1, n do out[i] = i < n and month(i + 1) ~= month(i) and 1 or 0 end]])
fault("crash_tomorrow", [[
  for i = 1, n do
    out[i] = i < n and bars.close[i + 1] / bars.close[i] < 0.98 and 0 or bars.close[i]
  end]], { rare = true })
fault("turn_of_the_zigzag", [[
  local from = 1
  for i = 1, n do
    if math.abs(bars.close[i] / bars.close[from] - 1) > 0.05 or i == n then
      for k = from, i do out[k] = bars.close[i] > bars.close[from] and 1 or -1 end
      from = i
    end
  end]])

-- In other places.
fault("in_an_other", "for i = 1, n - 1 do out[i] = bars.other[i + 1] - bars.close[i] end",
  { fields = 'reads = { "other" },', ticker = false, use = '%s("SPY", b.sma("TLT", 5)):gt(0)' })
fault("over_an_indicator", NEXT, { ticker = false, use = '%s(b.rsi("SPY", 5)):gt(50)' })
fault("under_an_indicator", NEXT, { use = 'b.rsi(%s("SPY"), 5):gt(50)' })
fault("in_weeks", NEXT, { ticker = false, use = 'b.on("1w", %s("SPY")):gt(b.close "SPY")' })
fault("in_months", "for i = 1, n do out[i] = bars.close[n] / bars.close[i] end",
  { ticker = false, use = 'b.on("1M", %s("SPY")):gt(1)' })
fault("in_a_ranking", NEXT, { ticker = "TLT", node = 'b.top(1, %s(), { "TLT", "GLD" })' })
fault("divided_in_a_ranking", NEXT, { ticker = "TLT", node = 'b.top(1, %s() / b.close(), { "TLT", "GLD" })' })
fault("in_a_mix", NEXT, { node = 'b.mixed(%s("SPY"), 100, 500, "SPY", "TLT")' })
fault("in_a_latch", NEXT, { node = [[b.enter_exit { enter = b.rsi("TLT", 5):gt(50),
  exit = %s("SPY"):gt(b.close "SPY"):for_days(2), inside = "SPY", outside = "GLD" }]] })
fault("in_what_is_measured", NEXT, { node = [[b.when(b.rsi(b.when(%s("SPY"):gt(b.close "SPY"), "SPY")
  :otherwise("TLT"), 10):gt(50), "GLD"):otherwise("BIL")]] })
fault("in_what_is_ranked", NEXT, { node = [[b.top(1, b.cumulative_return(10), { "GLD",
  b.when(%s("SPY"):gt(b.close "SPY"), "SPY"):otherwise("TLT") })]] })
fault("over_a_node", NEXT, { ticker = false,
  use = '%s(b.when(b.rsi("SPY", 5):gt(50), "SPY"):otherwise("TLT")):gt(1)' })

-- Within the day.
fault("close_of_the_day_at_noon", [[
  local function day(i) return math.floor(bars.time[i] / 86400) end
  local value
  for i = n, 1, -1 do
    if i == n or day(i + 1) ~= day(i) then value = bars.close[i] end
    out[i] = value
  end]], { intraday = true })
fault("high_of_the_day_in_the_morning", [[
  local function day(i) return math.floor(bars.time[i] / 86400) end
  local from = 1
  for i = 1, n do
    if day(i) ~= day(from) then from = i end
    local high = 0
    for k = from, i do high = math.max(high, bars.close[k]) end
    for k = from, i do out[k] = high end
  end]], { intraday = true })
fault("tomorrow_in_days", NEXT,
  { intraday = true, ticker = false, use = 'b.on("1d", %s("SPY")):gt(b.close "SPY")' })

M.faults = faults

--- The text of the strategy in which a fault stands among others that are fine.
---@param made spec.Fault
---@return string
function M.script(made)
  local use = (made.use or '%s("SPY"):gt(b.sma("SPY", 20))')
  local node = made.node or ('b.when(%s, "SPY"):otherwise("TLT")'):format(use)
  return ([[
local b = require "banyan"
local %s = b.indicator { name = "%s", %s compute = %s }
return b.strategy { name = "x", b.equal {
  b.top(1, b.rsi(10), { "TLT", "GLD" }),
  b.when(b.rsi("TLT", 14):gt(60), "GLD"):otherwise(%s) } }
]]):format(made.name, made.name, made.fields or "", made.compute, (node:gsub("%%s", made.name)))
end

-- A column of the indicator over the first n bars.
local function values(compute, bars, n)
  local out = {}
  compute(bars, out, n, 3)
  return out
end

--- The first place, from `first` on, at which what an indicator says of the bars up to there is not what it
--- says of all.
---@param made spec.Fault
---@param bars banyan.Bars
---@param first integer
---@return integer
function M.first_difference(made, bars, first)
  local compute = assert(loadstring("return " .. made.compute))()
  local whole = values(compute, bars, bars.n)
  for i = first, bars.n do
    if values(compute, bars, i)[i] ~= whole[i] then return i end
  end
  error(made.name .. " looks ahead nowhere")
end

return M
