-- SPDX-License-Identifier: MIT
-- Functions of scripts as text that another Lua state can load: their bytecode, and what they refer to
-- outside of themselves, as long as that is plain data, pure parts of the standard library, or other
-- such functions.
local bytecode = require "banyan.custom.bytecode"
local failure = require "banyan.failure"

local M = {}

local VALUES_MAX = 10000 -- in tables, of one indicator
local DEPTH_MAX = 20     -- of tables in tables, and of functions in functions

-- Names by function, as the Lua states of indicators have them.
local NAMES = {}
for _, name in ipairs { "assert", "error", "ipairs", "select", "tonumber", "tostring", "type",
  "unpack" } do
  NAMES[_G[name]] = ("lib[%q]"):format(name)
end
local LIBRARIES = { "bit", "math", "string", "table" }
local IMPURE = { [math.random] = true, [math.randomseed] = true, [string.dump] = true,
  [table.foreach] = true, [table.foreachi] = true }
for _, library in ipairs(LIBRARIES) do
  for name, value in pairs(_G[library]) do
    if type(value) == "function" and not IMPURE[value] then
      NAMES[value] = ("lib[%q][%q]"):format(library, name)
    end
  end
end

--- Globals that indicators see.
M.GLOBALS = { assert = true, bit = true, error = true, ipairs = true, math = true, select = true,
  string = true, table = true, tonumber = true, tostring = true, type = true, unpack = true }

---@class banyan.Carrier
local Carrier = {}
Carrier.__index = Carrier

-- Refuses what lies at the end of `path`, names of variables and keys.
function Carrier:refuse(path, what)
  failure.fail("STRATEGY", "indicator %s: %s %s; a local outside of its functions may hold numbers, "
    .. "texts, true or false, tables of those, or functions that keep to the same", self.name,
    table.concat(path, "."), what)
end

function Carrier:line(text, ...)
  self.lines[#self.lines + 1] = text:format(...)
end

local function number_text(value)
  if value ~= value then return "(0/0)" end
  if value == math.huge then return "(1/0)" elseif value == -math.huge then return "(-1/0)" end
  return ("%.17g"):format(value)
end

-- A library, or a copy of one as scripts have it.
local function library_of(value)
  for _, name in ipairs(LIBRARIES) do
    local same = next(value) ~= nil
    for key, each in pairs(value) do same = same and _G[name][key] == each end
    if same then return ("lib[%q]"):format(name) end
  end
end

local function sorted_keys(self, value, path)
  local keys = {}
  for key in pairs(value) do
    if type(key) ~= "string" and type(key) ~= "number" then
      self:refuse(path, "has a key that is no text and no number")
    end
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    if type(a) ~= type(b) then return type(a) == "number" end
    return a < b
  end)
  return keys
end

