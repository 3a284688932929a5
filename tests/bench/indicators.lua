-- SPDX-License-Identifier: MIT
-- Every indicator over a million bars on one core: bars a second, beside the plain indicators on the first of them
-- (the best of several runs each), and beside a copy of the closes, which is what no loop over them can go below.
local ffi = require "ffi"
local common = require "bench.common"
local engine = require "banyan.ffi"
local random = require "banyan.random"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

local BARS, PLAIN_BARS, RUNS, PLAIN_RUNS = 1000000, 20000, 5, 3

-- Usual windows and numbers; others take the first ones of these.
local USUAL = { macd = { 12, 26, 9 }, macd_signal = { 12, 26, 9 }, macd_histogram = { 12, 26, 9 },
  ppo = { 12, 26, 9 }, ppo_signal = { 12, 26, 9 }, ppo_histogram = { 12, 26, 9 }, apo = { 12, 26, 9 },
  kama = { 10, 2, 30 }, ultimate_oscillator = { 7, 14, 28 }, stochastic_k = { 14, 3, 3 },
  stochastic_d = { 14, 3, 3 }, trend_regime = { 20, 100 }, volatility_regime = { 20, 100 } }
local WINDOWS = { 20, 14, 3 }
local NUMBERS = { sar = { 0.02, 0.2 } }

-- A walk of a million bars.
local function bars()
  local stream, made = random.stream "indicators", {}
  for _, name in ipairs { "open", "high", "low", "close", "volume", "other" } do
    made[name] = ffi.new("double[?]", BARS)
  end
  made.time = ffi.new("int64_t[?]", BARS)
  local close = 100
  for i = 0, BARS - 1 do
    local open = close * (1 + 0.002 * (stream:uniform() - 0.5))
    close = math.max(1, open * (1 + 0.02 * (stream:uniform() - 0.5)))
    made.open[i], made.close[i] = open, close
    made.high[i] = math.max(open, close) * (1 + 0.005 * stream:uniform())
    made.low[i] = math.min(open, close) * (1 - 0.005 * stream:uniform())
    made.volume[i], made.other[i] = 1000 * stream:uniform(), 50 + stream:uniform()
    made.time[i] = 60 * i
  end
  return made
end

local function recipe_of(name)
  local recipe = ffi.new "by_recipe"
  for i = 1, 3 do recipe.window[i - 1] = (USUAL[name] or WINDOWS)[i] or WINDOWS[i] end
  for i = 1, 2 do recipe.number[i - 1] = (NUMBERS[name] or { 2, 2 })[i] end
  return recipe
end

local function best(runs, f)
  local least = math.huge
  for _ = 1, runs do least = math.min(least, common.time(1, f)) end
  return least
end

--- Prints a line an indicator.
function M.run()
  if not common.asked "indicators" then return end
  local kept, out = bars(), ffi.new("double[?]", BARS)
  local inputs = ffi.new("by_inputs", kept)
  local floor = best(RUNS, function() ffi.copy(out, kept.close, BARS * 8) end)
  for _, name in ipairs(tree_of.indicator_names) do
    local code, recipe = tree_of.INDICATORS[name].code, recipe_of(name)
    local seconds = best(RUNS, function()
      C.by_indicator_compute(code, recipe, inputs, BARS, out)
    end)
    local plain_seconds = best(PLAIN_RUNS, function()
      common.plain.plain_indicator(code, recipe, inputs, PLAIN_BARS, out)
    end)
    local rate = BARS / seconds
    common.report("indicators " .. name, { { "bars", BARS }, { "seconds", seconds },
      { "million_bars_per_second", rate / 1e6 }, { "to_copy", seconds / floor },
      { "to_plain", plain_seconds / PLAIN_BARS * rate } })
  end
end

return M
