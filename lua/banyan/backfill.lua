-- SPDX-License-Identifier: MIT
-- Backfill: asks a provider for the bars of a plan and puts them into the bar store, one series and
-- one transaction at a time, so that what was stored before a stop stays and a second run adds only
-- what is missing.
local core = require "banyan.ffi"
local dates = require "banyan.dates"
local nearest = require "banyan.nearest"
local sim = require "banyan.providers.sim"
local store_of = require "banyan.store"

local ffi = require "ffi"
local C = core.C

local M = {}

local PROVIDERS = { sim = sim }
local KEYS = {
  "adjustment", "base_url", "concurrency", "feed", "from", "limits", "provider", "symbols",
  "timeframes", "to",
}

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

--- The end of a message about a word that is none of `known`.
local function suggestion(word, known)
  local meant = nearest(tostring(word), known)
  return meant and ("; did you mean '%s'?"):format(meant)
    or ("; there is: %s"):format(table.concat(known, " "))
end

local function check_keys(plan)
  for key in pairs(plan) do
    if key ~= "type" and not contains(KEYS, key) then
      core.fail("STRATEGY", "backfill: unknown key '%s'%s", tostring(key), suggestion(key, KEYS))
    end
  end
end

local function provider_of(plan)
  local name = plan.provider
  if type(name) ~= "string" then
    core.fail("STRATEGY", "backfill: the plan names no provider; write provider = \"sim\"")
  end
  return PROVIDERS[name] or core.fail("PROVIDER", "provider '%s' cannot be fetched by this "
    .. "version; 'sim' is built in, CSV files come in by `banyan data import`", name)
end

--- The texts of a list in the plan, each once; `default` when the plan has none.
local function texts_of(plan, key, default)
  local list = plan[key]
  if list == nil then return default end
  if type(list) == "string" then list = { list } end
  if type(list) ~= "table" or #list == 0 then
    core.fail("STRATEGY", "backfill: '%s' is a list of texts, such as { \"%s\" }", key, default[1])
  end
  local texts, seen = {}, {}
  for i, text in ipairs(list) do
    if type(text) ~= "string" then
      core.fail("STRATEGY", "backfill: entry %d of '%s' is a %s, not a text", i, key, type(text))
    end
    if not seen[text] then texts[#texts + 1] = text end
    seen[text] = true
  end
  return texts
end

local function symbols_of(plan, provider)
  local symbols = texts_of(plan, "symbols", provider.symbols)
  for _, symbol in ipairs(symbols) do
    if not contains(provider.symbols, symbol) then
      core.fail("PROVIDER", "backfill: '%s' has no symbol '%s'; it has %s", provider.name, symbol,
        table.concat(provider.symbols, " "))
    end
  end
  return symbols
end

local function check_timeframes(plan, provider)
  for _, timeframe in ipairs(texts_of(plan, "timeframes", provider.timeframes)) do
    if not contains(provider.timeframes, timeframe) then
      core.fail("PROVIDER", "backfill: '%s' has no timeframe '%s'; it has %s", provider.name,
        timeframe, table.concat(provider.timeframes, " "))
    end
  end
  if plan.adjustment ~= nil and plan.adjustment ~= "all" then
    core.fail("PROVIDER", "backfill: '%s' has prices of adjustment 'all' only, not '%s'",
      provider.name, tostring(plan.adjustment))
  end
end

local function date_of(plan, key, default)
  local text = plan[key]
  if text == nil then return default end
  if type(text) ~= "string" or not dates.parse(text) then
    core.fail("STRATEGY", "backfill: '%s' is a day like \"%s\", not '%s'", key, default,
      tostring(text))
  end
  return text
end

local function check_span(request, provider)
  if request.from > request.to then
    core.fail("STRATEGY", "backfill: 'from' (%s) is after 'to' (%s)", request.from, request.to)
  end
  if request.to < provider.first_date or request.from > provider.last_date then
    core.fail("PROVIDER", "backfill: '%s' has days from %s to %s, none from %s to %s",
      provider.name, provider.first_date, provider.last_date, request.from, request.to)
  end
end

--- What a plan asks for, checked and with all that it leaves open filled in.
---@param plan table as given to b.backfill
---@return table request provider, dataset, timeframe, symbols, from, to
function M.request(plan)
  if type(plan) ~= "table" then
    core.fail("STRATEGY", "backfill: a plan is a table, not a %s", type(plan))
  end
  check_keys(plan)
  local provider = provider_of(plan)
  check_timeframes(plan, provider)
  local request = {
    provider = provider.name,
    dataset = provider.dataset,
    timeframe = provider.timeframes[1],
    symbols = symbols_of(plan, provider),
    from = date_of(plan, "from", provider.default_from),
    to = date_of(plan, "to", provider.default_to),
  }
  check_span(request, provider)
  return request
end

--- Calls f with columns of Lua numbers as by_bars, which live as long as the call.
local function with_bars(columns, f)
  local count = #columns.time
  local bars = ffi.new("by_bars", count)
  local memory = { ffi.new("int64_t[?]", count, columns.time) }
  bars.time = memory[1]
  for _, name in ipairs { "open", "high", "low", "close", "volume" } do
    memory[#memory + 1] = ffi.new("double[?]", count, columns[name])
    bars[name] = memory[#memory]
  end
  f(bars)
  memory[1] = nil -- named after the call, so that it is not collected before
end

local function put(store, request, symbol, columns)
  local id = store_of.id(request.dataset, request.timeframe, symbol)
  local counts = ffi.new "by_put_counts"
  with_bars(columns, function(bars)
    -- What a provider says now wins over what it said before: changed bars are replaced.
    core.call(C.by_store_put, store, id, bars, 1, os.time(), counts)
  end)
  return { symbol = symbol, bars = #columns.time, added = tonumber(counts.added),
    unchanged = tonumber(counts.unchanged), changed = tonumber(counts.changed) }
end

--- Fetches a plan into the bar store.
---@param plan table as given to b.backfill
---@param options { data: string, progress: fun(done: integer, total: integer, symbol: string)? }
---@return table summary the request; `series`, a list of symbol, bars, added, unchanged, changed;
--- and their sums `bars`, `added`, `unchanged`, `changed`
function M.run(plan, options)
  local summary = M.request(plan)
  summary.series, summary.bars, summary.added = {}, 0, 0
  summary.unchanged, summary.changed = 0, 0
  local all = PROVIDERS[summary.provider].bars(summary)
  local store = store_of.open(options.data, "write")
  local done, failure = pcall(function()
    for i, symbol in ipairs(summary.symbols) do
      local row = put(store.c, summary, symbol, all[symbol])
      summary.series[i] = row
      for _, key in ipairs { "bars", "added", "unchanged", "changed" } do
        summary[key] = summary[key] + row[key]
      end
      if options.progress then options.progress(i, #summary.symbols, symbol) end
    end
  end)
  store:close()
  if not done then error(failure, 0) end
  return summary
end

return M
