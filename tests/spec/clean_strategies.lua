-- SPDX-License-Identifier: MIT
-- Strategies that do not look ahead: one for each indicator of the engine with each word of its options, and
-- some with indicators of their own, series from outside, and longer bars.
local b = require "banyan"
local tree_of = require "banyan.tree"

local M = {}

local WINDOWS = { 3, 7, 5 }
local NUMBERS = { 0.5, 2 }

-- What an indicator takes besides its sources, with option words at a position each.
local function arguments(known, position)
  local list = {}
  for i = 1, known.windows do list[i] = WINDOWS[i] end
  for i = 1, known.numbers do list[#list + 1] = NUMBERS[i] end
  local options
  for _, option in ipairs(known.options) do
    options = options or {}
    options[option.name] = option.words[(position - 1) % #option.words + 1]
    if option.counts and position % 2 == 0 then options[option.name] = 30 end
  end
  list[#list + 1] = options
  return list
end

local function of_ticker(name, known, position, ticker)
  local list = arguments(known, position)
  if known.reads_other then table.insert(list, 1, ticker == "TLT" and "GLD" or "TLT") end
  if not known.reads_time then table.insert(list, 1, ticker) end
  return b[name](unpack(list))
end

local function template(name, known, position)
  local list = arguments(known, position)
  if known.reads_other then table.insert(list, 1, "UVXY") end
  return b[name](unpack(list))
end

-- The indicator in a condition, over weeks, and in a ranking.
local function strategy_of(name, known, position)
  local function at(ticker) return of_ticker(name, known, position, ticker) end
  local ranked = b.equal { "QQQ", "GLD" }
  if not known.reads_time then
    ranked = b.top(1, template(name, known, position), { "QQQ", "GLD" })
  end
  local weeks = name:find "^momentum" and at "GLD" or b.on("1w", at "SPY") -- some need a year of bars
  return b.strategy { name = ("%s %d"):format(name, position),
    b.when(at "SPY":gt(at "TLT"), ranked):elsewhen(weeks:gt(at "SPY"), "SPY"):otherwise(b.cash) }
end

-- Of all indicators.
local function each_indicator(add)
  for _, name in ipairs(tree_of.indicator_names) do
    local known, most = tree_of.INDICATORS[name], 1
    for _, option in ipairs(known.options) do most = math.max(most, #option.words) end
    for position = 1, most do add(strategy_of(name, known, position)) end
  end
end

local average = b.indicator { name = "average", windows = 1, first = function(w) return w end,
  compute = function(bars, out, n, w)
    local value = bars.close[1]
    for i = 1, n do
      value = value + 2 / (w + 1) * (bars.close[i] - value)
      if i >= w then out[i] = value end
    end
  end }
local range = b.indicator { name = "range", windows = 1, reads = { "high", "low", "volume" },
  compute = function(bars, out, n, w)
    for i = n, w, -1 do -- in any order
      local high, low = 0, math.huge
      for k = i - w + 1, i do high, low = math.max(high, bars.high[k]), math.min(low, bars.low[k]) end
      out[i] = (high - low) / bars.volume[i]
    end
  end }
local weekday = b.indicator { name = "weekday", compute = function(bars, out, n)
  for i = 1, n do out[i] = math.floor(bars.time[i] / 86400) % 7 end
end }
local spread = b.indicator { name = "spread", reads = { "other" }, compute = function(bars, out, n)
  for i = 2, n do
    if i % 50 > 2 then out[i] = bars.close[i] - bars.other[i - 1] end
  end
end }

-- Strategies of indicators of their own and of all that is no ticker.
local function each_other(add)
  local measured = b.when(average("SPY", 9):gt(b.close "SPY"), "SPY"):otherwise("TLT")
  local nodes = {
    b.when(weekday("SPY"):gt(1), measured):otherwise("GLD"),
    b.top(2, average(5) / b.close(), { "SPY", "TLT", "GLD", measured }),
    b.when(average(measured, 5):gt(b.close(measured)), "SPY"):otherwise("TLT"),
    b.when(spread("SPY", average("TLT", 3)):gt(b.on("1M", spread("SPY", "TLT"))), "SPY"):otherwise("TLT"),
    b.mixed(range("SPY", 4) * 1e6, 1, 9, "SPY", b.inverse_vol(5, { "TLT", measured })),
    b.enter_exit { enter = b.rsi(spread("SPY", "TLT"), 3):gt(60):for_days(2),
      exit = range("TLT", 5):lt(range("TLT", 9):days_ago(3)), inside = "SPY", outside = measured },
    b.when(b.series "rate":gt(b.sma(b.series "rate", 3)), "SPY"):otherwise("TLT"),
    b.when(b.rsi(b.ratio("SPY", "TLT"), 5):gt(50), b.leverage("SPY", 2)):otherwise("TLT"),
    b.when(b.on("1M", b.rsi("SPY", 3)):gt(b.on("1w", average("SPY", 3))), "SPY")
      :otherwise("TLT"),
    b.when(b.sma("SPY", 5):crosses_above(b.sma("SPY", 9)), "SPY"):otherwise(
      b.bottom(1, b.on("1w", b.rsi(3)), { "TLT", "GLD" }, { inverse_vol = 5 })),
  }
  for i, node in ipairs(nodes) do add(b.strategy { name = "other " .. i, node }) end
end

--- Calls add(strategy) for each.
function M.each(add)
  each_indicator(add)
  each_other(add)
end

return M
