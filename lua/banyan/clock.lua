-- SPDX-License-Identifier: MIT
-- What time it is, for everything that asks vendors. It is the real clock, unless BANYAN_CLOCK is
-- set: REAL:START:SPEED means that at the real time REAL this clock says START, and that it runs
-- SPEED times as fast, so that a test lets minutes of limits pass in seconds. Servers and several
-- processes that are given the same text agree on the time.
local failure = require "banyan.failure"
local host = require "banyan.host"

local M = {}

local VARIABLE = "BANYAN_CLOCK"
local NUMBER = "(%d+%.?%d*)"
local PATTERN = "^" .. NUMBER .. ":" .. NUMBER .. ":" .. NUMBER .. "$"
local SPEED_MOST = 1e6

local rule -- { real, start, speed }, read from the environment when first needed

local function read_rule()
  local text = os.getenv(VARIABLE)
  if not text or text == "" then return { real = 0, start = 0, speed = 1 } end
  local real, start, speed = text:match(PATTERN)
  real, start, speed = tonumber(real), tonumber(start), tonumber(speed)
  if not speed or speed <= 0 or speed > SPEED_MOST then
    failure.fail("USAGE", "%s is '%s', which is no REAL:START:SPEED (such as "
      .. "1700000000:1600000000:60: at 1700000000 seconds since 1970 it says 1600000000 and runs "
      .. "60 times as fast, at most %d times); mend it, or unset it for the real time", VARIABLE,
      text, SPEED_MOST)
  end
  return { real = real, start = start, speed = speed }
end

local function current_rule()
  rule = rule or read_rule()
  return rule
end

--- Seconds since 1970-01-01 UTC.
---@return number
function M.now()
  local r = current_rule()
  return r.start + (host.now() - r.real) * r.speed
end

--- The real seconds that pass while `seconds` of this clock pass: how long to sleep.
---@param seconds number
---@return number
function M.real(seconds)
  return seconds / current_rule().speed
end

return M
