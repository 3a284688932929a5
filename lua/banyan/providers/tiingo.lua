-- SPDX-License-Identifier: MIT
-- Tiingo: days of US stocks and funds, raw and adjusted for splits and dividends.
local b = require "banyan"

local HOUR, DAY = 3600, 86400
-- Counts of days begin anew at midnight in New York; in winter that is the later hour.
local NEW_DAY = 5 * HOUR

local RAW = { time = "date", open = "open", high = "high", low = "low", close = "close",
  volume = "volume" }
local ADJUSTED = { time = "date", open = "adjOpen", high = "adjHigh", low = "adjLow",
  close = "adjClose", volume = "adjVolume" }

-- The next start of a period that begins `shift` seconds behind a multiple of it.
local function next_start(now, period, shift)
  return (math.floor((now - shift) / period) + 1) * period + shift
end

return b.provider {
  name = "tiingo",
  base_url = "https://api.tiingo.com",
  calendar = "us",
  timeframes = { ["1d"] = "daily" },
  adjustments = { "all", "raw" },
  default_from = "2000-01-01",
  earliest = "1962-01-02",
  -- Corrections come until eight in the evening in New York.
  settle_s = { ["1d"] = 4 * HOUR },
  auth = { headers = { Authorization = "Token " .. b.secret "TIINGO_API_KEY" } },
  limits = { per_hour = 50, per_day = 1000 },
  symbol = function(symbol) return (symbol:gsub("%.", "-")) end,
  rows = 20000,
  row_bytes = 260,
  request = function(job)
    return { path = { "tiingo", "daily", job.symbol, "prices" }, query = {
      { "startDate", job.first_date },
      { "endDate", job.last_date },
      { "format", "json" },
      { "resampleFreq", job.vendor_timeframe },
    } }
  end,
  decode = function(job)
    return { layout = "rows", time = "text", fields = job.adjustment == "raw" and RAW or ADJUSTED }
  end,
  -- Refusals come as plain text with the status 200, too.
  classify = function(response, job)
    local text = response.text or ""
    if text:find("have run over your", 1, true) then
      local daily = text:find("daily", 1, true)
      return "throttle", nil,
        { until_s = next_start(job.now, daily and DAY or HOUR, daily and NEW_DAY or 0) }
    elseif text:find "^Error: Ticker .+ not found" then
      return "bad_symbol", nil, { symbol = job.symbol }
    elseif response.status == 403 and text:find "[Tt]oken" then
      return "auth"
    end
  end,
}
