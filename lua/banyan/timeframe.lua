-- SPDX-License-Identifier: MIT
-- Timeframes as people write them: "15m", "1h", "1d", "1w", "1M".
local ffi = require "ffi"
local dates = require "banyan.dates"
local engine = require "banyan.ffi"
local nearest = require "banyan.nearest"

local C = engine.C
local M = {}

local UNITS = { m = 60, h = 3600, d = tonumber(C.BY_DAY_SECONDS), w = tonumber(C.BY_WEEK_SECONDS),
  M = tonumber(C.BY_MONTH_SECONDS) }
local USUAL = { "5m", "10m", "15m", "30m", "1h", "2h", "4h", "1d", "1w", "1M" }
local WORDS = { minute = "1m", min = "1m", hour = "1h", hourly = "1h", day = "1d", daily = "1d", week = "1w",
  weekly = "1w", month = "1M", monthly = "1M" }

local function is_length(text)
  local count, unit = text:match "^([1-9]%d?%d?%d?)([mhdwM])$"
  count = tonumber(count)
  return count and (count == 1 or count * UNITS[unit] <= UNITS.d), count, unit
end

--- The seconds of a timeframe, by which the engine knows it.
---@param text any
---@return integer? seconds
---@return string? why what is wrong with it
function M.seconds(text)
  if type(text) ~= "string" then return nil, "a timeframe is a text such as \"1d\", not " .. tostring(text) end
  local known, count, unit = is_length(text)
  if known and C.by_timeframe_is_valid(count * UNITS[unit]) == 1 then
    return count * UNITS[unit]
  elseif known then
    return nil, ("bars of %s do not fill a day, so they would begin at another time each day; take a "
      .. "length that does, such as 15m or 1h"):format(text)
  end
  local near = WORDS[text:lower():gsub("^1%s*", ""):gsub("s$", "")] or nearest(text, USUAL)
  return nil, ("'%s' is no timeframe%s; known are minutes and hours that fill a day (15m, 1h), 1d, 1w "
    .. "and 1M"):format(text, near and (", did you mean '%s'?"):format(near) or "")
end

--- A timeframe by its seconds.
---@return string
function M.text(seconds)
  return ffi.string(C.by_timeframe_text(seconds, ffi.new("char[?]", tonumber(C.BY_TIMEFRAME_TEXT))))
end

--- When a bar begins: its day, and the time in UTC of one within a day.
---@param length integer seconds of its timeframe
---@param time number seconds since 1970 UTC
---@return string
function M.begin_text(length, time)
  return length < UNITS.d and dates.format_time(time) or dates.format(time)
end

--- Whether bars of one timeframe are made of several of another.
---@param above integer seconds
---@param below integer seconds
---@return boolean
function M.is_above(above, below)
  return C.by_timeframe_is_above(above, below) == 1
end

return M
