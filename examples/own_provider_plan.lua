-- SPDX-License-Identifier: MIT
-- A plan may take its provider from a file beside it. The key is in the environment:
-- EODHD_API_KEY=... banyan backfill examples/own_provider_plan.lua
local b = require "banyan"

return b.backfill {
  provider = require "own_provider",
  symbols = { "AAPL", "MSFT" },
  from = "2024-01-01",
  to = "2024-12-31",
}
