-- SPDX-License-Identifier: MIT
-- What specs of the planner share: a provider, plans, stores that are tables, times as texts.
local dates = require "banyan.dates"
local plan_of = require "banyan.backfill.plan"
local provider_of = require "banyan.provider"

local M = {}

--- A time: "2024-03-08" or "2024-03-08 14:30", UTC.
function M.time(text)
  local hour, minute = text:match " (%d+):(%d+)$"
  return dates.parse(text:sub(1, 10)) + (hour and hour * 3600 + minute * 60 or 0)
end

--- Spans as text: "2024-03-04..2024-03-09", with minutes where there are any.
function M.text(first, end_)
  local function show(time)
    local text = dates.format_time(time)
    return (text:gsub(" 00:00$", ""))
  end
  return show(first) .. ".." .. show(end_)
end

--- A provider of US stocks with pages of 10,000 rows; fields on top, `false` takes one away.
function M.provider(fields)
  local all = {
    name = "fake", base_url = "https://data.example.com", calendar = "us",
    timeframes = { ["1d"] = "day", ["1m"] = "minute" }, adjustments = { "raw", "all" },
    limits = { per_minute = 200 }, rows = 10000, row_bytes = 100,
    paging = { kind = "token", field = "next", parameter = "page" },
    request = function(job) return { path = "/" .. job.symbol } end,
    decode = { layout = "map_of_rows", path = "bars", fields = { time = "t", close = "c" } },
  }
  for key, value in pairs(fields or {}) do
    if value == false then all[key] = nil else all[key] = value end
  end
  return provider_of.new(all)
end

--- A checked plan of such a provider.
function M.plan(fields, provider, now)
  local all = { provider = M.provider(provider), symbols = { "SPY" }, from = "2024-01-02" }
  for key, value in pairs(fields or {}) do all[key] = value end
  return plan_of.check(all, { now = now or M.time "2024-03-16 12:00",
    environment = function() end })
end

--- Symbols with names of equal length.
function M.symbols(count)
  local list = {}
  for i = 1, count do list[i] = ("S%04d"):format(i) end
  return list
end

local function seconds(time)
  return type(time) == "number" and time or M.time(time)
end

--- A snapshot that has what a table says: by "DATASET TIMEFRAME SYMBOL", `spans` of
--- { first, end_ } that were asked for, `stale`, `bars` (their times), `refusals`.
function M.snapshot(contents)
  local snapshot = { asked = 0 }
  local function entry(dataset, timeframe, symbol)
    return contents[("%s %s %s"):format(dataset, timeframe, symbol)] or {}
  end
  function snapshot.list()
    local infos = {}
    for key, series in pairs(contents) do
      local dataset, timeframe, symbol = key:match "^(%S+) (%S+) (%S+)$"
      local bars = series.bars or {}
      if #bars > 0 and dataset:sub(-1) ~= "~" then
        infos[#infos + 1] = { dataset = dataset, timeframe = timeframe, symbol = symbol,
          bars = #bars, first = bars[1], last = bars[#bars] }
      end
    end
    return infos
  end
  function snapshot.coverage(_, dataset, timeframe, symbol)
    local series, spans = entry(dataset, timeframe, symbol), {}
    for i, span in ipairs(series.spans or {}) do spans[i] = { seconds(span[1]), seconds(span[2]) } end
    return { spans = spans, stale = series.stale or false, refusals = series.refusals or {} }
  end
  function snapshot.presence(_, dataset, timeframe, symbol, spans, count)
    local present = {}
    for i = 0, count - 1 do
      present[i] = 0
      for _, time in ipairs(entry(dataset, timeframe, symbol).bars or {}) do
        if time >= spans[i].first and time < spans[i]["end"] then present[i] = 1 end
      end
    end
    return present
  end
  return snapshot
end

--- Times of daily bars: those of all days of a list of texts, or from one to another.
function M.days(first, last)
  local calendar, list = require("banyan.calendar").of "us", {}
  for i, day in ipairs(calendar:sessions(M.time(first) / dates.DAY, M.time(last) / dates.DAY)) do
    list[i] = day * dates.DAY
  end
  return list
end

return M
