-- SPDX-License-Identifier: MIT
-- A plan says which bars the store should hold; `banyan backfill examples/demo_plan.lua` fetches
-- what is missing. The provider `sim` is a market that banyan invents, always the same one: its
-- tickers are named like the funds whose behaviour they imitate, and its prices never happened.
local b = require "banyan"

return b.backfill {
  provider = "sim",
  symbols = {
    "SPY", "QQQ", "IWM", "XLK", "SMH", -- indices
    "UPRO", "SPXL", "TQQQ", "TECL", "SOXL", -- three times up
    "SPXU", "SQQQ", "SOXS", -- three times down
    "UVXY", -- volatility
    "TLT", "TMF", "BSV", "BIL", "GLD", -- bonds, cash, gold
  },
  timeframes = { "1d" },
  from = "2014-01-02",
  to = "2023-12-29",
}
