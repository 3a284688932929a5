-- SPDX-License-Identifier: MIT
-- Series that end before the last session that is over: a backtest over them tells of the past more than its
-- user may think.
local calendar_of = require "banyan.calendar"
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local missing_of = require "banyan.backfill.missing"
local provider_of = require "banyan.provider"
local sessions = require "banyan.backfill.sessions"
local store_of = require "banyan.store"

local M = {}

local SHOWN = 5
local OTHERS = { calendar = "us" } -- stands for providers that are not known here
-- A source that was asked up to the moment of asking is meant to be kept fresh; one that was asked up to some
-- day of the past is not.
local OPEN_END_S = 7 * dates.DAY

local function provider_of_dataset(dataset)
  local name = dataset:match "^[^/]+"
  return lists.contains(provider_of.SHIPPED, name) and provider_of.named(name) or OTHERS
end

-- The sessions behind a series' last bar, and the day of the last of them.
local function behind(info, provider, to_day)
  local calendar = calendar_of.of(provider_of.value(provider, "calendar", info.symbol))
  local settle_s, now = missing_of.settle_s(provider, info.timeframe), clock.now()
  local day = math.min(to_day, calendar:last_closed(now - settle_s))
  while not calendar:is_session(day) do day = day - 1 end
  return sessions.behind(info, calendar, calendar:close_time(day)), day
end

-- What the source was asked for last; nil when it is not asked any more, or never was.
local function covered_to(snapshot, info)
  if store_of.is_simulated(info.dataset) then return nil end
  local coverage = snapshot:coverage(info.dataset, info.timeframe, info.symbol)
  local last = coverage.spans[#coverage.spans]
  return last and last[2] > coverage.fetched - OPEN_END_S and last[2] or nil
end

---@class banyan.Stale
---@field symbol string
---@field last string day of the last bar
---@field behind integer sessions since
---@field exhausted boolean the source was asked for them and has none

--- The series that are behind.
---@param snapshot banyan.Snapshot
---@param infos banyan.SeriesInfo[]
---@param options { to: string?, all: boolean? } to: sessions behind this day do not count; all: of any dataset,
--- not only those that are kept fresh
---@return banyan.Stale[]
function M.find(snapshot, infos, options)
  local found = {}
  local to = options.to and dates.parse(options.to)
  local provider = infos[1] and provider_of_dataset(infos[1].dataset)
  for _, info in ipairs(infos) do
    local count, day = behind(info, provider, to and to / dates.DAY or math.huge)
    local covered = count > 0 and covered_to(snapshot, info)
    if count > 0 and (covered or options.all) then
      found[#found + 1] = { symbol = info.symbol, last = dates.format(info.last), behind = count,
        exhausted = covered ~= nil and covered > day * dates.DAY }
    end
  end
  return found
end

--- What to say of them, one text each, and one for those behind the first few.
---@param found banyan.Stale[]
---@return string[]
function M.texts(found)
  local texts = {}
  for i = 1, math.min(#found, SHOWN) do
    local each = found[i]
    texts[i] = ("%s: last bar %s, %d session%s behind%s"):format(each.symbol, each.last, each.behind,
      each.behind == 1 and "" or "s", each.exhausted and " (the source has none since)" or "")
  end
  if #found > SHOWN then
    local most = 0
    for i = SHOWN + 1, #found do most = math.max(most, found[i].behind) end
    texts[SHOWN + 1] = ("%d more series are up to %d session%s behind"):format(#found - SHOWN, most,
      most == 1 and "" or "s")
  end
  return texts
end

--- Refuses series that are behind.
---@param found banyan.Stale[]
function M.refuse(found)
  if #found == 0 then return end
  failure.fail("DATA", "%s; fetch what is missing with `banyan backfill`, or leave out --fresh",
    table.concat(M.texts(found), "; "))
end

return M
