-- SPDX-License-Identifier: MIT
-- When a plan has something new to fetch, and a loop that runs it then, whatever happens.
--
-- banyan.clock is the only source of time here: waiting goes on until that clock says that it is over, so
-- that a machine that slept wakes up late and not confused.
local calendar_of = require "banyan.calendar"
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local missing_of = require "banyan.backfill.missing"
local provider_of = require "banyan.provider"
local store_of = require "banyan.store"

local M = {}

local ROUND_LEAST_S = 60
local RETRY_FIRST_S, RETRY_MOST_S = 60, 900
local JITTER_MOST_S, JITTER_SHARE = 60, 0.05
local NAP_S = 1 -- of real time, between looks at Ctrl-C
-- Vendors have bars from before the opening and behind the close.
local BEFORE_OPEN_S, AFTER_CLOSE_S = 6 * 3600, 5 * 3600

-- The calendars of a plan's symbols.
local function calendars_of(plan)
  local list, seen = {}, {}
  for _, symbol in ipairs(plan.symbols) do
    local name = provider_of.value(plan.provider, "calendar", symbol)
    if not seen[name] then list[#list + 1] = calendar_of.of(name) end
    seen[name] = true
  end
  return list
end

-- The end of the first bar within the day that ends after a time.
local function next_bar_end(calendar, seconds, offset_s, time)
  local day = math.floor(time / dates.DAY) - 1
  while not calendar:is_session(day) or calendar:close_time(day) + AFTER_CLOSE_S <= time do
    day = day + 1
  end
  local from = math.max(time, calendar:open_time(day) - BEFORE_OPEN_S)
  return (math.floor((from - offset_s) / seconds) + 1) * seconds + offset_s
end

--- When the next bars of a plan are final.
---@param plan banyan.Plan
---@param now number
---@return number time
function M.next_due(plan, now)
  local provider, due = plan.provider, math.huge
  for _, calendar in ipairs(calendars_of(plan)) do
    for _, timeframe in ipairs(plan.timeframes) do
      local seconds, settle_s = store_of.TIMEFRAMES[timeframe], missing_of.settle_s(provider, timeframe)
      local ended = seconds >= dates.DAY and calendar:next_close(now - settle_s)
        or next_bar_end(calendar, seconds, provider.grid_offset_s or 0, now - settle_s)
      due = math.min(due, ended + settle_s)
    end
  end
  return math.max(due, now + ROUND_LEAST_S)
end

--- Whether nothing new can come: the plan has an end, and it has passed.
---@param plan banyan.Plan
---@param now number
---@return boolean
function M.is_over(plan, now)
  if not plan.to then return false end
  local settle_s = 0
  for _, timeframe in ipairs(plan.timeframes) do
    settle_s = math.max(settle_s, missing_of.settle_s(plan.provider, timeframe))
  end
  -- A session may close on the day after its date, as seen from Greenwich.
  return now > dates.parse(plan.to) + 2 * dates.DAY + settle_s
end

--- How long to wait after some rounds that failed, one after the other.
---@param failures integer
---@return number seconds
function M.retry_s(failures)
  return math.min(RETRY_MOST_S, RETRY_FIRST_S * 2 ^ (failures - 1))
end

local function sleep_until(time, options)
  while not options.stopping() do
    local left_s = time - clock.now()
    if left_s <= 0 then return end
    options.sleep(math.min(NAP_S, clock.real(left_s)))
  end
end

--- Runs rounds until the plan is over or `stopping()` says so.
---@param plan banyan.Plan
---@param options { round: (fun(): boolean), waits: fun(until_s: number), stopping: (fun(): boolean),
--- sleep: fun(seconds: number), random: fun(): number }
--- round: whether it went well; waits: told before each wait; sleep: of real seconds
function M.run(plan, options)
  local failures = 0
  while true do
    local ok = options.round()
    local now = clock.now()
    if options.stopping() or ok and M.is_over(plan, now) then return end
    failures = ok and 0 or failures + 1
    local due = ok and M.next_due(plan, now) or now + M.retry_s(failures)
    -- Not everyone who watches the same session asks in the same second.
    due = due + options.random() * math.min(JITTER_MOST_S, JITTER_SHARE * (due - now))
    options.waits(due)
    sleep_until(due, options)
    if options.stopping() then return end
  end
end

return M
