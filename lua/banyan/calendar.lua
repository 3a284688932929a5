-- SPDX-License-Identifier: MIT
-- Days and trading days. A day is a whole number, days since 1970-01-01; trading days follow the
-- rules of the US stock exchanges (so without the rare closures for funerals and storms).
local M = {}

local floor = math.floor

--- Day number of a date in the Gregorian calendar.
---@return integer
function M.day(year, month, day)
  -- Years begin in March here, so that the leap day is the last day of a year.
  if month <= 2 then year = year - 1 end
  local era = floor(year / 400)
  local year_of_era = year - era * 400
  local month_from_march = (month + 9) % 12
  local day_of_year = floor((153 * month_from_march + 2) / 5) + day - 1
  local day_of_era = year_of_era * 365 + floor(year_of_era / 4) - floor(year_of_era / 100)
    + day_of_year
  return era * 146097 + day_of_era - 719468
end

--- Year, month and day of a day number.
function M.date(day)
  local shifted = day + 719468
  local era = floor(shifted / 146097)
  local day_of_era = shifted - era * 146097
  local year_of_era = floor((day_of_era - floor(day_of_era / 1460) + floor(day_of_era / 36524)
    - floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era
    - (365 * year_of_era + floor(year_of_era / 4) - floor(year_of_era / 100))
  local month_from_march = floor((5 * day_of_year + 2) / 153)
  local month = month_from_march < 10 and month_from_march + 3 or month_from_march - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  return year, month, day_of_year - floor((153 * month_from_march + 2) / 5) + 1
end

--- Day number of text like 2014-01-02; nil when it is not a date that exists.
function M.parse(text)
  local y, m, d = tostring(text):match "^(%d%d%d%d)%-(%d%d)%-(%d%d)$"
  if not y then return nil end
  y, m, d = tonumber(y), tonumber(m), tonumber(d)
  if m < 1 or m > 12 or d < 1 then return nil end
  local day = M.day(y, m, d)
  local _, month = M.date(day)
  return month == m and day or nil
end

--- Text like 2014-01-02 of a day number.
function M.format(day)
  return ("%04d-%02d-%02d"):format(M.date(day))
end

--- Monday is 1, Sunday 7.
function M.weekday(day)
  return (day + 3) % 7 + 1
end

--- The n-th given weekday of a month.
local function nth_weekday(year, month, weekday, n)
  local first = M.day(year, month, 1)
  return first + (weekday - M.weekday(first)) % 7 + 7 * (n - 1)
end

--- A holiday on a Saturday is kept on Friday, one on a Sunday on Monday.
local function observed(day)
  local weekday = M.weekday(day)
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
  close(M.weekday(new_year) == 6 and new_year or observed(new_year))
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
    local year = M.date(day)
    if year ~= closed_year then closed, closed_year = M.holidays(year), year end
    if M.weekday(day) <= 5 and not closed[day] then days[#days + 1] = day end
  end
  return days
end

return M
