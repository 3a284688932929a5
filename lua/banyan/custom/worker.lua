-- SPDX-License-Identifier: MIT
-- What runs in a Lua state that computes an indicator: columns as views that check every place, and the
-- pure parts of the standard library. lua/custom.c loads it into each such state, with the program that
-- banyan.custom.carry made and a function that raises an error when the user asked to stop.
local program, look = ...
local bit, debug, ffi, math, string, table = bit, debug, require "ffi", math, string, table
local error, floor, loadstring, newproxy, select, type = error, math.floor, loadstring, newproxy,
  select, type

local ACCESSES = 1000000 -- of columns, between looks at whether the user asked to stop
local NAN = 0 / 0

-- Hooks take no notice of compiled code, so the views count what they are asked for: a loop that looks
-- at a column at all can be stopped.
local left = ffi.new "struct { int32_t accesses; }"

local function lapse()
  left.accesses = ACCESSES
  look()
end

-- Views ------------------------------------------------------------------------------------------

local function refuse(name, i, n, verb)
  if type(i) ~= "number" then
    error(("%s has the values 1 to %d, and nothing called '%s'"):format(name, n, tostring(i)), 3)
  elseif floor(i) ~= i then
    error(("%s %s[%.14g]; places are whole numbers"):format(verb, name, i), 3)
  end
  error(("%s %s[%d], and there are 1 to %d"):format(verb, name, i, n), 3)
end

-- Where a column lies at the moment; `n` is 0 between calls.
local function slot(ctype)
  return ffi.new("struct { " .. ctype .. " *at; int32_t n; }")
end

local function length_of(at)
  return function() return at.n end
end

-- A column that can be read. A userdata, as tables have no length of their own making.
local function view(name, at)
  local made = newproxy(true)
  local meta = getmetatable(made)
  meta.__metatable = false
  meta.__len = length_of(at)
  meta.__index = function(_, i)
    local accesses = left.accesses - 1
    left.accesses = accesses
    if accesses < 0 then lapse() end
    if type(i) == "number" and i >= 1 and i <= at.n and floor(i) == i then
      return tonumber(at.at[i - 1])
    end
    refuse(name, i, at.n, "reads")
  end
  meta.__newindex = function()
    error(("writes into %s; only out can be written"):format(name), 2)
  end
  return made, meta
end

local function writable(name, at)
  local made, meta = view(name, at)
  meta.__newindex = function(_, i, value)
    local accesses = left.accesses - 1
    left.accesses = accesses
    if accesses < 0 then lapse() end
    if type(value) ~= "number" then
      error(("writes %s into %s; it takes numbers"):format(type(value) == "nil" and "nil"
        or "a " .. type(value), name), 2)
    end
    if type(i) == "number" and i >= 1 and i <= at.n and floor(i) == i then
      at.at[i - 1] = value
    else
      refuse(name, i, at.n, "writes")
    end
  end
  return made
end

-- What indicators see ----------------------------------------------------------------------------

-- A table that can be read and not changed, with a message about what is not in it.
local function sealed(from, missing)
  setmetatable(from, { __index = function(_, key) error(missing(tostring(key)), 2) end })
  return setmetatable({}, { __index = from, __metatable = false,
    __newindex = function(_, key)
      error(("sets '%s'; only locals and out can be changed"):format(tostring(key)), 2)
    end })
end

local function library(name, from, without)
  local copy = {}
  for key, value in pairs(from) do copy[key] = value end
  for _, key in ipairs(without) do copy[key] = nil end
  return sealed(copy, function(key) return ("%s.%s is not at hand here"):format(name, key) end)
end

-- Chance, the order of keys and whatever else may differ from one call to the next is left out.
local visible = {
  assert = assert, error = error, ipairs = ipairs, select = select, tonumber = tonumber,
  tostring = tostring, type = type, unpack = unpack,
  bit = library("bit", bit, {}),
  math = library("math", math, { "random", "randomseed" }),
  string = library("string", string, { "dump" }),
  table = library("table", table, { "foreach", "foreachi" }),
}
local env = sealed(visible, function(key)
  return ("the global '%s' is not at hand here; make it a local, or an argument"):format(key)
end)

local slots, fields = {}, {}
for _, name in ipairs { "open", "high", "low", "close", "volume", "other" } do
  slots[name] = slot "const double"
  fields[name] = view("bars." .. name, slots[name])
end
slots.time, slots.out = slot "const int64_t", slot "double"
fields.time = view("bars.time", slots.time)
local out = writable("out", slots.out)

-- The program ------------------------------------------------------------------------------------

local function load_function(code)
  return setfenv(loadstring(code), env)
end

local carried = loadstring(program, "=indicator")(load_function, debug.setupvalue, debug.upvaluejoin,
  visible)
local compute, first, afresh = carried.compute, carried.first, carried.afresh
local windows, numbers = carried.windows, carried.numbers

local is_read = { close = true, time = true }
for _, name in ipairs(carried.reads) do is_read[name] = true end
for name in pairs(fields) do
  if not is_read[name] then fields[name] = nil end
end
local bars = sealed(fields, function(key)
  if slots[key] and key ~= "out" then
    return ("bars.%s is not there; name it in reads = { \"%s\" }"):format(key, key)
  end
  return ("bars has no '%s'; it has open, high, low, close, volume, time and other"):format(key)
end)

local function point(open, high, low, close, volume, other, time, values, n)
  local at = { open = open, high = high, low = low, close = close, volume = volume, other = other,
    time = time, out = values }
  for name, each in pairs(slots) do
    local there = n > 0 and (is_read[name] or name == "out")
    each.at = there and at[name] or nil
    each.n = there and n or 0
  end
end

-- Rows up to the first value, of which the values stay as they are.
local function rows_needed(...)
  if not first then return 1 end
  local needed = first(...)
  if type(needed) ~= "number" or needed < 1 or floor(needed) ~= needed then
    error(("first returns %s; it has to be a whole number of bars, 1 or more"):format(
      tostring(needed)), 0)
  end
  return needed
end

local function check(values, n, needed, result)
  for i = 0, needed - 2 do
    if values[i] == values[i] then
      error(("out[%d] has a value, and first says that %d bars are needed"):format(i + 1, needed), 0)
    end
  end
  if result ~= nil then
    for i = 0, n - 1 do
      if values[i] == values[i] then return end
    end
    error("compute returns something, and leaves out as it was; it has to fill out[1] to out[n]", 0)
  end
end

-- The windows and numbers that the indicator has, of those that all have room for.
local function arguments(w1, w2, w3, x1, x2)
  local list = {}
  for i = 1, windows do list[i] = select(i, w1, w2, w3) end
  for i = 1, numbers do list[windows + i] = select(i, x1, x2) end
  return unpack(list, 1, windows + numbers)
end

return function(open, high, low, close, volume, other, time, values, n, ...)
  local cells = ffi.cast("double *", values)
  for i = 0, n - 1 do cells[i] = NAN end
  left.accesses = ACCESSES
  afresh() -- whatever an earlier call left in variables and tables
  local needed = rows_needed(arguments(...))
  if n < needed then return end
  point(open, high, low, close, volume, other, time, values, n)
  local result = compute(bars, out, n, arguments(...))
  point(nil, nil, nil, nil, nil, nil, nil, nil, 0)
  check(cells, n, needed, result)
end
