-- SPDX-License-Identifier: MIT
-- What the fields of a provider may be.
local checks = require "banyan.field_checks"
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local secret_of = require "banyan.secret"
local store_of = require "banyan.store"

local M = {}

local NAME_MAX = 24 -- "NAME/FEED/ADJUSTMENT" names a dataset
local ROWS_MAX = 4000000 -- BY_PAGE_ROWS_MAX

local date, flag, func, list, map = checks.date, checks.flag, checks.func, checks.list, checks.map
local number, one_of, or_function = checks.number, checks.one_of, checks.or_function
local pattern, record, text, whole = checks.pattern, checks.record, checks.text, checks.whole

local function secret(value, at, refuse)
  if not secret_of.is(value) then
    -- What stands here instead may be a key, so it is not shown.
    checks.must(refuse, at, "a secret, such as b.secret \"MINE_API_KEY\"; keys stand in the environment "
      .. "or the key file, and headers that are none in what request(job) returns")
  end
end

local timeframe = one_of(lists.sorted_keys(store_of.TIMEFRAMES))
local calendar = one_of { "us", "always", "forex", "nepse", "weekdays" }
local adjustment = one_of { "all", "split", "raw" }
local seconds = number(0, 31 * 86400)
local amount = number(1e-6, 1e9)
local header = pattern("^[%w%-_]+$", 128, "the name of a header")
local limit_fields = {}

--- Limits by name: the seconds of their period, and whether they count weight.
M.LIMITS = {}
for period, seconds_of_it in pairs { second = 1, minute = 60, hour = 3600, day = 86400 } do
  M.LIMITS["per_" .. period] = { period_s = seconds_of_it, weighted = false }
  M.LIMITS["weight_per_" .. period] = { period_s = seconds_of_it, weighted = true }
end
for name in pairs(M.LIMITS) do limit_fields[name] = amount end

local function vendor_timeframe(value, at, refuse)
  if type(value) ~= "number" then text(value, at, refuse) end
end

-- What stands where a table of keys should may be a key itself.
local function unseen(check)
  return function(value, at, refuse)
    if type(value) ~= "table" then checks.must(refuse, at, "a table") end
    check(value, at, refuse)
  end
end

local auth = unseen(record { headers = unseen(map(header, secret)),
  query = unseen(map(text, secret)) })

local shape = record({
  layout = one_of { "rows", "map_of_rows", "columns", "keyed", "csv" },
  path = text,
  symbol = text,
  time = one_of { "text", "s", "ms", "us", "ns" },
  fields = record { time = text, open = text, high = text, low = text, close = text, volume = text,
    adjusted = text },
  stamp = one_of { "start", "end" },
  day_shift_s = number(-86400, 86400),
  zone_s = number(-86400, 86400),
  no_trade_rows = flag,
  final_newline = flag,
}, { "layout" })

local function decode(value, at, refuse)
  shape(value, at, refuse)
  local layout, fields = value.layout, value.fields or {}
  local by_header = layout == "csv" and not fields.time
  if not by_header and not fields.close then
    refuse(("'%s.fields.close' is missing"):format(at))
  elseif not by_header and layout ~= "keyed" and not fields.time then
    refuse(("'%s.fields.time' is missing"):format(at))
  elseif layout == "columns" and fields.adjusted then
    refuse(("'%s.fields.adjusted' is not for columns"):format(at))
  end
end

local PAGINGS = {
  token = record({ kind = text, field = text, parameter = text }, { "field", "parameter" }),
  next_url = record({ kind = text, field = text, drop = list(text) }, { "field" }),
  number = record({ kind = text, parameter = text, first = whole(0, 1), last = text },
    { "parameter", "first", "last" }),
  time = record { kind = text },
}

local function paging(value, at, refuse)
  record({ kind = one_of { "token", "next_url", "number", "time" }, field = text, parameter = text,
    drop = list(text), first = whole(0, 1), last = text }, { "kind" })(value, at, refuse)
  PAGINGS[value.kind](value, at, refuse)
end

