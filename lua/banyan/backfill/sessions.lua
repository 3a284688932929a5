-- SPDX-License-Identifier: MIT
-- Which sessions a series has bars of, which it misses and why, and how far it is behind.
local ffi = require "ffi"
local calendar_of = require "banyan.calendar"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local missing_of = require "banyan.backfill.missing"
local provider_of = require "banyan.provider"
local store_of = require "banyan.store"

local M = {}

local floor = math.floor

-- Behind ---------------------------------------------------------------------------------------

-- The first day whose session begins behind a bar.
local function day_behind(calendar, timeframe, last)
  local day = floor(last / dates.DAY) + 1
  if timeframe == "1d" then return day end
  while calendar:open_time(day) <= last do day = day + 1 end
  while calendar:open_time(day - 1) > last do day = day - 1 end
  return day
end

--- How many sessions have ended since the last bar of a series.
---@param info { timeframe: string, last: number }
---@param calendar banyan.calendar
---@param now number seconds since 1970 UTC
---@return integer
function M.behind(info, calendar, now)
  return calendar:count(day_behind(calendar, info.timeframe, info.last),
    calendar:last_closed(now))
end

-- Sessions without bars ------------------------------------------------------------------------

---@class banyan.SessionGap
---@field first string date of the first session
---@field last string of the last one
---@field sessions integer
---@field kind "refused"|"empty"|"before"|"not_fetched"
---@field reason string

---@class banyan.SessionRow
---@field symbol string
---@field timeframe string
---@field expected integer sessions that are wanted and final
---@field present integer of these, those with a bar
---@field missing banyan.SessionGap[] the others, neighbours with one reason together
---@field behind integer sessions behind the last bar that has one
---@field first number? time of the first bar
---@field last number? time of the last bar
---@field fault string? why the bars cannot be read; nothing is said of sessions then

-- The reasons of bars that were kept aside, by session.
local function refused_by_session(axis, refusals)
  local reasons = {}
  for _, refusal in ipairs(refusals or {}) do
    local i, j = axis:range(refusal.time, refusal.time + 1)
    if not refusal.kept and i <= j then reasons[i] = reasons[i] or refusal.reason end
  end
  return reasons
end

-- Whether all of a session's trade was asked for; `at` is the place in the spans to look from.
local function is_covered(axis, session, spans, at)
  local daily = axis.seconds >= dates.DAY
  local first = daily and axis.starts[session] or axis.opens[session]
  local end_ = daily and axis.ends[session] or axis.closes[session]
  while spans[at] and spans[at][2] <= first do at = at + 1 end
  local span = spans[at]
  return span ~= nil and span[1] <= first and span[2] >= end_, at
end

local function why(axis, session, state)
  if state.reasons[session] then return "refused", state.reasons[session] end
  local covered
  covered, state.at = is_covered(axis, session, state.spans, state.at)
  if not covered then return "not_fetched", "not fetched" end
  if state.first and axis.ends[session] <= state.first then
    return "before", "the provider has none before its first bar"
  end
  return "empty", axis.calendar.known and "the provider has none"
    or "the provider has none, perhaps a holiday"
end

local function add_gap(gaps, session, day, kind, reason)
  local last = gaps[#gaps]
  if last and last.session == session - 1 and last.kind == kind and last.reason == reason then
    last.session, last.last, last.sessions = session, dates.format(day * dates.DAY),
      last.sessions + 1
  else
    local date = dates.format(day * dates.DAY)
    gaps[#gaps + 1] = { first = date, last = date, sessions = 1, kind = kind, reason = reason,
      session = session }
  end
end

-- The sessions that are wanted and over.
local function expected_range(scope, now)
  local axis = scope.axis
  if not scope.wanted then return 1, 0 end
  local i, j = axis:range(scope.wanted[1], scope.wanted[2])
  return i, math.min(j, axis:last_closed(now - scope.settle_s))
end

-- The wanted sessions as spans for the store, made once for all series of a scope.
local function spans_of(scope, i, j)
  if not scope.sessions then
    local axis, count = scope.axis, math.max(j - i + 1, 0)
    local spans = ffi.new("by_span[?]", math.max(count, 1))
    for n = 0, count - 1 do
      spans[n].first, spans[n]["end"] = axis.starts[i + n], axis.ends[i + n]
    end
    scope.sessions = { spans = spans, count = count }
  end
  return scope.sessions.spans, scope.sessions.count
end

-- In which wanted sessions a series has bars; nil when they cannot be read.
local function presence_of(snapshot, plan, row, scope, i, j)
  local spans, count = spans_of(scope, i, j)
  local ok, present = pcall(snapshot.presence, snapshot, plan.dataset, row.timeframe, row.symbol,
    spans, count)
  if ok then return present end
  local known = failure.failure_of(present)
  if not known then error(present, 0) end
  row.fault = known.message
  return nil
end

local function compare(row, axis, range, present, coverage)
  local state = { reasons = refused_by_session(axis, coverage.refusals), spans = coverage.spans,
    at = 1, first = row.first }
  for session = range[1], range[2] do
    if present[session - range[1]] == 1 then
      row.present, row.behind = row.present + 1, 0
    else
      row.behind = row.behind + 1
      add_gap(row.missing, session, axis.days[session], why(axis, session, state))
    end
  end
  for _, gap in ipairs(row.missing) do gap.session = nil end
end

local function new_scopes(plan, timeframe, now)
  local scopes = {}
  return function(symbol)
    local name = provider_of.value(plan.provider, "calendar", symbol)
    scopes[name] = scopes[name] or missing_of.scope(plan, { calendar = calendar_of.of(name),
      timeframe = timeframe, seconds = store_of.TIMEFRAMES[timeframe], now = now,
      earliest = provider_of.value(plan.provider, "earliest", now) })
    return scopes[name]
  end
end

local function row_of(plan, snapshot, row, scope, now)
  local i, j = expected_range(scope, now)
  row.expected, row.present, row.missing, row.behind = math.max(0, j - i + 1), 0, {}, 0
  local present = presence_of(snapshot, plan, row, scope, i, j)
  if present then
    compare(row, scope.axis, { i, j }, present,
      snapshot:coverage(plan.dataset, row.timeframe, row.symbol))
  end
  return row
end

--- Compares what a plan wants with what the store has: a row for each series, by timeframe as in
--- the plan, then by symbol. Within the day, a session is present when it has any bar: vendors
--- leave out bars without trade.
---@param plan banyan.Plan
---@param snapshot banyan.Snapshot
---@param now number for which it was planned: seconds since 1970 UTC
---@return banyan.SessionRow[]
function M.report(plan, snapshot, now)
  local rows, known = {}, {}
  for _, info in ipairs(snapshot:list()) do
    if info.dataset == plan.dataset and info.bars > 0 then
      known[info.timeframe .. " " .. info.symbol] = info
    end
  end
  for _, timeframe in ipairs(plan.timeframes) do
    local scope_of = new_scopes(plan, timeframe, now)
    for _, symbol in ipairs(plan.symbols) do
      local info = known[timeframe .. " " .. symbol]
      rows[#rows + 1] = row_of(plan, snapshot, { symbol = symbol, timeframe = timeframe,
        first = info and info.first, last = info and info.last }, scope_of(symbol), now)
    end
  end
  return rows
end

return M
