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
  atr = NOT_NEGATIVE, trend_clarity = NOT_NEGATIVE,
}

-- Of prices, which are positive.
local OF_PRICES = {
  close = POSITIVE, sma = POSITIVE, ema = POSITIVE, max_drawdown = PERCENT, drawdown = PERCENT,
  cumulative_return = RETURN, mean_return = RETURN, momentum_13612w = RETURN,
  momentum_13612u = RETURN, momentum_sma12 = RETURN,
}

-- A view with leverage can lose more than all.
local function are_prices(series)
  if series.ticker == nil or series.over ~= nil then return false end
  for _, ticker in ipairs(identity.values(series.ticker)) do
    if type(ticker) ~= "string" or ticker:find("?", 1, true) then return false end
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
  local prices, domain = are_prices(series), nil
  for _, fn in ipairs(identity.values(series.fn)) do
    local own = OF_ANYTHING[fn] or prices and OF_PRICES[fn] or interval.ALL
    domain = domain and interval.hull(domain, own) or own
  end
  return interval.affine(domain, factor, offset)
end

return M
