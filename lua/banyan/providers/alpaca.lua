-- SPDX-License-Identifier: MIT
-- Alpaca: stocks of the US, and crypto (symbols with a slash, such as BTC/USD).
local b = require "banyan"

local PAGE_ROWS = 10000
-- What a plan without real-time rights does not get yet, and a minute more.
local DELAY_S = 16 * 60
local NOT_YET = "does not permit querying recent"
local KEY_REFUSED = 40110000

local function is_crypto(symbol)
  return symbol:find("/", 1, true) ~= nil
end

local function of_failure(response, job)
  local body = response.json() or {}
  local said = type(body.message) == "string" and body.message or response.text or ""
  if response.status == 401 or body.code == KEY_REFUSED then return "auth", said end
  if response.status == 403 then
    if not said:find("subscription does not permit", 1, true) then return "auth", said end
    local end_ = job.now - DELAY_S
    local shorter = said:find(NOT_YET, 1, true) and end_ < job.end_
    return "entitlement", said, shorter and { end_ = end_ } or nil
  end
  local symbol = response.status == 400 and said:match "[Ii]nvalid symbol%(?s?%)?:%s*([^%s,]+)"
  if symbol then return "bad_symbol", said, { symbol = symbol } end
end

-- Asked for by the day on which they are processed, which may lie some days off the first session
-- without what was split.
local PROCESSED_S = 30 * 86400

local function ask_actions(job)
  return { path = "/v1/corporate-actions", query = {
    { "symbols", table.concat(job.symbols, ",") },
    { "types", "forward_split,reverse_split" },
    { "start", b.utc(job.first - PROCESSED_S):sub(1, 10) },
    { "end", b.utc(job.end_ + PROCESSED_S):sub(1, 10) },
    { "limit", 1000 },
  } }
end

local function read_actions(response)
  local body = response.json()
  local kinds = body and body.corporate_actions
  if type(kinds) ~= "table" then return nil end
  local list = {}
  for _, kind in ipairs { "forward_splits", "reverse_splits" } do
    for _, each in ipairs(type(kinds[kind]) == "table" and kinds[kind] or {}) do
      list[#list + 1] = { symbol = each.symbol, date = each.ex_date,
        ratio = each.new_rate / each.old_rate }
    end
  end
  return list
end

return b.provider {
  name = "alpaca",
  base_url = "https://data.alpaca.markets",
  calendar = function(symbol) return is_crypto(symbol) and "always" or "us" end,
  group = function(symbol) return is_crypto(symbol) and "crypto" or "stocks" end,
  timeframes = { ["1m"] = "1Min", ["5m"] = "5Min", ["1h"] = "1Hour", ["1d"] = "1Day" },
  adjustments = { "all", "split", "raw" },
  feeds = { "sip", "iex", "otc", "boats" },
  default_from = "2016-01-01",
  earliest = "2016-01-01",
  delay_s = DELAY_S,
  -- Days of stocks are revised until the evening in New York, days of crypto end at six in Chicago.
  settle_s = { ["1d"] = 8 * 3600 },
  auth = { headers = {
    ["APCA-API-KEY-ID"] = b.secret "APCA_API_KEY_ID",
    ["APCA-API-SECRET-KEY"] = b.secret "APCA_API_SECRET_KEY",
  } },
  limits = { per_minute = 200 },
  rate_headers = { limit = "x-ratelimit-limit", remaining = "x-ratelimit-remaining",
    reset = "x-ratelimit-reset", reset_is = "epoch" },
  batch = { symbols = 1000, url_bytes = 6000 },
  rows = PAGE_ROWS,
  row_bytes = 110,
  -- Parameters that it does not know are refused, and the defaults of those that it does differ from
  -- ours: each is sent, and none that is not needed. Both ends are included; days are stamped with
  -- midnight in New York, some hours into the day in UTC.
  request = function(job)
    local crypto = is_crypto(job.symbol)
    return {
      path = crypto and "/v1beta3/crypto/us/bars" or "/v2/stocks/bars",
      query = {
        { "symbols", table.concat(job.symbols, ",") },
        { "timeframe", job.vendor_timeframe },
        { "start", b.utc(job.first) },
        { "end", b.utc(job.end_ - 1) },
        { "limit", PAGE_ROWS },
        { "adjustment", not crypto and job.adjustment or nil },
        { "feed", not crypto and job.feed or nil },
        { "sort", "asc" },
      },
    }
  end,
  paging = { kind = "token", field = "next_page_token", parameter = "page_token" },
  decode = {
    layout = "map_of_rows", path = "bars", time = "text",
    fields = { time = "t", open = "o", high = "h", low = "l", close = "c", volume = "v" },
  },
  classify = function(response, job)
    if response.status ~= 200 then return of_failure(response, job) end
    if response.decode_error or response.has_rows then return nil end
    -- "bars": null is how it says that there are none.
    local body = response.json()
    if type(body) == "table" and body.bars ~= nil then
      return response.field "next_page_token" and "ok" or "empty"
    end
  end,
  actions = { groups = { "stocks" }, symbols = 100, request = ask_actions, decode = read_actions },
}
