-- SPDX-License-Identifier: MIT
-- Days and minutes of what a strategy trades, from Alpaca, kept fresh by
--   banyan backfill examples/backfill_plan.lua --watch
-- `--dry-run` says what that costs before any key is needed. A plan is trusted code: it may read
-- files, the environment and the clock to say what it wants.
local b = require "banyan"

local symbols = b.symbols_of "../strategies/tqqq_ftlt.lua"
symbols[#symbols + 1] = "IWM"

return b.backfill {
  provider = "alpaca",
  feed = "sip",
  adjustment = "all",
  symbols = symbols,
  timeframes = { "1d", "5m" },
  from = os.getenv "BACKFILL_FROM" or "2016-01-01", -- no `to`: up to the last finished bar
  limits = { per_minute = 180 }, -- leaves some of the 200 to other programs with the same key
}
