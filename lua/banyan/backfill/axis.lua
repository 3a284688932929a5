-- SPDX-License-Identifier: MIT
-- The sessions of a calendar as stretches of time, in arrays that are searched: the planner asks
-- for thousands of series which sessions lie in which span.
--
-- A daily bar stands at midnight UTC of its session's date. Bars within the day belong to a session
-- with 24 hours, most of which lie around its hours of trade: vendors have bars from before the
-- opening and behind the close. Where trading never stops, the day is the session.
local dates = require "banyan.dates"

local M = {}

local floor, ceil, min, max = math.floor, math.ceil, math.min, math.max
local BEFORE_OPEN_S = 8 * 3600

---@class banyan.Axis
---@field calendar banyan.calendar
---@field seconds number of the timeframe
---@field count integer sessions
---@field days integer[] rising
---@field starts number[]
---@field ends number[]
---@field opens number[] of trade
---@field closes number[]
---@field bars_before number[] bars of all sessions before the i-th, up to i = count + 1
local Axis = {}
Axis.__index = Axis

-- From when on a bar within the day belongs to a session.
local function begin_of(open, close)
  return open - min(BEFORE_OPEN_S, max(0, dates.DAY - (close - open)))
end

--- The time at or before `time` at which a bar may start.
---@param time number
---@param seconds number of the timeframe
---@param offset number? of its grid
---@return number
function M.on_grid(time, seconds, offset)
  offset = offset or 0
  return floor((time - offset) / seconds) * seconds + offset
end

--- The sessions of some days.
---@param calendar banyan.calendar
---@param seconds number of the timeframe
---@param first_day integer days since 1970
---@param last_day integer
---@param grid_offset number? where bars within the day start, behind multiples of `seconds`
---@return banyan.Axis
function M.new(calendar, seconds, first_day, last_day, grid_offset)
  local self = { calendar = calendar, seconds = seconds,
    days = calendar:sessions(first_day, last_day), starts = {}, ends = {}, opens = {},
    closes = {}, bars_before = { 0 } }
  local daily = seconds >= dates.DAY
  for i, day in ipairs(self.days) do
    local open, close = calendar:open_time(day), calendar:close_time(day)
    local start = daily and day * dates.DAY
      or M.on_grid(begin_of(open, close), seconds, grid_offset)
    self.starts[i], self.ends[i] = start, start + dates.DAY
    self.opens[i], self.closes[i] = open, close
    self.bars_before[i + 1] = self.bars_before[i] + (daily and 1 or ceil((close - open) / seconds))
  end
  self.count = #self.days
  return setmetatable(self, Axis)
end

-- The first i with list[i] > value, of whole numbers; #list + 1 when there is none.
local function first_above(list, value)
  local low, high = 1, #list + 1
  while low < high do
    local middle = floor((low + high) / 2)
    if list[middle] > value then high = middle else low = middle + 1 end
  end
  return low
end

--- The first and the last session that a span touches; the first is above the last when it touches
--- none.
---@return integer
---@return integer
function Axis:range(first, end_)
  return first_above(self.ends, first), first_above(self.starts, end_ - 1) - 1
end

--- How many sessions a span touches.
---@return integer
function Axis:sessions(first, end_)
  local i, j = self:range(first, end_)
  return max(0, j - i + 1)
end

--- The part of a span between its first session's begin and its last one's end; nil when it touches
--- no session.
---@return number? first
---@return number? end_
function Axis:trim(first, end_)
  local i, j = self:range(first, end_)
  if i > j then return nil end
  return max(first, self.starts[i]), min(end_, self.ends[j])
end

--- About how many bars a series has in a span.
---@return number
function Axis:bars(first, end_)
  local i, j = self:range(first, end_)
  if i > j then return 0 end
  return min(self.bars_before[j + 1] - self.bars_before[i], ceil((end_ - first) / self.seconds))
end

--- Cuts a span into `parts` stretches of about as many sessions, between sessions; fewer when it
--- has fewer sessions.
---@return banyan.Span[]
function Axis:cut(first, end_, parts)
  local i, j = self:range(first, end_)
  parts = max(1, min(parts, j - i + 1))
  local out, at = {}, first
  for part = 1, parts do
    local stop = part == parts and end_ or self.starts[i + floor((j - i + 1) * part / parts)]
    out[part] = { at, stop }
    at = stop
  end
  return out
end

--- The last session whose trade had ended at a time, as an index; 0 for none.
---@return integer
function Axis:last_closed(time)
  return first_above(self.closes, time) - 1
end

--- The last session whose trade had begun before a time, as an index; 0 for none.
---@return integer
function Axis:last_opened(time)
  return first_above(self.opens, time - 1) - 1
end

return M
