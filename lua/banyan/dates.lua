-- SPDX-License-Identifier: MIT
-- Days as the store has them (seconds since 1970-01-01 UTC) and as people write them. The civil
-- arithmetic is Howard Hinnant's (days_from_civil), so no locale or time zone has a say.
local M = {}

M.DAY = 86400
local floor = math.floor

local month_days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function days_in_month(year, month)
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month == 2 and leap and 29 or month_days[month]
end

-- Years start in March here, so that the leap day is the last one of its year.
local function days_from_civil(year, month, day)
  if month <= 2 then year = year - 1 end
  local era = floor(year / 400)
  local year_of_era = year - era * 400
  local day_of_year = floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  local day_of_era = year_of_era * 365 + floor(year_of_era / 4) - floor(year_of_era / 100)
    + day_of_year
  return era * 146097 + day_of_era - 719468
end

local function civil_from_days(days)
  days = days + 719468
  local era = floor(days / 146097)
  local day_of_era = days - era * 146097
  local year_of_era = floor((day_of_era - floor(day_of_era / 1460) + floor(day_of_era / 36524)
    - floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era
    - (365 * year_of_era + floor(year_of_era / 4) - floor(year_of_era / 100))
  local shifted = floor((5 * day_of_year + 2) / 153)
  local day = day_of_year - floor((153 * shifted + 2) / 5) + 1
  local month = shifted < 10 and shifted + 3 or shifted - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  return year, month, day
end

--- The calendar day of a time.
---@param seconds number|ffi.cdata* seconds since 1970-01-01 UTC
---@return string day as YYYY-MM-DD
function M.format(seconds)
  return ("%04d-%02d-%02d"):format(civil_from_days(floor(tonumber(seconds) / M.DAY)))
end

--- A time with its minutes, for series that are not daily.
---@param seconds number|ffi.cdata* seconds since 1970-01-01 UTC
---@return string time as "YYYY-MM-DD HH:MM"
function M.format_time(seconds)
  local of_day = tonumber(seconds) % M.DAY
  return ("%s %02d:%02d"):format(M.format(seconds), floor(of_day / 3600),
    floor(of_day % 3600 / 60))
end

--- A time as vendors write it (RFC 3339).
---@param seconds number seconds since 1970-01-01 UTC
---@return string time as "YYYY-MM-DDTHH:MM:SSZ"
function M.format_utc(seconds)
  local of_day = floor(seconds) % M.DAY
  return ("%sT%02d:%02d:%02dZ"):format(M.format(seconds), floor(of_day / 3600),
    floor(of_day % 3600 / 60), of_day % 60)
end

--- The start of a calendar day; nil for anything that is not a day written as YYYY-MM-DD.
---@param text string
---@return number? seconds since 1970-01-01 UTC
function M.parse(text)
  local year, month, day = tostring(text):match "^(%d%d%d%d)%-(%d%d)%-(%d%d)$"
  if not year then return nil end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if month < 1 or month > 12 or day < 1 or day > days_in_month(year, month) then return nil end
  return days_from_civil(year, month, day) * M.DAY
end

--- A time (UTC) as `format_time` and `format_utc` write it; nil for anything else.
---@param text string YYYY-MM-DD HH:MM, with T for the blank, with seconds and with Z as one likes
---@return number? seconds since 1970-01-01 UTC
function M.parse_time(text)
  local day, hour, minute, rest = text:match "^([%d%-]+)[ T](%d%d):(%d%d)(.*)$"
  local second = day and (rest:match "^Z?$" and "0" or rest:match "^:(%d%d)Z?$")
  day, hour, minute, second = M.parse(day), tonumber(hour), tonumber(minute), tonumber(second)
  if not (day and second) or hour > 23 or minute > 59 or second > 59 then return nil end
  return day + hour * 3600 + minute * 60 + second
end

return M
