-- SPDX-License-Identifier: MIT
-- Variables of flows: a text "$name" that stands for a whole value. Each becomes a param with the
-- values that the file lists for it. Of one without values the param has no value to start with:
-- using it before -p or a sweep gives it one is a failure that says so.
jit.off(true, true) -- see walk.lua
local failure = require "banyan.failure"
local object = require "banyan.import.object"
local param_of = require "banyan.param"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local VALUES_MAX = 65535 -- as param.lua

---@class banyan.import.variables
---@field declared table<string, { name: string, values: any[] }> by name in small letters
---@field found table<string, banyan.import.variable> by name in small letters
---@field file string
local Variables = {}
Variables.__index = Variables

local M = {}

-- Numbers where all texts read as numbers, each value once.
local function plain_values(w, frame, name, list)
  local values, seen, numbers = {}, {}, true
  for i, value in ipairs(list) do
    if type(value) ~= "string" and type(value) ~= "number" then
      w:fail(frame, "variable %s: value %d is '%s'; it must be a number or a text", name, i,
        text_of.shown(value))
    end
    numbers = numbers and terms.number(value) ~= nil
  end
  for _, value in ipairs(list) do
    value = numbers and terms.number(value) or tostring(value)
    if not seen[value] then values[#values + 1] = value end
    seen[value] = true
  end
  return values
end

local function declare(w, frame, self, source)
  if type(source) ~= "table" then w:fail(frame, "a variable must be an object with name and values") end
  local name = object.text(source, "name")
  if not name then w:fail(frame, "a variable has no name; give it one") end
  name = name:gsub("^%$", "")
  if self.declared[name:lower()] then
    w:fail(frame, "there are two variables %s; keep one", text_of.shown(name))
  end
  local values = object.list(w, frame, source, "values")
  if #values > VALUES_MAX then
    w:fail(frame, "variable %s has more than %d values", text_of.shown(name), VALUES_MAX)
  end
  self.declared[name:lower()] = {
    name = name, values = plain_values(w, frame, text_of.shown(name), values),
  }
end

--- The variables of a file.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param list any[] { name, values } each
---@return banyan.import.variables
function M.new(w, frame, list)
  local self = setmetatable({ declared = {}, found = {}, file = w.name }, Variables)
  for _, source in ipairs(list) do declare(w, frame, self, source) end
  return self
end

-- Of an undeclared variable the param holds its own token at first.
local function check_given(file, name, value)
  if value == "$" .. name then
    failure.fail("STRATEGY", "%s: the variable $%s has no value; give it one with -p %s=..., or list "
      .. "its values under \"variables\"", file, name, name)
  end
  return value
end

local function number_given(file, name, value)
  local number = terms.number(check_given(file, name, value))
  if number then return number end
  failure.fail("STRATEGY", "%s: the variable $%s is '%s'; it must be a number", file, name,
    text_of.shown(value))
end

---@class banyan.import.variable
---@field text banyan.Bound
---@field number banyan.Bound|nil nil when one of its values is none

-- A variable with values is the param itself, where they fit.
local function variable(file, name, values)
  if #values > 0 then
    local param = param_of.new(name, values[1], values)
    return { text = param, number = type(values[1]) == "number" and param or nil }
  end
  local param = param_of.new(name, "$" .. name)
  return {
    text = param_of.map(param, function(value) return check_given(file, name, value) end),
    number = param_of.map(param, function(value) return number_given(file, name, value) end),
  }
end

-- The variable that a text "$name" stands for, nil for any other value; and its name.
---@return banyan.import.variable|nil, string|nil
local function find(self, w, frame, value)
  local name = type(value) == "string" and #value <= 200 and value:match "^%s*%$%s*(.-)%s*$"
  if not name then return nil end
  local key = name:lower()
  local declared = self.declared[key]
  if declared then name = declared.name end
  if not self.found[key] then
    if not name:find "^[%a_][%w_]*$" or #name > 64 then
      w:fail(frame, "the variable '$%s' must be named by letters, digits and _, beginning with a "
        .. "letter", text_of.shown(name))
    end
    self.found[key] = variable(self.file, name, declared and declared.values or {})
  end
  return self.found[key], name
end

--- What stands for a text, when the value is a variable; else nil.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param value any
---@return banyan.Bound|nil
function Variables:text(w, frame, value)
  local found = find(self, w, frame, value)
  return found and found.text
end

--- What stands for a number, when the value is a variable; else nil.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@param value any
---@return banyan.Bound|nil
function Variables:number(w, frame, value)
  local found, name = find(self, w, frame, value)
  if found and not found.number then
    w:fail(frame, "the variable $%s has values that are no numbers, and a number is needed here", name)
  end
  return found and found.number
end

return M
