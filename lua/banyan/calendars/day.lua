-- SPDX-License-Identifier: MIT
-- Arithmetic of days for the rules of calendars. A day is a whole number: days since 1970-01-01.
local dates = require "banyan.dates"

local M = {}

local floor = math.floor

--- Day number of a date that exists.
---@return integer
function M.number(year, month, day)
  return dates.parse(("%04d-%02d-%02d"):format(year, month, day)) / dates.DAY
end

--- Monday is 1, Sunday 7.
---@return integer
function M.weekday(day) return (day + 3) % 7 + 1 end

local first_days = {} -- of years

local function first_day(year)
  local day = first_days[year] or M.number(year, 1, 1)
  first_days[year] = day
  return day
end

--- The year of a day.
---@return integer
function M.year(day)
  local year = 1970 + floor(day / 365.2425) -- or a neighbour of it
  if day < first_day(year) then return year - 1 end
  return day < first_day(year + 1) and year or year + 1
end

--- The n-th given weekday of a month.
---@return integer
function M.nth(year, month, weekday, n)
  local first = M.number(year, month, 1)
  return first + (weekday - M.weekday(first)) % 7 + 7 * (n - 1)
end

--- The last given weekday of a month that is not December.
---@return integer
function M.last(year, month, weekday) return M.nth(year, month + 1, weekday, 1) - 7 end

return M
