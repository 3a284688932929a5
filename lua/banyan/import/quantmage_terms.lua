-- SPDX-License-Identifier: MIT
-- Tickers and indicators of QuantMage.
jit.off(true, true) -- see walk.lua
local as_of = require "banyan.as_of"
local object = require "banyan.import.object"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local field = object.field

local M = {}

local convergence = { window = 12, window2 = 26, window3 = 9 }

-- Type -> our name, whether it takes the window that stands beside it, else the windows it has.
-- maximum drawdown: QuantMage's spells compare it with small positive numbers, so it is positive.
local indicators = {
  currentprice = { "close" },
  movingaverage = { "sma", true },
  exponentialmovingaverage = { "ema", true },
  relativestrengthindex = { "rsi", true },
  cumulativereturn = { "cumulative_return", true },
  movingaverageofreturns = { "mean_return", true },
  volatility = { "stdev_return", true },
  maxdrawdown = { "max_drawdown", true },
  drawdown = { "drawdown" },
  ["13612wmomentum"] = { "momentum_13612w" },
  ["13612umomentum"] = { "momentum_13612u" },
  sma12momentum = { "momentum_sma12" },
  ultimatesmoother = { "ultimate_smoother", true },
  aroonup = { "aroon_up", true },
  aroondown = { "aroon_down", true },
  aroon = { "aroon", true },
  macd = { "macd_histogram", convergence },
  percentagepriceoscillator = { "ppo_histogram", convergence },
  trendclarity = { "trend_clarity", true },
}

local KNOWN = "13612uMomentum, 13612wMomentum, Aroon, AroonDown, AroonUp, CumulativeReturn, "
  .. "CurrentPrice, Drawdown, ExponentialMovingAverage, Macd, MaxDrawdown, MovingAverage, "
  .. "MovingAverageOfReturns, PercentagePriceOscillator, RelativeStrengthIndex, Sma12Momentum, "
  .. "TrendClarity, UltimateSmoother, Volatility"

--- What is measured: a ticker, a view, or an economic series such as @T10Y2Y.
---@return string|nil, string|nil reason
function M.measured(value)
  local ticker = terms.ticker(value)
  if as_of.name(ticker) then return ticker end
  return M.ticker(value)
end

--- A ticker, also of a view: A/B (a ratio), X?L=0.75 (X with other leverage).
---@return string|nil, string|nil reason
function M.ticker(value)
  local ticker, reason = terms.ticker(value)
  if not ticker then return nil, reason end
  if ticker:sub(1, 1) == "@" then
    return nil, ("%s is an economic series, which can be measured, but not held; use a ticker")
      :format(text_of.shown(ticker))
  end
  local base, leverage = ticker:match "^([^?]+)%?L=([^?]+)$"
  if ticker:find("?", 1, true) and not (base and terms.number(leverage)) then
    return nil, ("'%s' is not a view; banyan knows A/B, and leverage as in SPY?L=0.75")
      :format(text_of.shown(ticker))
  end
  return ticker
end

--- The branch that a ticker such as `Subspell "From"` refers to, in small letters; nil for others.
---@return string|nil
function M.subspell(value)
  local name = type(value) == "string" and #value <= 64 and value:match '^%s*Subspell%s*"([^"]*)"%s*$'
  return name and name:lower() or nil
end

--- An indicator, without what it is measured over.
---@param source any { type, window }
---@return table|nil, string|nil reason
function M.indicator(source)
  if type(source) ~= "table" then return nil, "it has no indicator" end
  local name = field(source, "type")
  local entry = type(name) == "string" and indicators[name:lower()]
  if not entry then
    return nil, ("unknown indicator '%s'; banyan knows %s"):format(text_of.shown(name), KNOWN)
  end
  local result, windows = { fn = entry[1] }, entry[2]
  if windows == true then
    local bars, reason = terms.window(field(source, "window"), "window")
    if not bars then return nil, ("indicator %s: %s"):format(name, reason) end
    result.window = bars
  elseif windows then
    for key, bars in pairs(windows) do result[key] = bars end
  end
  return result
end

return M
