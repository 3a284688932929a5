-- SPDX-License-Identifier: MIT
-- What each series of a plan needs, by the coverage in the store, and which of them need the same.
local calendar_of = require "banyan.calendar"
local dates = require "banyan.dates"
local missing_of = require "banyan.backfill.missing"
local provider_of = require "banyan.provider"
local shape_of = require "banyan.backfill.shape"
local spans_of = require "banyan.backfill.spans"
local store_of = require "banyan.store"

local M = {}

local NONE = {}
local YEAR_S = 365 * dates.DAY

---@class banyan.PlannedSeries
---@field dataset string
---@field timeframe string
---@field symbol string
---@field wanted banyan.Span? nil: no bar of it is finished
---@field missing banyan.Span[] shared with other series
---@field complete boolean nothing is missing
---@field stale boolean? it is fetched anew into the shadow of its dataset, which takes its place
--- when it is complete
---@field drop_shadow boolean? the shadow is stale itself and must be dropped first

--- Times of the first and last bars of the series that a plan's dataset has.
---@param plan banyan.Plan
---@param snapshot banyan.Snapshot?
---@return table<string, table<string, { first: number, last: number }>> by timeframe and symbol
function M.stored(plan, snapshot)
  local times = {}
  for _, info in ipairs(snapshot and snapshot:list() or NONE) do
    if info.dataset == plan.dataset and info.bars > 0 then
      times[info.timeframe] = times[info.timeframe] or {}
      times[info.timeframe][info.symbol] = { first = info.first, last = info.last }
    end
  end
  return times
end

---@class banyan.SeriesGroup series that need the same
---@field scope banyan.Scope with `shape`, and `key`: what stands in one request has one
---@field missing banyan.Span[]
---@field asked banyan.Span[] of each missing span, with the stored bars that are read again
---@field shadow boolean
---@field symbols string[] rising

---@class banyan.SeriesSurvey the series of one timeframe, added one by one
---@field groups banyan.SeriesGroup[]
local Survey = {}
Survey.__index = Survey

---@param plan banyan.Plan
---@param snapshot banyan.Snapshot?
---@param timeframe string
---@param now number
---@return banyan.SeriesSurvey
function M.new(plan, snapshot, timeframe, now)
  return setmetatable({ plan = plan, snapshot = snapshot, timeframe = timeframe, now = now,
    seconds = store_of.TIMEFRAMES[timeframe], groups = {}, by_key = {}, scopes = {},
    missing = {} }, Survey)
end

-- What a symbol has in common with others: calendar, group, shape of pages.
function Survey:scope(symbol, since)
  local provider = self.plan.provider
  local name = provider_of.value(provider, "calendar", symbol)
  local group = provider_of.value(provider, "group", symbol)
  local key = table.concat({ name, tostring(group), tostring(since) }, " ")
  local scope = self.scopes[key]
  if not scope then
    scope = missing_of.scope(self.plan, { calendar = calendar_of.of(name),
      timeframe = self.timeframe, seconds = self.seconds, now = self.now, since = since,
      earliest = provider_of.value(provider, "earliest", self.now) })
    scope.shape = shape_of.new(self.plan, self.timeframe, self.seconds, group)
    scope.key = key
    self.scopes[key] = scope
  end
  return scope
end

-- The missing spans of a scope; equal ones are one table.
function Survey:missing_of(scope, wanted, covered)
  local key = table.concat({ scope.key, spans_of.key(wanted), spans_of.key(covered) }, "|")
  self.missing[key] = self.missing[key] or scope:missing(wanted, covered)
  return self.missing[key]
end

function Survey:coverage(symbol, dataset)
  if not self.snapshot then return { spans = NONE, stale = false } end
  return self.snapshot:coverage(dataset, self.timeframe, symbol)
end

-- From the first to the last of some spans and one more.
local function hull(spans, other)
  local first, end_ = spans[1][1], spans[#spans][2]
  return other and { math.min(first, other[1]), math.max(end_, other[2]) } or { first, end_ }
end

-- Puts a symbol to those that need the same.
function Survey:put(scope, symbol, missing, covered, stored, shadow)
  local asked = {}
  for i, span in ipairs(missing) do
    asked[i] = scope.shape.whole_series and hull(missing, scope.wanted)
      or { scope:asked(span, covered, stored) }
  end
  local key = table.concat({ scope.key, shadow and "shadow" or "", spans_of.key(missing),
    spans_of.key(asked) }, "|")
  local group = self.by_key[key]
  if not group then
    group = { scope = scope, missing = missing, asked = asked, shadow = shadow, symbols = {} }
    self.by_key[key] = group
    self.groups[#self.groups + 1] = group
  end
  group.symbols[#group.symbols + 1] = symbol
end

-- A series that is fetched anew: all that was asked for before, and all that is wanted.
local function add_anew(self, row, covered)
  local plan = self.plan
  local shadow = self:coverage(row.symbol, plan.dataset .. "~")
  local done = shadow.stale and NONE or shadow.spans
  -- Rounded, so that series which were begun at about the same time share requests.
  local since = covered[1] and math.floor(covered[1][1] / YEAR_S) * YEAR_S
  local scope = self:scope(row.symbol, since)
  local wanted = spans_of.union(covered, scope.wanted and { scope.wanted } or NONE)
  row.wanted, row.stale, row.drop_shadow = scope.wanted, true, shadow.stale or nil
  row.missing = self:missing_of(scope, wanted, done)
  self:put(scope, row.symbol, row.missing, done, nil, true)
end

--- Adds a series that its source adjusted anew.
---@param symbol string
function Survey:add_stale(symbol)
  add_anew(self, { symbol = symbol }, self:coverage(symbol, self.plan.dataset).spans)
end

--- Adds a series.
---@param symbol string above all that were added
---@param stored { first: number, last: number }? times of its bars
---@return banyan.PlannedSeries
function Survey:add(symbol, stored)
  local plan = self.plan
  local row = { dataset = plan.dataset, timeframe = self.timeframe, symbol = symbol }
  local coverage = self:coverage(symbol, plan.dataset)
  if coverage.stale then
    add_anew(self, row, coverage.spans)
  else
    local scope = self:scope(symbol)
    row.wanted = scope.wanted
    row.missing = scope.wanted and self:missing_of(scope, { scope.wanted }, coverage.spans) or NONE
    if #row.missing > 0 then
      self:put(scope, symbol, row.missing, coverage.spans, stored or false, false)
    end
  end
  row.complete = #row.missing == 0
  return row
end

return M
