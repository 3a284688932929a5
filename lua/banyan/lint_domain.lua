-- SPDX-License-Identifier: MIT
-- Between which numbers an indicator always lies, as far as its definition says so.
local identity = require "banyan.identity"
local interval = require "banyan.lint_interval"

local M = {}

local PERCENT = interval.new(0, 100)
local NOT_NEGATIVE = interval.new(0, math.huge)
local POSITIVE = interval.new(0, math.huge, true)
local RETURN = interval.new(-100, math.huge)

-- Whatever is measured.
local OF_ANYTHING = {
  rsi = PERCENT, stochastic = PERCENT, percentile = PERCENT, adx = PERCENT, mfi = PERCENT,
  aroon_up = PERCENT, aroon_down = PERCENT, aroon = interval.new(-100, 100),
  month = interval.new(1, 12), stdev_return = NOT_NEGATIVE, stdev_price = NOT_NEGATIVE,
  atr = NOT_NEGATIVE, trend_clarity = PERCENT, true_range = NOT_NEGATIVE,
  plus_di = PERCENT, minus_di = PERCENT, dx = PERCENT, highest_bars = NOT_NEGATIVE,
  lowest_bars = NOT_NEGATIVE, stochastic_rsi = PERCENT, stochastic_rsi_d = PERCENT,
  cmo = interval.new(-100, 100), volatility_regime = PERCENT, linreg_r2 = interval.new(0, 1),
  trend_regime = interval.new(-1, 1), correlation = interval.new(-1, 1),
  higher_high = interval.new(0, 1), higher_low = interval.new(0, 1), variance = NOT_NEGATIVE,
  volatility = NOT_NEGATIVE, volatility_parkinson = NOT_NEGATIVE,
  volatility_garman_klass = NOT_NEGATIVE, volatility_yang_zhang = NOT_NEGATIVE,
}

-- Of prices, which are positive, and whose opens and closes lie between low and high.
local OF_PRICES = {
  close = POSITIVE, sma = POSITIVE, ema = POSITIVE, max_drawdown = PERCENT, drawdown = PERCENT,
  cumulative_return = RETURN, mean_return = RETURN, momentum_13612w = RETURN,
  momentum_13612u = RETURN, momentum_sma12 = RETURN, open = POSITIVE, high = POSITIVE,
  low = POSITIVE, volume = NOT_NEGATIVE, highest = POSITIVE, lowest = POSITIVE,
  donchian_upper = POSITIVE, donchian_middle = POSITIVE, donchian_lower = POSITIVE,
  natr = NOT_NEGATIVE, gap = RETURN, williams_r = interval.new(-100, 0), stochastic_k = PERCENT,
  stochastic_d = PERCENT, stochastic_fast_k = PERCENT, stochastic_fast_d = PERCENT,
  ultimate_oscillator = PERCENT, wma = POSITIVE, wilder = POSITIVE, vwma = POSITIVE,
  vwap = POSITIVE, swing_high = POSITIVE, swing_low = POSITIVE, bollinger_width = NOT_NEGATIVE,
  ulcer = PERCENT,
}

-- A view with leverage can lose more than all, and a series from outside is of anything.
local function are_prices(series)
  if series.ticker == nil or series.over ~= nil then return false end
  for _, ticker in ipairs(identity.values(series.ticker)) do
    if type(ticker) ~= "string" or ticker:find "^@" or ticker:find("?", 1, true) then return false end
  end
  return true
end

local function number(value, default)
  local known = nil
  for _, each in ipairs(value == nil and { default } or identity.values(value)) do
    if type(each) ~= "number" or known and known ~= each then return nil end
    known = each
  end
  return known
end

--- Where all values of an indicator lie, whatever its params are.
---@param series table
---@return banyan.Interval
function M.of(series)
  local factor, offset = number(series.factor, 1), number(series.offset, 0)
  if series.op or series.measure ~= nil and series.measure ~= "equity" or not factor or not offset then
    return interval.ALL
  end
  if series.on then return interval.affine(M.of(series.over), factor, offset) end
  local prices, domain = are_prices(series), nil
  for _, fn in ipairs(identity.values(series.fn)) do
    local own = OF_ANYTHING[fn] or prices and OF_PRICES[fn] or interval.ALL
    domain = domain and interval.hull(domain, own) or own
  end
  return interval.affine(domain, factor, offset)
end

return M
