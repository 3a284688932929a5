-- SPDX-License-Identifier: MIT
-- Series from outside (fundamentals, rates, the signals of another system): how they are called, and from which
-- session on each of their values is seen.
--
-- A session sees what was known before its decision, which falls on its close. A daily bar closes when its exchanges
-- do, the earliest of them where there are several; a shorter bar at its end, or with the session when that is sooner.
local ffi = require "ffi"
local calendar_of = require "banyan.calendar"
local dates = require "banyan.dates"
local lists = require "banyan.lists"
local param_of = require "banyan.param"
local provider_of = require "banyan.provider"
local store_of = require "banyan.store"

local M = {}

local DAY = dates.DAY
local floor = math.floor

-- Names --------------------------------------------------------------------------------------------

M.NAME_MAX = 31
local NAME = "^[%w_][%w_%.%-]*$"
local AT = ("@"):byte()

--- Whether a text can be the name of a series.
---@param name any
---@return boolean
function M.is_name(name)
  return type(name) == "string" and #name <= M.NAME_MAX and name:find(NAME) ~= nil
end

--- The ticker that stands for a series in a tree: "vix" -> "@vix".
---@param name string
---@return string
function M.ticker(name)
  return "@" .. name
end

--- The name of the series that a ticker stands for; nil for other tickers.
---@param ticker any
---@return string?
function M.name(ticker)
  if type(ticker) ~= "string" or ticker:byte() ~= AT then return nil end
  local name = ticker:sub(2)
  return M.is_name(name) and name or nil
end

--- How a script writes the ticker of a field; nil when it is no series from outside, or not known to be one.
---@param ticker any plain or bound
---@return any[]? form "b.series" and its argument
function M.form(ticker)
  if param_of.is_bound(ticker) then
    local form = ticker.form
    return form and form[1] == "b.series" and form or nil
  end
  local name = M.name(ticker)
  return name and { "b.series", name } or nil
end

--- Whether a series of a tree is one from outside and nothing else.
---@param series table of banyan.tree
---@return boolean
function M.is_plain(series)
  return series.fn == "close" and M.form(series.ticker) ~= nil and (series.days_ago or 0) == 0
    and (series.factor or 1) == 1 and (series.offset or 0) == 0
end

-- When a value is seen -----------------------------------------------------------------------------

-- The calendars of some series of a dataset. None is known of what somebody else's provider has fetched.
local function calendars_of(dataset, infos)
  local provider = dataset:match "^[^/]+"
  if not lists.contains(provider_of.SHIPPED, provider) then return {} end
  local found, seen = {}, {}
  for _, info in ipairs(infos) do
    local name = provider_of.value(provider_of.named(provider), "calendar", info.symbol)
    if not seen[name] then found[#found + 1] = calendar_of.of(name) end
    seen[name] = true
  end
  return found
end

-- A function that tells the first close of a day; nil when none is known.
local function closes(calendars)
  local known = {}
  return function(day)
    if known[day] == nil then
      known[day] = false
      for _, calendar in ipairs(calendars) do
        local close = calendar:is_session(day) and calendar:close_time(day)
        known[day] = close and math.min(close, known[day] or close) or known[day]
      end
    end
    return known[day] or nil
  end
end

-- Where no close is known, a day ends as it begins: what becomes known during it is seen on the next one.
local function seen_daily(close_of)
  return function(known)
    local day = floor(known / DAY)
    local close = close_of(day)
    return (known == day * DAY or close and known < close) and day * DAY or (day + 1) * DAY
  end
end

-- Bars that begin at `first` or later end after the moment, but for one that the close of the session cuts short.
local function seen_within_day(close_of, seconds)
  return function(known)
    local first, close = known - seconds + 1, close_of(floor(known / DAY))
    return close and first < close and close <= known and close or first
  end
end

--- A function that tells the earliest time of a bar that sees what is known since a moment.
---@param dataset string
---@param timeframe string
---@param infos banyan.SeriesInfo[] of the dataset, all that are read
---@return fun(known: number): number
function M.seen_from(dataset, timeframe, infos)
  local close_of = closes(calendars_of(dataset, infos))
  if timeframe == "1d" then return seen_daily(close_of) end
  return seen_within_day(close_of, store_of.TIMEFRAMES[timeframe])
end

-- Bars ---------------------------------------------------------------------------------------------

---@class banyan.AsOf
---@field count integer
---@field time ffi.cdata* int64_t[]: the earliest time of a bar that sees the value
---@field close ffi.cdata* double[]

--- The values of a series by the bars that see them: of those that one bar sees first, the last.
---@param slices { bars: ffi.cdata*, count: integer } as the store has them
---@param seen_from fun(known: number): number
---@return banyan.AsOf
function M.make(slices, seen_from)
  local room = 0
  for s = 0, slices.count - 1 do room = room + slices.bars[s].count end
  local made = { count = 0, time = ffi.new("int64_t[?]", room), close = ffi.new("double[?]", room) }
  local time, close, count, last = made.time, made.close, 0, -math.huge
  for s = 0, slices.count - 1 do
    local slice = slices.bars[s]
    for i = 0, slice.count - 1 do
      local from = seen_from(tonumber(slice.time[i]))
      if from > last then count, last = count + 1, from end
      time[count - 1], close[count - 1] = from, slice.close[i]
    end
  end
  made.count = count
  return made
end

local USUAL_GAPS = 20 -- of the last values, by which is judged how often one comes
local LATE = 2 -- times the longest of them

--- Whether a new value should have come by some time; then the last one and the longest wait for one before, in
--- seconds.
---@param made banyan.AsOf
---@param moment number
---@return number? last
---@return number? usual
function M.overdue(made, moment)
  local at = made.count - 1
  while at >= 0 and tonumber(made.time[at]) > moment do at = at - 1 end
  local usual = 0
  for i = math.max(1, at - USUAL_GAPS + 1), at do
    usual = math.max(usual, tonumber(made.time[i] - made.time[i - 1]))
  end
  local last = at >= 0 and tonumber(made.time[at])
  if usual == 0 or moment - last <= LATE * usual then return nil end
  return last, usual
end

--- The same in words, nil when none is late.
---@param name string
---@param made banyan.AsOf
---@param moment number
---@return string?
function M.overdue_text(name, made, moment)
  local last, usual = M.overdue(made, moment)
  if not last then return nil end
  local days = math.max(1, math.ceil(usual / DAY))
  return ("the series %s has no value after %s, although they came within %d day%s; the last one was kept")
    :format(name, dates.format(last), days, days == 1 and "" or "s")
end

return M
