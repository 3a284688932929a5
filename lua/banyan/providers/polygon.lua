-- SPDX-License-Identifier: MIT
-- Polygon, which now calls itself Massive: stocks of the US, crypto (X:BTCUSD), forex (C:EURUSD) and
-- indices (I:NDX). Whole markets come day by day.
local b = require "banyan"

-- Counted in minutes or days of which bars are made, not in bars.
local PAGE_BASES = 50000
local BASE_SECONDS = { minute = 60, hour = 60, day = 86400 }
local GROUPS = { X = "crypto", C = "forex", I = "indices" }
local CALENDARS = { stocks = "us", crypto = "always", forex = "forex", indices = "us" }
local SPANS = { ["1m"] = "minute", ["5m"] = "minute", ["1h"] = "hour", ["1d"] = "day" }
local FIELDS = { time = "t", open = "o", high = "h", low = "l", close = "c", volume = "v" }

local function group_of(symbol)
  return GROUPS[symbol:match "^(%u):"] or "stocks"
end

local function path_of(job)
  if job.mode == "date" then
    return { "v2", "aggs", "grouped", "locale", "us", "market", "stocks", job.first_date }
  end
  -- Days are asked for by their dates: a time within a day is no start of one.
  local days = job.timeframe == "1d"
  return { "v2", "aggs", "ticker", job.symbol, "range", job.vendor_timeframe, SPANS[job.timeframe],
    days and job.first_date or job.first * 1000, days and job.last_date or job.end_ * 1000 - 1 }
end

local function of_failure(response, job)
  local body = response.json() or {}
  local said = body.error or body.message
  if body.status == "NOT_AUTHORIZED" then return "entitlement", said end
  if response.status == 200 then return "transient", said end
  -- The cursor of a page may lead behind the end of what was asked for.
  if response.status == 400 and job.page > 0 and tostring(said):find("'to' cannot be a time", 1, true)
  then
    return "empty"
  end
end

local function ask_actions(job)
  return { path = "/v3/reference/splits", query = {
    { "ticker", job.symbol },
    { "execution_date.gte", job.first_date },
    { "execution_date.lte", job.last_date },
    { "limit", 1000 },
  } }
end

local function read_actions(response)
  local body = response.json()
  if not body or body.status ~= "OK" and body.status ~= "DELAYED" then return nil end
  local list = {}
  for i, each in ipairs(type(body.results) == "table" and body.results or {}) do
    list[i] = { symbol = each.ticker, date = each.execution_date,
      ratio = each.split_to / each.split_from }
  end
  return list
end

return b.provider {
  name = "polygon",
  base_url = "https://api.polygon.io",
  calendar = function(symbol) return CALENDARS[group_of(symbol)] end,
  group = group_of,
  timeframes = { ["1m"] = 1, ["5m"] = 5, ["1h"] = 1, ["1d"] = 1 },
  -- What it calls adjusted is adjusted for splits alone.
  adjustments = { "split", "raw" },
  default_from = "2015-01-01",
  earliest = "2003-09-10",
  delay_s = 960,
  settle_s = { ["1d"] = 4 * 3600 },
  auth = { headers = { Authorization = "Bearer " .. b.secret "POLYGON_API_KEY" } },
  limits = { per_minute = 5 },
  by_date = { timeframes = { "1d" }, groups = { "stocks" } },
  rows_of = function(job)
    if job.mode == "date" then return 20000 end
    return math.max(1, math.floor(PAGE_BASES * BASE_SECONDS[SPANS[job.timeframe]] / job.seconds))
  end,
  row_bytes = 105,
  request = function(job)
    local query = {}
    -- Prices of stocks alone are adjusted; left out, they would be.
    if group_of(job.symbol) == "stocks" then query[1] = { "adjusted", job.adjustment == "split" } end
    if job.mode ~= "date" then
      query[#query + 1] = { "sort", "asc" }
      query[#query + 1] = { "limit", PAGE_BASES }
    end
    return { path = path_of(job), query = query }
  end,
  paging = { kind = "next_url", field = "next_url", drop = { "apiKey" } },
  decode = function(job)
    local by_date = job.mode == "date"
    return { layout = "rows", path = "results", time = "ms", fields = FIELDS,
      symbol = by_date and "T" or nil, stamp = by_date and "end" or "start" }
  end,
  -- The status in the body counts: answers 200 may be refusals, and DELAYED is no fault.
  classify = function(response, job)
    local status = response.status == 200 and not response.decode_error and response.field "status"
    if status ~= "OK" and status ~= "DELAYED" then return of_failure(response, job) end
    if not response.has_rows then return response.field "next_url" and "ok" or "empty" end
  end,
  actions = { groups = { "stocks" }, request = ask_actions, decode = read_actions },
}
