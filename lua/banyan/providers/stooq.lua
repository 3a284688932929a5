-- SPDX-License-Identifier: MIT
-- Stooq: days of stocks, funds and indices of many countries, as CSV. A key can be had by solving
-- its puzzle; it is asked for in the query.
local b = require "banyan"

local DAY = 86400

-- Tickers are those of the US unless they name a market, such as "cdr.pl", or are of an index.
local function name_of(symbol)
  local name = symbol:lower()
  return name:find "[.^]" and name or name .. ".us"
end

return b.provider {
  name = "stooq",
  base_url = "https://stooq.com",
  calendar = function(symbol)
    return name_of(symbol):find "%.us$" and "us" or "weekdays"
  end,
  timeframes = { ["1d"] = "d" },
  -- Its days are adjusted for splits and dividends; it has no others.
  adjustments = { "all" },
  default_from = "2000-01-01",
  settle_s = { ["1d"] = 8 * 3600 },
  auth = { query = { apikey = b.secret("STOOQ_API_KEY", { optional = true }) } },
  -- It does not say how many it allows a day.
  limits = { per_second = 1, per_day = 200 },
  concurrency = 1,
  symbol = name_of,
  rows = 20000,
  row_bytes = 52,
  request = function(job)
    return { path = "/q/d/l/", query = {
      { "s", job.symbol },
      { "d1", (job.first_date:gsub("-", "")) },
      { "d2", (job.last_date:gsub("-", "")) },
      { "i", job.vendor_timeframe },
    } }
  end,
  decode = {
    layout = "csv", time = "text", final_newline = true,
    fields = { time = "Date", open = "Open", high = "High", low = "Low", close = "Close",
      volume = "Volume" },
  },
  -- All of it comes with the status 200.
  classify = function(response, job)
    local text = response.text or ""
    if text:find "^%s*No data" then return "empty" end
    if text:find("Exceeded the daily hits limit", 1, true) then
      return "throttle", nil, { until_s = (math.floor(job.now / DAY) + 1) * DAY }
    elseif response.decode_error and text:lower():find("apikey", 1, true) then
      return "auth", "it wants a key in STOOQ_API_KEY"
    end
  end,
}
