-- SPDX-License-Identifier: MIT
-- A backfill plan: checked against what its provider has, with all that it leaves open filled in.
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local host = require "banyan.host"
local limits_of = require "banyan.backfill.plan_limits"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local provider_of = require "banyan.provider"
local series_of = require "banyan.backfill.plan_series"
local store_of = require "banyan.store"
local symbols_of = require "banyan.backfill.symbols"
local url_of = require "banyan.backfill.plan_url"

local M = {}

--- All that a plan may say.
M.KEYS = { "adjustment", "auth", "base_url", "ca_file", "concurrency", "feed", "from", "limits",
  "missing_open", "provider", "series", "symbols", "timeframes", "to" }
local DEFAULT_YEARS = 5
local CONCURRENCY_MAX = 64
local DATASET_MAX = 46 -- BY_DATASET_SIZE without its NUL and the ~ of a shadow
local MISSING_OPEN = { "none", "previous_close", "close" }

local function refuse(...)
  return failure.fail("STRATEGY", ...)
end

-- The end of a message about a word that is none of `known`.
local function suggestion(word, known)
  local meant = nearest(tostring(word), known)
  return meant and ("; did you mean '%s'?"):format(meant)
    or ("; there is: %s"):format(table.concat(known, " "))
end

local function check_keys(fields)
  if type(fields) ~= "table" then
    refuse("backfill: a plan is a table, not a %s", type(fields))
  end
  for key in pairs(fields) do
    if key ~= "type" and not lists.contains(M.KEYS, key) then
      refuse("backfill: unknown key '%s'%s", tostring(key), suggestion(key, M.KEYS))
    end
  end
end

local function check_provider(fields)
  local given = fields.provider
  if type(given) == "table" and given.type == "provider" then return given end
  if given == nil then
    refuse("backfill: the plan names no provider; write provider = \"sim\", or give it one that "
      .. "b.provider { … } has made")
  elseif type(given) ~= "string" then
    refuse("backfill: 'provider' is a name such as \"sim\", or what b.provider { … } has made, not a %s",
      type(given) == "table" and given.type or type(given))
  end
  return provider_of.named(given)
end

