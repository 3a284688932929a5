-- SPDX-License-Identifier: MIT
-- Canopy: four sleeves over 19 tickers, the strategy that `make demo` runs.
--
-- A sub-tree is a Lua value and a rule is a Lua function, so what repeats is written once: a few
-- lines here are a tree of several hundred nodes, and banyan computes each distinct one only once.
-- It was made to show the language on a simulated market, not to be traded.
local b = require "banyan"

-- What a sweep may turn; the defaults are what `banyan run` takes.
local rsi_window = b.param("rsi_window", 10, b.range(5, 30))
local overbought = b.param("overbought", 79, b.range(70, 85, 0.5))
local trend_window = b.param("trend_window", 150, b.range(50, 300, 10))

-- Words ------------------------------------------------------------------------------------------

local function is_hot(ticker) return b.rsi(ticker, rsi_window):gt(overbought) end
local function is_cold(ticker) return b.rsi(ticker, rsi_window):lt(30) end
local function is_rising(ticker) return b.close(ticker):gt(b.sma(ticker, trend_window)) end
local function is_stormy(ticker) return b.stdev_return(ticker, 20):gt(1.5) end
local function is_torn(ticker) return b.max_drawdown(ticker, 10):gt(6) end

-- Shelter: where money waits ---------------------------------------------------------------------

-- Bonds three times over, but only while they rise calmly.
local bonds = b.when(b.all { is_rising("TLT"), b.stdev_return("TLT", 20):lt(0.9) }, "TMF")
  :elsewhen(b.ema("TLT", 20):gt(b.ema("TLT", 60)), "TLT")
  :otherwise("BSV")

local gold = b.when(b.ppo("GLD", 12, 26):gt(b.ppo_signal("GLD", 12, 26, 9)), "GLD")
  :otherwise("BIL")

local shelter = b.group("shelter", b.weighted {
  { 0.4, bonds },
  { 0.3, gold },
  { 0.3, b.top(2, b.cumulative_return(60), { "TLT", "GLD", "BSV", "BIL" }) },
})

-- Volatility: what to own when everybody is sure -------------------------------------------------

-- Fear is dear once it has come: the hedge goes when it has worked.
local hedge = b.group("hedge",
  b.when(b.rsi("UVXY", rsi_window):gt(74), shelter)
  :elsewhen(b.cumulative_return("UVXY", 5):gt(30), "BIL")
  :otherwise(b.weighted { { 0.5, "UVXY" }, { 0.5, "BIL" } }))

--- Runs in front of the fall: the hedge as soon as one of the tickers is too hot, else `node`.
local function frontrun(tickers, node)
  local guarded = node
  for i = #tickers, 1, -1 do
    guarded = b.when(is_hot(tickers[i]), hedge):otherwise(guarded)
  end
  return guarded
end

-- Trend: leverage, as long as the weather holds --------------------------------------------------

--- An index through its funds: three times up in calm rises, plain in rough ones, a quick trade in
--- what has fallen too far, and the stronger of short and cash while it falls.
local function ride(index, bull, bear)
  return b.group("ride " .. index, b.when(is_rising(index),
      b.when(b.any { is_stormy("SPY"), is_torn(index) }, index):otherwise(bull))
    :elsewhen(b.all { is_cold(index), b.none { is_torn(index) } }, bull)
    :elsewhen(b.close(index):lt(b.sma(index, 20)),
      b.top(1, b.cumulative_return(15), { bear, "BIL" }))
    :otherwise(shelter))
end

local trend = b.group("trend", b.equal {
  frontrun({ "SPY", "QQQ", "IWM" }, ride("SPY", "UPRO", "SPXU")),
  frontrun({ "QQQ", "XLK", "SPY" }, ride("QQQ", "TQQQ", "SQQQ")),
  frontrun({ "SMH", "XLK", "QQQ" }, ride("SMH", "SOXL", "SOXS")),
})

-- Rotation: the strongest of the strong ----------------------------------------------------------

local plain = b.top(2, b.cumulative_return(40), { "SPY", "QQQ", "IWM", "XLK", "SMH" })
local levered = b.top(2, b.mean_return(20), { "SPXL", "TQQQ", "TECL", "SOXL" })

local rotation = b.group("rotation", frontrun({ "XLK", "SMH" },
  b.when(b.none { is_stormy("SPY"), is_torn("QQQ") },
    b.when(is_rising("QQQ"), levered):otherwise(plain))
  :elsewhen(b.rsi("SPY", rsi_window):gt(b.rsi("TLT", rsi_window)), plain)
  :otherwise(shelter)))

-- Reversal: what fell too fast comes back --------------------------------------------------------

--- Buys the fund of each index that is cold, in this order; `node` when none is.
local function buy_the_dip(pairs_to_watch, node)
  local tree = node
  for i = #pairs_to_watch, 1, -1 do
    local index, fund = pairs_to_watch[i][1], pairs_to_watch[i][2]
    tree = b.when(b.all { is_cold(index), b.close(index):lt(b.ema(index, 10)) }, fund)
      :otherwise(tree)
  end
  return tree
end

local reversal = b.group("reversal", buy_the_dip({
  { "SMH", "SOXL" }, { "XLK", "TECL" }, { "QQQ", "TQQQ" }, { "SPY", "SPXL" }, { "IWM", "IWM" },
}, frontrun({ "SPY" }, b.bottom(2, b.stdev_return(20), { "SPY", "GLD", "TLT", "QQQ" }))))

return b.strategy {
  name = "Canopy",
  rebalance = "daily",
  b.weighted {
    { 0.35, trend },
    { 0.20, rotation },
    { 0.15, reversal },
    { 0.30, shelter },
  },
}
