-- SPDX-License-Identifier: MIT
-- A sweep runs a strategy for every combo of the values that its params declare: here 26 windows,
-- 31 levels and 26 trend windows, 20,956 backtests of ten years.
--
-- Choosing the best of so many is how one fools oneself: the winner owes much to luck, on a market
-- that happened once and even more on one that was made up.
local b = require "banyan"

return b.sweep {
  strategy = require "canopy",
  over = {
    rsi_window = b.range(5, 30),
    overbought = b.range(70, 85, 0.5),
    trend_window = b.range(50, 300, 10),
  },
  from = "2015-06-01", -- late enough for the longest window, so that all combos share their days
  slippage = 0.0005,
  rank = "sharpe",
}
