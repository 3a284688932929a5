-- SPDX-License-Identifier: MIT
-- Binance: its public market data, which need no key. Limits are those of an address.
local b = require "banyan"

local PAGE_ROWS = 1000
local WEIGHT = 2
local UNKNOWN_SYMBOL, TOO_MANY = -1121, -1003
-- Its firewall does not say for how long.
local FIREWALL_S = 600

return b.provider {
  name = "binance",
  base_url = "https://data-api.binance.vision",
  calendar = "always",
  timeframes = { ["1m"] = "1m", ["5m"] = "5m", ["1h"] = "1h", ["1d"] = "1d" },
  adjustments = { "raw" },
  default_from = "2017-08-17",
  earliest = "2017-08-17",
  limits = { weight_per_minute = 6000 },
  rate_headers = { used = "x-mbx-used-weight-1m" },
  rows = PAGE_ROWS,
  row_bytes = 170,
  request = function(job)
    return { path = "/api/v3/klines", weight = WEIGHT, query = {
      { "symbol", job.symbol },
      { "interval", job.vendor_timeframe },
      { "startTime", job.cursor * 1000 },
      { "endTime", job.end_ * 1000 - 1 },
      { "limit", PAGE_ROWS },
    } }
  end,
  paging = { kind = "time" },
  decode = {
    layout = "rows", time = "ms",
    fields = { time = "0", open = "1", high = "2", low = "3", close = "4", volume = "5" },
  },
  -- 429 and 418 are told by their status.
  classify = function(response, job)
    if response.status == 403 then return "ban", nil, { wait_s = FIREWALL_S } end
    local body = response.status == 400 and response.json() or {}
    if body.code == UNKNOWN_SYMBOL then return "bad_symbol", body.msg, { symbol = job.symbol } end
    if body.code == TOO_MANY then return "throttle" end
  end,
}
