-- SPDX-License-Identifier: MIT
-- A provider is a table: how a vendor is asked, and how its answers are read. This one is EODHD's
-- daily prices; examples/own_provider_plan.lua fetches from it.
local b = require "banyan"

return b.provider {
  name = "eodhd",
  base_url = "https://eodhd.com",
  calendar = "us",
  timeframes = { ["1d"] = "d" }, -- ours, and what the vendor calls them
  adjustments = { "raw" },
  default_from = "2000-01-01",
  settle_s = { ["1d"] = 4 * 3600 }, -- days are corrected until the evening
  auth = { query = { api_token = b.secret "EODHD_API_KEY" } },
  limits = { per_minute = 1000, per_day = 20 }, -- those of the free plan
  rows = 20000,
  symbol = function(symbol) return symbol .. ".US" end,
  request = function(job)
    return { path = { "api", "eod", job.symbol }, query = {
      { "from", job.first_date },
      { "to", job.last_date },
      { "period", job.vendor_timeframe },
      { "fmt", "json" },
    } }
  end,
  decode = { -- [{"date":"2024-01-02","open":71.4,...,"adjusted_close":70.95,"volume":51200}]
    layout = "rows",
    fields = { time = "date", open = "open", high = "high", low = "low", close = "close",
      volume = "volume" },
  },
}