-- Notes what fills a table that has a place already; tables may hold each other in a circle.
function Carrier:fill(value, place, path)
  for _, key in ipairs(sorted_keys(self, value, path)) do
    self.values = self.values + 1
    if self.values > VALUES_MAX then
      self:refuse(path, ("has more than %d values"):format(VALUES_MAX))
    end
    path[#path + 1] = tostring(key)
    self:line("%s[%s] = %s", place, self:text(key, path), self:text(value[key], path))
    path[#path] = nil
  end
end

function Carrier:table(value, path)
  if getmetatable(value) ~= nil then
    local hint = type(value.param) == "table" and "; params are given to the indicator as windows "
      .. "and numbers" or ""
    self:refuse(path, "is no plain table" .. hint)
  end
  if #path > DEPTH_MAX then self:refuse(path, "is nested too deep") end
  local place = self.places[value]
  if not place then
    self.table_count = self.table_count + 1
    place = ("T[%d]"):format(self.table_count)
    self.places[value] = place
    self:line("%s = {}", place)
    self:fill(value, place, path)
  end
  return place
end

--- A value as an expression of the program.
function Carrier:text(value, path)
  local kind = type(value)
  if kind == "number" then return number_text(value) end
  if kind == "string" then return ("%q"):format(value) end
  if kind == "nil" or kind == "boolean" then return tostring(value) end
  if kind == "table" then return library_of(value) or self:table(value, path) end
  if kind == "function" then
    return NAMES[value] or ("F[%d]"):format(self:add(value, path))
  end
  self:refuse(path, "is a " .. kind)
end

-- One variable outside of a function; the same one may be seen by several functions.
function Carrier:upvalue(index, f, i, path)
  local name, value = debug.getupvalue(f, i)
  local cell = debug.upvalueid(f, i)
  local known = self.cells[cell]
  path[#path + 1] = name
  if known then
    self.joins[#self.joins + 1] = ("join(F[%d], %d, F[%d], %d)"):format(index, i, known[1], known[2])
  else
    self.cells[cell] = { index, i }
    local text = self:text(value, path)
    self:line("up(F[%d], %d, %s)", index, i, text)
  end
  path[#path] = nil
end

--- Takes a function along; its number.
function Carrier:add(f, path)
  local index = self.index_of[f]
  if index then return index end
  if IMPURE[f] then self:refuse(path, "differs from one call to the next") end
  local info = debug.getinfo(f, "Su")
  if info.what == "C" or #path > DEPTH_MAX then
    self:refuse(path, info.what == "C" and "is a function that is not pure" or "is nested too deep")
  end
  local code = string.dump(f)
  index = #self.code + 1
  self.index_of[f], self.code[index] = index, code
  local text, globals = bytecode.read(code)
  for _, name in ipairs(globals) do
    if not M.GLOBALS[name] then
      failure.fail("STRATEGY", "indicator %s: the function at %s:%d uses the global '%s', which is "
        .. "not at hand there; make it a local, or an argument", self.name, info.short_src, info.linedefined, name)
    end
  end
  self.identity[index] = text
  for i = 1, info.nups do self:upvalue(index, f, i, path) end
  return index
end

---@class banyan.Carried
---@field program string for banyan.custom.worker
---@field identity string the same for functions that do the same, wherever they stand in their files

--- The functions of an indicator as a program.
---@param name string
---@param functions { compute: function, first: function? }
---@param facts { windows: integer, numbers: integer, reads: string[] }
---@return banyan.Carried
function M.program(name, functions, facts)
  local self = setmetatable({ name = name, lines = {}, joins = {}, code = {}, identity = {},
    index_of = {}, cells = {}, places = {}, table_count = 0, values = 0 }, Carrier)
  local compute = self:add(functions.compute, { "compute" })
  local first = functions.first and self:add(functions.first, { "first" })
  local lines = { "local load, up, join, lib = ...", "local F, T = {}, {}" }
  for i, code in ipairs(self.code) do
    lines[#lines + 1] = ("F[%d] = load(%s)"):format(i, self:text(code))
  end
  for _, join in ipairs(self.joins) do lines[#lines + 1] = join end
  local reads = {}
  for i, each in ipairs(facts.reads) do reads[i] = ("%q"):format(each) end
  lines[#lines + 1] = ("return { windows = %d, numbers = %d, reads = { %s }, compute = F[%d], "
    .. "first = %s, afresh = function()"):format(facts.windows, facts.numbers,
    table.concat(reads, ", "), compute, first and ("F[%d]"):format(first) or "nil")
  local filled = table.concat(self.lines, "\n")
  lines[#lines + 1] = filled
  lines[#lines + 1] = "end }"
  return { program = table.concat(lines, "\n"),
    identity = table.concat(self.identity, "\n") .. "\n" .. table.concat(self.joins, "\n") .. "\n"
      .. filled .. ("\n%d %d %s"):format(facts.windows, facts.numbers, table.concat(reads, " ")) }
end

return M
