-- SPDX-License-Identifier: MIT
-- What a series still needs: the span that its plan wants, up to the last finished bar, without
-- what the provider was asked for already, and without stretches in which there is no session.
local axis_of = require "banyan.backfill.axis"
local dates = require "banyan.dates"
local spans_of = require "banyan.backfill.spans"

local M = {}

local max, min, floor, huge = math.max, math.min, math.floor, math.huge

local SETTLE_S = 60 -- a bar is final so long after its end when its provider does not say
local PROBED_BARS, PROBED_BARS_RAW = 5, 1
local PROBED_SESSIONS = 5 -- bars within the day are looked for in so many sessions
local MARGIN_DAYS = 40 -- of the axis, so that a probe finds its sessions across any holidays

---@class banyan.Scope what series of one calendar and timeframe have in common
---@field axis banyan.Axis
---@field wanted banyan.Span? nil: no bar of it is finished yet
---@field settle_s number
---@field probed integer bars that are read again where a span touches stored ones
local Scope = {}
Scope.__index = Scope

--- How long after its end a bar can be had as it stays.
---@param provider banyan.Provider
---@param timeframe string
---@return number seconds
function M.settle_s(provider, timeframe)
  return max(provider.settle_s and provider.settle_s[timeframe] or SETTLE_S, provider.delay_s or 0)
end

-- The days from which and up to which a plan wants bars.
local function days_of(plan, earliest, now)
  local from, to = dates.parse(plan.from), plan.to and dates.parse(plan.to) or huge
  from = max(from, earliest and dates.parse(earliest) or from)
  return from / dates.DAY, min(to / dates.DAY, floor(now / dates.DAY) + 1)
end

-- All that is finished of some days.
local function wanted_of(axis, first_day, last_day, limits)
  local first, end_
  for i, day in ipairs(axis.days) do
    if day >= first_day and not first then first = axis.starts[i] end
    if day <= last_day then end_ = axis.ends[i] end
  end
  if axis.seconds >= dates.DAY then
    end_ = min(end_ or 0, axis.ends[axis:last_closed(limits.now - limits.settle_s)] or 0)
  else
    end_ = min(end_ or 0,
      axis_of.on_grid(limits.now - limits.settle_s, axis.seconds, limits.grid_offset))
  end
  if not first or first >= end_ then return nil end
  first, end_ = axis:trim(first, end_)
  return first and { first, end_ }
end

--- What the series of a plan that share calendar and timeframe want.
---@param plan banyan.Plan
---@param options { calendar: banyan.calendar, timeframe: string, seconds: number, now: number,
--- earliest: string?, since: number? } since: of the oldest bar that is asked about
---@return banyan.Scope
function M.scope(plan, options)
  local provider, now = plan.provider, options.now
  local first_day, last_day = days_of(plan, options.earliest, now)
  local since_day = floor((options.since or huge) / dates.DAY)
  local axis = axis_of.new(options.calendar, options.seconds, min(first_day, since_day)
    - MARGIN_DAYS, floor(now / dates.DAY) + MARGIN_DAYS, provider.grid_offset_s)
  local limits = { now = now, settle_s = M.settle_s(provider, options.timeframe),
    grid_offset = provider.grid_offset_s }
  return setmetatable({ axis = axis, wanted = wanted_of(axis, first_day, last_day, limits),
    settle_s = limits.settle_s,
    probed = plan.adjustment == "raw" and PROBED_BARS_RAW or PROBED_BARS }, Scope)
end

-- The end of the last span before a time, and the begin of the first one behind another.
local function neighbours(covered, first, end_)
  local before
  for _, span in ipairs(covered) do
    if span[2] <= first then before = span end
    if span[1] >= end_ then return before, span end
  end
  return before, nil
end

--- What is missing of some spans when others are covered. A stretch that begins or ends beside what
--- is covered, with no session between, reaches up to it, so that coverage grows in one piece.
---@param wanted banyan.Span[]
---@param covered banyan.Span[]
---@return banyan.Span[]
function Scope:missing(wanted, covered)
  local axis, missing = self.axis, {}
  for _, span in ipairs(spans_of.subtract(wanted, covered)) do
    local first, end_ = axis:trim(span[1], span[2])
    if first then
      local before, behind = neighbours(covered, first, end_)
      if before and axis:sessions(before[2], first) == 0 then first = before[2] end
      if behind and axis:sessions(end_, behind[1]) == 0 then end_ = behind[1] end
      missing[#missing + 1] = { first, end_ }
    end
  end
  return missing
end

-- From where on the stored bars before `first` are read again. `stored` { first, last } are times
-- of the series' bars, nil when they are not known.
local function probe_before(self, first, covered, stored)
  local axis, count = self.axis, self.probed
  local limit = max(covered[1], stored and stored.first or covered[1])
  local at
  if axis.seconds >= dates.DAY then
    local i = axis:range(first, huge)
    at = axis.starts[max(1, i - count)] or first
  else
    local i = axis:last_opened(first)
    if i == 0 then return first end
    local base = min(first, axis.closes[i])
    if stored and stored.last >= limit then
      base = stored.last < first and stored.last + axis.seconds or base
    end
    limit = max(limit, axis.starts[max(1, i - PROBED_SESSIONS)])
    at = base - count * axis.seconds
  end
  at = max(at, limit)
  if stored and stored.last < at then return first end
  return min(first, at)
end

-- Up to where the stored bars behind `end_` are read again.
local function probe_behind(self, end_, covered, stored)
  local axis, count = self.axis, self.probed
  local limit = min(covered[2], stored and stored.last + axis.seconds or covered[2])
  local at
  if axis.seconds >= dates.DAY then
    local _, j = axis:range(0, end_)
    at = axis.ends[min(axis.count, j + count)] or end_
  else
    local i = axis:last_closed(end_) + 1
    if i > axis.count then return end_ end
    local base = max(end_, axis.opens[i])
    if stored and stored.first > base and stored.first < limit then base = stored.first end
    limit = min(limit, axis.ends[min(axis.count, i + PROBED_SESSIONS)])
    at = base + count * axis.seconds
  end
  at = min(at, limit)
  if stored and stored.first >= at then return end_ end
  return max(end_, at)
end

--- What is asked for to get a missing span: with bars that are stored beside it, because vendors
--- revise the last ones, and a change of older ones says that they adjusted all of them anew.
---@param span banyan.Span of what is missing
---@param covered banyan.Span[]
---@param stored { first: number, last: number }|false|nil times of the series' bars; false: it has
--- none, nil: not known
---@return number first
---@return number end_
function Scope:asked(span, covered, stored)
  local first, end_ = span[1], span[2]
  if stored == false then return first, end_ end
  local before, behind = neighbours(covered, first, end_)
  if before and before[2] == first then first = probe_before(self, first, before, stored) end
  if behind and behind[1] == end_ then end_ = probe_behind(self, end_, behind, stored) end
  return first, end_
end

return M
