-- SPDX-License-Identifier: MIT
-- The US stock exchanges: their holidays by the rules of the New York Stock Exchange, the days on
-- which they closed for other reasons, half days, and the clock of New York. Right from 1967 on;
-- the hours of all years are those of today, since no vendor has bars within the day from before.
local days = require "banyan.calendars.day"

local floor = math.floor
local number, weekday, nth, last = days.number, days.weekday, days.nth, days.last

local M = {}

--- A holiday on a Saturday is kept on Friday, one on a Sunday on Monday.
local function observed(day)
  local on = weekday(day)
  return on == 6 and day - 1 or on == 7 and day + 1 or day
end

--- Easter Sunday: the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
local function easter(year)
  local a, b, c = year % 19, floor(year / 100), year % 100
  local d, e = floor(b / 4), b % 4
  local f = floor((b + 8) / 25)
  local g = floor((b - f + 1) / 3)
  local h = (19 * a + b - d - g + 15) % 30
  local i, k = floor(c / 4), c % 4
  local l = (32 + 2 * e + 2 * i - h - k) % 7
  local m = floor((a + 11 * h + 22 * l) / 451)
  local n = h + l - 7 * m + 114
  return number(year, floor(n / 31), n % 31 + 1)
end

-- Elections closed the exchange every year until 1968, then only those of presidents until 1980.
local function keeps_election_day(year)
  return year <= 1968 or year <= 1980 and year % 4 == 0
end

--- The weekdays of a year on which the exchanges are closed by rule, as a list.
---@return integer[]
function M.rules(year)
  local closed = {}
  local function close(day)
    if weekday(day) <= 5 then closed[#closed + 1] = day end
  end
  -- New Year's Day on a Saturday is not made up for: that Friday closes the books of the year.
  local new_year = number(year, 1, 1)
  close(weekday(new_year) == 7 and new_year + 1 or new_year)
  if year >= 1998 then close(nth(year, 1, 1, 3)) end -- Martin Luther King
  close(year >= 1971 and nth(year, 2, 1, 3) or observed(number(year, 2, 22))) -- Washington
  close(easter(year) - 2) -- Good Friday
  close(year >= 1971 and last(year, 5, 1) or number(year, 5, 30)) -- Memorial Day
  if year >= 2022 then close(observed(number(year, 6, 19))) end -- Juneteenth
  close(observed(number(year, 7, 4)))
  close(nth(year, 9, 1, 1)) -- Labor Day
  if keeps_election_day(year) then close(nth(year, 11, 1, 1) + 1) end
  close(nth(year, 11, 4, 4)) -- Thanksgiving
  close(observed(number(year, 12, 25)))
  return closed
end

-- Closed for mourning, weather, attacks and, on the Wednesdays of 1968, to catch up with paper.
local CLOSURES = {
  [1968] = "02-12 04-09 06-12 06-19 06-26 07-05 07-10 07-17 07-24 07-31 08-07 08-14 08-21 08-28 "
    .. "09-11 09-18 09-25 10-02 10-09 10-16 10-23 10-30 11-11 11-20 12-04 12-11 12-18",
  [1969] = "02-10 03-31 07-21",
  [1972] = "12-28",
  [1973] = "01-25",
  [1977] = "07-14",
  [1985] = "09-27",
  [1994] = "04-27",
  [2001] = "09-11 09-12 09-13 09-14",
  [2004] = "06-11",
  [2007] = "01-02",
  [2012] = "10-29 10-30",
  [2018] = "12-05",
  [2025] = "01-09",
}

local function holidays(year)
  local closed = M.rules(year)
  for month, day in (CLOSURES[year] or ""):gmatch "(%d+)-(%d+)" do
    closed[#closed + 1] = number(year, month, day)
  end
  return closed
end

-- Fridays behind Christmas that were half days, which no rule tells.
local FRIDAYS_BEHIND_CHRISTMAS = { [1997] = true, [2003] = true }

-- The half day beside Independence Day: the third when both are weekdays; until 2012, when the
-- third was a Wednesday, the Friday behind the holiday instead.
local function independence_half_day(year)
  local third = number(year, 7, 3)
  local on = weekday(third)
  if on == 3 and year < 2013 then return third + 2 end
  return on <= 4 and third or nil
end

--- The days of a year on which trading ends at 13:00, as a list.
local function half_days(year)
  local half = {}
  if year < 1993 then return half end
  half[1] = nth(year, 11, 4, 4) + 1
  local eve = number(year, 12, 24)
  if weekday(eve) <= 4 then half[#half + 1] = eve end
  if year >= 1995 then half[#half + 1] = independence_half_day(year) end
  if FRIDAYS_BEHIND_CHRISTMAS[year] then half[#half + 1] = number(year, 12, 26) end
  return half
end

-- The first day of daylight saving time in New York and the first one after it. It changes at two
-- in the morning of a Sunday, so a session has one offset.
local function daylight_saving(year)
  if year >= 2007 then return nth(year, 3, 7, 2), nth(year, 11, 7, 1) end
  local first = year >= 1987 and nth(year, 4, 7, 1) or last(year, 4, 7)
  if year == 1974 then first = number(year, 1, 6) end
  if year == 1975 then first = number(year, 2, 23) end
  return first, last(year, 10, 7)
end

--- Seconds from midnight UTC of a day to the opening at 9:30 in New York.
local function open_s(day)
  local first, after = daylight_saving(days.year(day))
  local behind_utc_h = first <= day and day < after and 4 or 5
  return (9.5 + behind_utc_h) * 3600
end

---@type banyan.calendar.rule
M.rule = {
  known = true,
  weekdays = { 1, 2, 3, 4, 5 },
  holidays = holidays,
  half_days = half_days,
  open_s = open_s,
  minutes = 390,
  half_minutes = 210,
}

return M