--- The fields of a provider, each with its check.
M.FIELDS = {
  name = pattern("^[a-z][a-z0-9_]*$", NAME_MAX, "a name of small letters, digits and _"),
  base_url = pattern("^https?://[^/?#%s]+[^?#%s]*$", 1024,
    "a URL like \"https://api.example.com\""),
  calendar = or_function(calendar),
  timeframes = map(timeframe, vendor_timeframe),
  adjustments = list(adjustment),
  feeds = list(pattern("^[%w_%-]+$", NAME_MAX, "a name of letters, digits, _ and -")),
  symbols = list(text),
  default_from = or_function(date),
  earliest = or_function(date),
  latest = or_function(date),
  delay_s = seconds,
  settle_s = map(timeframe, seconds),
  symbol = func,
  group = func,
  check = func,
  prepare = func,
  auth = or_function(auth),
  limits = record(limit_fields),
  rate_headers = record { limit = header, remaining = header, reset = header, used = header,
    reset_is = one_of { "epoch", "seconds" } },
  concurrency = whole(1, 64),
  http = one_of { "1.1", "2" },
  ca_file = text,
  batch = record({ symbols = whole(1, 100000), url_bytes = whole(256, 32768) }, { "symbols" }),
  by_date = record({ timeframes = list(timeframe), groups = list(text) }, { "timeframes" }),
  rows = whole(1, ROWS_MAX),
  rows_of = func,
  whole_series = flag,
  row_bytes = number(1, 1e6),
  request = func,
  bars = func,
  paging = paging,
  order = one_of { "asc", "desc" },
  decode = or_function(decode),
  decode_lua = func,
  missing_open = one_of { "none", "previous_close", "close" },
  grid_offset_s = number(0, 86399),
  classify = func,
  actions = record({ groups = list(text), symbols = whole(1, 1000), request = func, decode = func },
    { "request", "decode" }),
}

-- Fields that others need.
local function check_together(fields, refuse)
  if not fields.request and not fields.bars then
    refuse "'request' is missing"
  elseif fields.bars then
    if fields.request then refuse "'bars' takes the place of 'request'; there is no use for both" end
    return
  end
  if not fields.decode and not fields.decode_lua then
    refuse "'decode' is missing"
  elseif fields.decode and fields.decode_lua then
    refuse "'decode_lua' takes the place of 'decode'; there is no use for both"
  elseif not fields.rows and not fields.rows_of then
    refuse "'rows' is missing: how many rows a page has at most, so that requests can be counted"
  elseif fields.by_date and type(fields.decode) == "table" and not fields.decode.symbol
    and fields.decode.layout ~= "map_of_rows" then
    refuse "'decode.symbol' is missing: with by_date a page has rows of many symbols"
  end
  local rates = fields.rate_headers
  if rates and rates.reset and not rates.reset_is then
    refuse "'rate_headers.reset_is' is missing: \"epoch\" or \"seconds\""
  end
end

local function refuser(name)
  return function(message) failure.fail("STRATEGY", "provider %s: %s", name, message) end
end

--- Refuses what is no provider.
---@param fields any
function M.provider(fields)
  if type(fields) ~= "table" then
    failure.fail("STRATEGY", "provider: takes a table, not a %s", type(fields))
  end
  local named = type(fields.name) == "string"
  local refuse = refuser(named and (fields.name:sub(1, NAME_MAX):gsub("%c", "?")) or "without a name")
  record(M.FIELDS, { "name", "calendar", "timeframes", "adjustments" })(fields, "", refuse)
  check_together(fields, refuse)
end

--- Refuses what is no description of answers, which a decode function may return.
---@param provider banyan.Provider
---@param spec any
function M.decode(provider, spec)
  decode(spec, "decode(job)", refuser(provider.name))
end

-- What functions of a provider may return; nil always stands for what holds without them.
local RESULTS = {
  calendar = calendar, default_from = date, earliest = date, latest = date, group = text,
  rows_of = M.FIELDS.rows, symbol = pattern("^[^%c]+$", 63, "a text of at most 63 bytes"),
}

--- Refuses what a function of a provider must not return.
---@param provider banyan.Provider
---@param name string of the field
---@param result any
function M.result(provider, name, result)
  if result ~= nil or name == "calendar" then
    RESULTS[name](result, "what " .. name .. " returns", refuser(provider.name))
  end
end

local function secret_or_text(value, at, refuse)
  if type(value) ~= "string" then secret(value, at, refuse) end
end

local renewed = unseen(record { headers = unseen(map(header, secret_or_text)),
  query = unseen(map(text, secret_or_text)), ttl_s = number(1, 31 * 86400) })

--- Refuses what an auth hook must not return.
---@param provider banyan.Provider
---@param result any
function M.auth(provider, result)
  renewed(result, "auth(ctx)", refuser(provider.name))
end

return M
