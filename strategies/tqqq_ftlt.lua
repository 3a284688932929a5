-- SPDX-License-Identifier: MIT
-- "TQQQ For The Long Term", the classic of leveraged strategies: above its long average the market
-- is held three times over, until it runs too hot; below it, dips are bought and the rest is a
-- cautious guess at the next weeks' direction.
local b = require "banyan"

local rsi_window = b.param("rsi_window", 10, b.range(5, 30))
local overbought = b.param("overbought", 79, b.range(70, 85, 0.5))
local average_window = b.param("average_window", 200, b.range(50, 300, 10))

local function rsi(ticker) return b.rsi(ticker, rsi_window) end

-- In a rising market: all in, but for volatility when everybody is.
local bull = b.when(rsi("TQQQ"):gt(overbought), "UVXY")
  :elsewhen(rsi("SPXL"):gt(80), "UVXY")
  :otherwise("TQQQ")

-- In a falling market: which way do the next weeks go?
local short_trend = b.when(b.close("TQQQ"):gt(b.sma("TQQQ", 20)),
    b.when(rsi("SQQQ"):lt(31), "SQQQ"):otherwise("TQQQ"))
  :otherwise(b.top(1, b.rsi(rsi_window), { "SQQQ", "BSV" }))

-- Fear that grows is held, fear that has peaked is not.
local bear = b.when(rsi("TQQQ"):lt(31), "TECL")
  :elsewhen(rsi("SPY"):lt(30), "SPXL")
  :elsewhen(rsi("UVXY"):gt(74), b.when(rsi("UVXY"):gt(84), short_trend):otherwise("UVXY"))
  :otherwise(short_trend)

return b.strategy {
  name = "TQQQ For The Long Term V2 (242% RR/46.1% Max DD)",
  rebalance = "daily",
  b.when(b.close("SPY"):gt(b.sma("SPY", average_window)), bull):otherwise(bear),
}
