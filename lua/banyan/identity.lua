-- SPDX-License-Identifier: MIT
-- Which parts of a tree are equal: sub-trees, conditions and indicators that mean the same get the
-- same number, whatever tables they are written in. Names and ids do not count.
local param_of = require "banyan.param"

local M = {}

---@class banyan.Identity
---@field numbers table<string, integer> number of each spelling
---@field known table<table, integer> number of each table met
local Identity = {}
Identity.__index = Identity

local NAMES = { id = true, name = true, names = true } -- for people only
local DEFAULTS = { days_ago = 0, for_days = 1, factor = 1, offset = 0, bottom = false,
  measure = "equity", weighting = "equal" }

--- A new numbering.
---@return banyan.Identity
function M.new()
  return setmetatable({ numbers = {}, count = 0, known = {} }, Identity)
end

local function scalar(value)
  if type(value) == "number" then return ("%.17g"):format(value) end
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

--- The values that a field takes: the one it has, or one for the default and each declared value of
--- its param.
---@param value any plain or bound
---@return any[]
function M.values(value)
  if not param_of.is_bound(value) then return { value } end
  local list = { value.map(value.param.default) }
  for i, each in ipairs(value.param.values) do list[i + 1] = value.map(each) end
  return list
end

--- How many comparisons a condition is made of, each counted as often as it stands there. Conditions
--- that hold themselves twice over and over are small as tables and endless in words.
---@param condition table
---@param known table<table, integer>? of conditions; grows
---@return number
function M.size(condition, known)
  known = known or {}
  if not known[condition] then
    local sum = condition.conditions and 0 or 1
    for _, each in ipairs(condition.conditions or {}) do sum = sum + M.size(each, known) end
    known[condition] = sum
  end
  return known[condition]
end

-- Fields bound to the same param are equal when they take the same values.
local function spelling_of_bound(value)
  local parts = { "$" .. value.param.name }
  for _, each in ipairs(M.values(value)) do parts[#parts + 1] = scalar(each) end
  return table.concat(parts, " ")
end

local function spelling(self, value, without)
  local keys, parts = {}, {}
  for key, each in pairs(value) do
    if not NAMES[key] and DEFAULTS[key] ~= each and key ~= without then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b)
    if type(a) == type(b) then return a < b end
    return type(a) == "number"
  end)
  for i, key in ipairs(keys) do parts[i] = key .. "=" .. self:text(value[key]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function number_of(self, text)
  if not self.numbers[text] then
    self.count = self.count + 1
    self.numbers[text] = self.count
  end
  return self.numbers[text]
end

--- What stands for a value of any kind in the spelling of its table.
function Identity:text(value)
  if param_of.is_bound(value) then
    self.known[value] = self.known[value] or number_of(self, spelling_of_bound(value))
    return "#" .. self.known[value]
  end
  return type(value) == "table" and "#" .. self:of(value) or scalar(value)
end

--- The number of a node, a condition or an indicator.
---@param value table
---@return integer
function Identity:of(value)
  local number = self.known[value]
  if not number then
    number = number_of(self, spelling(self, value))
    self.known[value] = number
  end
  return number
end

--- The number of an indicator or condition whatever its days_ago.
---@return integer
function Identity:undated(value)
  if value.days_ago == nil or value.days_ago == 0 then return self:of(value) end
  return number_of(self, spelling(self, value, "days_ago"))
end

return M
