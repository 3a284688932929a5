-- SPDX-License-Identifier: MIT
-- The trading days of the US stock exchanges, by their rules (so without the rare closures for
-- funerals and storms). A day is a whole number here: days since 1970-01-01.
local dates = require "banyan.dates"

local M = {}

local floor = math.floor

--- Day number of a date that exists.
---@return integer
function M.day(year, month, day)
  return dates.parse(("%04d-%02d-%02d"):format(year, month, day)) / dates.DAY
end

--- Monday is 1, Sunday 7.
local function weekday_of(day) return (day + 3) % 7 + 1 end

local function year_of(day) return tonumber(dates.format(day * dates.DAY):sub(1, 4)) end

--- The n-th given weekday of a month.
local function nth_weekday(year, month, weekday, n)
  local first = M.day(year, month, 1)
  return first + (weekday - weekday_of(first)) % 7 + 7 * (n - 1)
end

--- A holiday on a Saturday is kept on Friday, one on a Sunday on Monday.
local function observed(day)
  local weekday = weekday_of(day)
  return weekday == 6 and day - 1 or weekday == 7 and day + 1 or day
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
  return M.day(year, floor(n / 31), n % 31 + 1)
end

--- The set of days of a year on which the exchanges are closed though it is no weekend.
function M.holidays(year)
  local closed = {}
  local function close(day) closed[day] = true end
  -- New Year's Day on a Saturday is not made up for: that Friday closes the books of the year.
  local new_year = M.day(year, 1, 1)
  close(weekday_of(new_year) == 6 and new_year or observed(new_year))
  close(nth_weekday(year, 1, 1, 3)) -- Martin Luther King
  close(nth_weekday(year, 2, 1, 3)) -- Washington
  close(easter(year) - 2) -- Good Friday
  close(nth_weekday(year, 6, 1, 1) - 7) -- Memorial Day: the last Monday of May
  if year >= 2022 then close(observed(M.day(year, 6, 19))) end -- Juneteenth
  close(observed(M.day(year, 7, 4)))
  close(nth_weekday(year, 9, 1, 1)) -- Labor Day
  close(nth_weekday(year, 11, 4, 4)) -- Thanksgiving
  close(observed(M.day(year, 12, 25)))
  return closed
end

--- The trading days from `first` to `last`, both included, as a list of day numbers.
---@return integer[]
function M.trading_days(first, last)
  local days, closed, closed_year = {}, nil, nil
  for day = first, last do
    local year = year_of(day)
    if year ~= closed_year then closed, closed_year = M.holidays(year), year end
    if weekday_of(day) <= 5 and not closed[day] then days[#days + 1] = day end
  end
  return days
end

return M