-- What a provider has, in the order of its own list or by length of the timeframe.
local function timeframes_of(provider)
  local names = {}
  for name in pairs(provider.timeframes) do names[#names + 1] = name end
  table.sort(names, function(a, b) return store_of.TIMEFRAMES[a] > store_of.TIMEFRAMES[b] end)
  return names
end

local function default_timeframe(provider, known)
  if lists.contains(known, "1d") then return { "1d" } end
  if #known == 1 then return known end
  refuse("backfill: say which timeframes; '%s' has %s", provider.name, table.concat(known, " "))
end

local function check_timeframes(fields, provider)
  local known, given = timeframes_of(provider), fields.timeframes
  if given == nil then return default_timeframe(provider, known) end
  if type(given) == "string" then given = { given } end
  if type(given) ~= "table" or #given == 0 then
    refuse("backfill: 'timeframes' is a list of texts, such as { \"%s\" }", known[1])
  end
  local list = {}
  for i, timeframe in ipairs(given) do
    if type(timeframe) ~= "string" then
      refuse("backfill: entry %d of 'timeframes' is a %s, not a text", i, type(timeframe))
    elseif not lists.contains(known, timeframe) then
      failure.fail("PROVIDER", "backfill: '%s' has no timeframe '%s'; it has %s", provider.name,
        timeframe, table.concat(known, " "))
    end
    if not lists.contains(list, timeframe) then list[#list + 1] = timeframe end
  end
  return list
end

local function check_symbols(fields, provider)
  local given = fields.symbols
  if given == nil then
    if provider.symbols then return symbols_of.of_list(provider.symbols) end
    refuse("backfill: the plan names no symbols; write symbols = { \"SPY\", \"TLT\" }, the path of "
      .. "a file with one on each line, or b.symbols_of(strategy)")
  end
  local symbols = type(given) == "string" and symbols_of.of_file(given)
    or symbols_of.of_list(given)
  for _, symbol in ipairs(provider.symbols and symbols or {}) do
    if not lists.contains(provider.symbols, symbol) then
      failure.fail("PROVIDER", "backfill: '%s' has no symbol '%s'; it has %s", provider.name,
        symbol, table.concat(provider.symbols, " "))
    end
  end
  return symbols
end

local function check_date(fields, key, default)
  local text = fields[key]
  if text == nil then return default end
  if type(text) ~= "string" or not dates.parse(text) then
    refuse("backfill: '%s' is a day like \"%s\", not '%s'", key, default or "2023-12-29",
      tostring(text))
  end
  return text
end

-- Days are texts whose order is that of time.
local function default_from(provider, earliest, now)
  local from = provider_of.value(provider, "default_from", now)
    or dates.format(now - DEFAULT_YEARS * 365.25 * dates.DAY)
  return earliest and earliest > from and earliest or from
end

local function check_span(fields, provider, now)
  local earliest = provider_of.value(provider, "earliest", now)
  local latest = provider_of.value(provider, "latest", now)
  local from = check_date(fields, "from", default_from(provider, earliest, now))
  local to = check_date(fields, "to", latest)
  if fields.to and from > to then
    refuse("backfill: 'from' (%s) is after 'to' (%s)", from, to)
  elseif earliest and to and to < earliest or latest and from > latest then
    failure.fail("PROVIDER", "backfill: '%s' has days from %s to %s, none from %s to %s",
      provider.name, earliest or "the beginning", latest or "now", from, to or "now")
  elseif from > dates.format(now) then
    refuse("backfill: 'from' (%s) is in the future, which has no bars yet", from)
  end
  return from, to
end

-- One of the words that a provider has for something; its first is the default.
local function check_word(fields, key, provider, known)
  local word = fields[key]
  if word == nil then return known[1] end
  if type(word) ~= "string" then
    refuse("backfill: '%s' is a text such as \"%s\", not a %s", key, known[1], type(word))
  elseif lists.contains(known, word) then
    return word
  elseif #known == 1 then
    failure.fail("PROVIDER", "backfill: '%s' has prices of %s '%s' only, not '%s'", provider.name,
      key, known[1], word)
  end
  failure.fail("PROVIDER", "backfill: '%s' has no %s '%s'%s", provider.name, key, word,
    suggestion(word, known))
end

local function check_feed(fields, provider)
  if provider.feeds then return check_word(fields, "feed", provider, provider.feeds) end
  if fields.feed == nil then return nil end
  failure.fail("PROVIDER", "backfill: '%s' has no feeds to choose from; leave 'feed' out",
    provider.name)
end

local function check_concurrency(fields, provider)
  local count = fields.concurrency
  if count == nil then return provider.concurrency end
  if type(count) ~= "number" or count < 1 or count > CONCURRENCY_MAX or count % 1 ~= 0 then
    refuse("backfill: 'concurrency' is the most requests at once, a whole number from 1 to %d, "
      .. "not %s", CONCURRENCY_MAX, tostring(count))
  end
  return count
end

local function check_ca_file(fields, provider, environment)
  local path, source = fields.ca_file, "'ca_file'"
  if path == nil and (environment "BANYAN_CA_FILE" or "") ~= "" then
    path, source = environment "BANYAN_CA_FILE", "BANYAN_CA_FILE"
  end
  if path == nil then return provider.ca_file end
  if type(path) ~= "string" or host.stat(path) ~= "file" then
    refuse("backfill: %s is the path of a PEM file with certificates to trust; there is no file %s",
      source, tostring(path))
  end
  return path
end

local function dataset_of(provider, feed, adjustment)
  local parts = { provider.name }
  if feed then parts[#parts + 1] = feed end
  parts[#parts + 1] = adjustment
  local dataset = table.concat(parts, "/")
  if #dataset > DATASET_MAX then
    refuse("backfill: the dataset '%s' has %d characters, at most %d can be stored; give the "
      .. "provider or its feed a shorter name", dataset, #dataset, DATASET_MAX)
  end
  return dataset
end

-- A plan may bring the hook that its provider leaves to users; it then is the provider's.
local function with_auth(provider, auth)
  if auth == nil then return provider end
  if type(auth) ~= "function" then
    refuse("backfill: 'auth' is a function(ctx) that returns { headers = …, ttl_s = 45 }, not a %s",
      type(auth))
  end
  local made = {}
  for key, value in pairs(provider) do made[key] = value end
  made.auth = auth
  return made
end

-- What the provider itself has to say about a plan.
local function check_by_provider(plan)
  local fault = plan.provider.check and provider_of.call(plan.provider, "check", plan)
  if fault then refuse("backfill: %s: %s", plan.name, fault) end
end

---@class banyan.Plan
---@field provider banyan.Provider
---@field name string of the provider
---@field dataset string
---@field adjustment string
---@field feed string?
---@field symbols string[] sorted, each once
---@field timeframes string[]
---@field from string YYYY-MM-DD
---@field to string? nil: up to now
---@field auth function? that the plan brings
---@field base_url string? nil: the provider asks no server
---@field limits { count: number, period_s: number, weighted: boolean }[]
---@field concurrency integer
---@field ca_file string?
---@field missing_open string what stands for an open that is not told

--- Checks a plan.
---@param fields table as given to b.backfill
---@param options { now: number?, environment: (fun(name: string): string?)? }? the clock and the
--- environment when left out
---@return banyan.Plan|banyan.SeriesPlan
function M.check(fields, options)
  local now = options and options.now or clock.now()
  local environment = options and options.environment or os.getenv
  if type(fields) == "table" and fields.series ~= nil then
    return series_of.check(fields, environment, function(provider)
      return check_ca_file(fields, provider, environment)
    end)
  end
  check_keys(fields)
  local provider = with_auth(check_provider(fields), fields.auth)
  local plan = { provider = provider, name = provider.name, auth = fields.auth }
  plan.timeframes = check_timeframes(fields, provider)
  plan.symbols = check_symbols(fields, provider)
  plan.adjustment = check_word(fields, "adjustment", provider, provider.adjustments)
  plan.feed = check_feed(fields, provider)
  plan.dataset = dataset_of(provider, plan.feed, plan.adjustment)
  plan.from, plan.to = check_span(fields, provider, now)
  plan.limits = limits_of.check(fields.limits, provider)
  plan.concurrency = check_concurrency(fields, provider)
  plan.base_url = url_of.check(fields, provider, environment)
  plan.ca_file = check_ca_file(fields, provider, environment)
  plan.missing_open = fields.missing_open == nil and provider.missing_open
    or check_word(fields, "missing_open", provider, MISSING_OPEN)
  check_by_provider(plan)
  return plan
end

return M
