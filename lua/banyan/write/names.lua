-- SPDX-License-Identifier: MIT
-- Names of variables that tell what a part is: rsi_SPY_10_gt_79, top_2_rsi_10, a group's own name.
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"
local value_of = require "banyan.write.value"

local M = {}

local SIZE_MAX = 40 -- characters of a name, without a number that makes it unique
local LEVELS = 4 -- of parts within parts that a name tells of
local CHILDREN = 3 -- of a node's children that it tells of
local OPERATORS = { add = "plus", subtract = "minus", multiply = "times", divide = "over" }

-- A value as a part of a name.
local function word(value)
  if param_of.is_bound(value) then return value.param.name end
  if type(value) == "number" then
    return (value_of.number(value):gsub("^%-", "minus_"):gsub("[^%w]+", "_"))
  end
  return tostring(value)
end

local label

local function indicator_label(at, level)
  if at.op then
    return ("%s %s %s"):format(label(at.left, level + 1), OPERATORS[at.op],
      label(at.right, level + 1))
  end
  if at.on then return ("on %s %s"):format(at.on, label(at.over, level + 1)) end
  local words = { word(at.fn) }
  if at.ticker then words[#words + 1] = word(at.ticker) end
  local inner = at.of or at.over
  if inner then words[#words + 1] = label(inner, level + 1) end
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    if at[name] then words[#words + 1] = word(at[name]) end
  end
  if at.other then words[#words + 1] = label(at.other, level + 1) end
  return table.concat(words, " ")
end

local function list_label(first, list, level)
  local words = { first }
  for i = 1, math.min(#list, CHILDREN) do words[#words + 1] = label(list[i], level + 1) end
  return table.concat(words, " ")
end

local labels = {}

function labels.compare(at, level)
  return ("%s %s %s"):format(label(at.left, level + 1), word(at.comparator),
    at.right and label(at.right, level + 1) or word(at.threshold))
end
function labels.all(at, level) return list_label("all", at.conditions, level) end
function labels.any(at, level) return list_label("any", at.conditions, level) end
function labels.none(at, level) return list_label("none", at.conditions, level) end
function labels.at_least(at, level)
  return list_label("at least " .. word(at.count), at.conditions, level)
end

function labels.cash() return "cash" end
function labels.void() return "void" end
function labels.settle(at, level) return label(at.child, level) end
function labels.asset(at) return word(at.ticker) end
function labels.group(at, level)
  local name = at.name:lower()
  return name:find "%w" and name or "group of " .. label(at.child, level + 1)
end
function labels.weighted(at, level)
  if #at.children == 1 then return label(at.children[1], level + 1) end
  return list_label(at.mode == "equal" and "equal" or "mix", at.children, level)
end
labels["if"] = function(at, level) return "when " .. label(at.condition, level + 1) end
function labels.filter(at, level)
  return list_label(("%s %s %s"):format(at.bottom and "bottom" or "top", word(at.count),
    label(at.indicator, level + 1)), at.children, level)
end
function labels.inverse_vol(at, level)
  return list_label("inverse vol " .. word(at.window), at.children, level)
end
function labels.mixed(at, level) return "mixed " .. label(at.indicator, level + 1) end
function labels.switch(at, level) return list_label("switch", at.conditions, level) end
function labels.enter_exit(at, level) return "enter " .. label(at.enter, level + 1) end
function labels.choice(at) return "choice " .. word(at.param) end

function label(at, level)
  if level > LEVELS then return "" end
  return (at.kind and labels[at.kind] or indicator_label)(at, level)
end

-- Letters, digits and single underscores, cut between words. Only groups can begin with a digit.
local function identifier(text)
  local name = text:gsub("[^%w]+", "_"):gsub("^_", ""):gsub("^%d", "group_%0")
  if #name > SIZE_MAX then
    local cut = name:sub(1, SIZE_MAX + 1)
    name = cut:match "^(.+)_" or cut:sub(1, SIZE_MAX)
  end
  return (name:gsub("_$", ""))
end

---@class banyan.Names
local Names = {}
Names.__index = Names

--- Names for one file. `b` and what the file calls are taken.
function M.new()
  return setmetatable({ taken = { b = true, part = true, param = true, require = true },
    last = {} }, Names)
end

--- The name, or where it is taken or a keyword, the name with a number.
---@param name string letters, digits and underscores
---@return string
function Names:unique(name)
  local free, number = name, self.last[name] or 1
  while self.taken[free] or not value_of.is_identifier(free) do
    number = number + 1
    free = name .. "_" .. number
  end
  self.last[name], self.taken[free] = number, true
  return free
end

--- Variables for params.
---@param params banyan.Param[]
---@param prefix string what stands before each name
---@return table<string, string> variables by the param's name
function Names:declare(params, prefix)
  local variables = {}
  for _, param in ipairs(params) do variables[param.name] = prefix .. self:unique(param.name) end
  return variables
end

--- A name for a part that no other has.
---@param at table node, condition or indicator
---@return string
function Names:of(at)
  return self:unique(identifier(label(at, 1)))
end

return M
