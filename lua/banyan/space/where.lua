-- SPDX-License-Identifier: MIT
-- The function of a sweep that says which combos are taken. It is a user's code that is called very often, so it
-- is watched: Ctrl-C breaks into it, and a call that does not end is stopped.
local failure = require "banyan.failure"
local host = require "banyan.host"

local M = {}

local STEPS = 1000000 -- of the interpreter between two looks at a call
local LOOKS_MAX = 100 -- at the same call
local MEMORY_KB_MAX = 256 * 1024 -- more than at the first look at a call
local KEPT_KB_MAX = 4 * 1024 * 1024 -- of all calls, and of the combos that are taken
local SHOWN_VALUES = 8

---@class banyan.Where
---@field allows fun(digits: ffi.cdata*): boolean inside of `during` only; uint16_t[params]
local Where = {}
Where.__index = Where

-- A function digits -> table of values by name. A table of its own for each call, so that nothing that one call does
-- to it shows in another.
local function maker(params)
  local text, values = { "local values = ... return function(digits) return { " }, {}
  for p, param in ipairs(params) do
    values[p] = {}
    for i, value in ipairs(param.values) do values[p][i - 1] = value end
    values[p][0xffff] = param.values[1]
    text[#text + 1] = ("[%q] = values[%d][digits[%d]], "):format(param.name, p, p - 1)
  end
  text[#text + 1] = "} end"
  return assert(loadstring(table.concat(text)))(values)
end

--- The watched form of a function of the params.
---@param where fun(point: table): any
---@param params { name: string, values: any[] }[]
---@return banyan.Where
function M.new(where, params)
  local info = debug.getinfo(where, "S")
  if info.what ~= "C" then jit.off(where, true) end -- compiled code takes no notice of hooks
  local self = setmetatable({ where = where, params = params, calls = 0,
    place = info.what == "C" and "sweep" or info.source:gsub("^@", "") .. ":" .. info.linedefined }, Where)
  local point_of = maker(params)
  function self.allows(digits)
    local point = point_of(digits)
    self.calls, self.inside = self.calls + 1, digits
    local kept = where(point)
    self.inside = nil
    if kept == true then return true end
    if kept then
      failure.fail("STRATEGY", "%s: where must return true or false, not a %s", self.place, type(kept))
    end
    return false
  end
  return self
end

-- The values that the call got, as text.
local function point_text(self, digits)
  local words = {}
  for p, param in ipairs(self.params) do
    if p > SHOWN_VALUES then
      words[p] = "..."
      break
    end
    words[p] = ("%s = %s"):format(param.name, tostring(param.values[digits[p - 1] % 0xffff + 1]))
  end
  return table.concat(words, ", ")
end

local function raise(self, message)
  if host.interrupted() > 0 then failure.fail("CANCELLED", "sweep: interrupted in where") end
  local digits = self.inside
  if not digits then error(message, 0) end
  if self.stopped then
    failure.fail("STRATEGY", "%s: where was stopped: it %s (at %s)", self.place, self.stopped,
      point_text(self, digits))
  end
  local text = failure.failure_of(message) and message.message or message
  if type(text) ~= "string" then text = "an error without a text" end
  -- What where ends with, or is, may be a function of the library: it was called from here.
  text = text:gsub("^[^\n]-space/where%.lua:%d+: ", "")
  if not text:find "^[^\n]-:%d+: " then text = self.place .. ": " .. text end
  failure.fail("STRATEGY", "%s (in where at %s)", text, point_text(self, digits))
end

local function is_running(f)
  local level = 3
  local info = debug.getinfo(level, "f")
  while info and info.func ~= f do
    level = level + 1
    info = debug.getinfo(level, "f")
  end
  return info ~= nil
end

-- Stops the call that goes on. The hook stays until it has ended, so that no pcall in it holds this up.
local function stop(self, reason)
  self.stopped = reason
  local function again()
    if is_running(self.where) then error("stopped", 0) end
    debug.sethook()
  end
  debug.sethook(again, "", 1)
  error("stopped", 0)
end

local function watch(self)
  local looked_at, looks, first_kb = -1, 0, 0
  local begin_kb = collectgarbage "count"
  return function()
    local kb = collectgarbage "count"
    if looked_at ~= self.calls then looked_at, looks, first_kb = self.calls, 0, kb end
    looks = looks + 1
    if not self.inside then return end
    if looks > LOOKS_MAX then
      stop(self, ("had not ended after %d million steps"):format(STEPS * LOOKS_MAX / 1e6))
    elseif kb - first_kb > MEMORY_KB_MAX then
      stop(self, ("took more than %d MB of memory"):format(MEMORY_KB_MAX / 1024))
    elseif kb - begin_kb > KEPT_KB_MAX then
      stop(self, ("keeps more than %d MB of memory from call to call"):format(KEPT_KB_MAX / 1024))
    end
  end
end

--- Calls body(), which may ask self.allows; raises what goes wrong.
---@generic T
---@param body fun(): T
---@return T
function Where:during(body)
  local hook, mask, count = debug.gethook()
  self.inside, self.stopped = nil, nil
  debug.sethook(watch(self), "", STEPS)
  local ok, result = host.breakable(body)
  if hook then debug.sethook(hook, mask, count) else debug.sethook() end
  if not ok then raise(self, result) end
  return result
end

return M
