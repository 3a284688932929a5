-- SPDX-License-Identifier: MIT
-- When exchanges trade. A day is a whole number here: days since 1970-01-01; a session is a day on
-- which an exchange trades. The rules are in calendars/: this file asks them.
local dates = require "banyan.dates"
local days = require "banyan.calendars.day"
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local us = require "banyan.calendars.us"
local weekly = require "banyan.calendars.weekly"

local M = {}

local floor, ceil = math.floor, math.ceil

---@class banyan.calendar.rule
---@field known boolean whether its holidays are known
---@field weekdays integer[] on which there are sessions; Monday is 1
---@field holidays? fun(year: integer): integer[] of these weekdays, the days without session
---@field half_days? fun(year: integer): integer[] sessions of half_minutes
---@field open_s number|fun(day: integer): number from midnight UTC of the day to its opening
---@field minutes number from opening to close
---@field half_minutes? number

---@class banyan.calendar
---@field name string
---@field known boolean true when a session without a bar is a hole, not perhaps a holiday
local calendar = {}
calendar.__index = calendar

local function set_of(list)
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

--- A set of days, whose list of a year is made when it is needed.
local function new_set(list_of_year)
  local years = {}
  local function year_of(year)
    if not years[year] then
      local list = list_of_year and list_of_year(year) or {}
      table.sort(list)
      years[year] = { list = list, set = set_of(list) }
    end
    return years[year]
  end
  local set = {}
  function set.has(day) return year_of(days.year(day)).set[day] end
  function set.count(first, last)
    local count = 0
    for year = days.year(first), days.year(last) do
      for _, day in ipairs(year_of(year).list) do
        if day >= first and day <= last then count = count + 1 end
      end
    end
    return count
  end
  return set
end

local function new_calendar(name, rule)
  return setmetatable({ name = name, known = rule.known, rule = rule,
    open_days = set_of(rule.weekdays), closed = new_set(rule.holidays),
    half = new_set(rule.half_days) }, calendar)
end

--- Whether the exchange trades on a day.
---@param day integer
---@return boolean
function calendar:is_session(day)
  return self.open_days[days.weekday(day)] ~= nil and not self.closed.has(day)
end

--- The sessions from `first` to `last`, both included.
---@return integer[]
function calendar:sessions(first, last)
  local list = {}
  for day = first, last do
    if self:is_session(day) then list[#list + 1] = day end
  end
  return list
end

--- How many sessions there are from `first` to `last`, both included, without listing them.
---@return integer
function calendar:count(first, last)
  if first > last then return 0 end
  local weeks = floor((last - first + 1) / 7)
  local count = weeks * #self.rule.weekdays
  for day = first + 7 * weeks, last do
    if self.open_days[days.weekday(day)] then count = count + 1 end
  end
  return count - self.closed.count(first, last)
end

--- When a session opens, in seconds since 1970 UTC.
---@param day integer
---@return number
function calendar:open_time(day)
  local open_s = self.rule.open_s
  return day * dates.DAY + (type(open_s) == "function" and open_s(day) or open_s)
end

local function minutes_of(self, day)
  return self.half.has(day) and self.rule.half_minutes or self.rule.minutes
end

--- When a session ends, in seconds since 1970 UTC.
---@param day integer
---@return number
function calendar:close_time(day)
  return self:open_time(day) + minutes_of(self, day) * 60
end

--- The end of the first session that is not over, in seconds since 1970 UTC.
---@param now number
---@return number
function calendar:next_close(now)
  local day = floor(now / dates.DAY) - 1
  while not self:is_session(day) or self:close_time(day) <= now do day = day + 1 end
  return self:close_time(day)
end

--- The last session that is over.
---@param now number seconds since 1970 UTC
---@return integer day
function calendar:last_closed(now)
  local day = floor(now / dates.DAY) + 1
  while not self:is_session(day) or self:close_time(day) > now do day = day - 1 end
  return day
end

--- The most bars of a timeframe that the sessions from `first` to `last` have in their hours;
--- vendors skip minutes without trade, and add some before and after the hours.
---@param seconds number of the timeframe
---@return integer
function calendar:bar_count(seconds, first, last)
  local sessions = self:count(first, last)
  if seconds >= dates.DAY then return sessions end
  local half = first <= last and self.half.count(first, last) or 0
  local function bars(minutes) return ceil(minutes * 60 / seconds) end
  return (sessions - half) * bars(self.rule.minutes) + half * bars(self.rule.half_minutes or 0)
end

local rules = { us = us.rule }
for name, rule in pairs(weekly) do rules[name] = rule end

--- The names of all calendars, sorted.
---@type string[]
M.names = lists.sorted_keys(rules)

local calendars = {}

--- The calendar of a name.
---@param name string
---@return banyan.calendar
function M.of(name)
  if not rules[name] then
    local meant = nearest(tostring(name), M.names)
    failure.fail("STRATEGY", "there is no calendar '%s'%s; there are %s", tostring(name),
      meant and (", did you mean '%s'?"):format(meant) or "", table.concat(M.names, ", "))
  end
  calendars[name] = calendars[name] or new_calendar(name, rules[name])
  return calendars[name]
end

--- Day number of a date that exists.
---@return integer
M.day = days.number

-- The US exchanges without the closures for mourning, storms and attacks, which are no rule.
local by_rule = new_calendar("us by rule", setmetatable({ holidays = us.rules },
  { __index = us.rule }))

--- The days on which the simulated market trades, from `first` to `last`, both included: those of
--- the US exchanges by rule, as a list of day numbers.
---@return integer[]
function M.trading_days(first, last) return by_rule:sessions(first, last) end

return M
