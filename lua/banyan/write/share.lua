-- SPDX-License-Identifier: MIT
-- The distinct parts of a tree: nodes, conditions and indicators that are equal by value are one
-- part, whichever tables they are made of. Ids do not count.
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"
local value_of = require "banyan.write.value"

local M = {}

-- The fields that hold parts, and those that hold lists of them, in the order of reading.
local FIELDS = { "condition", "enter", "exit", "indicator", "left", "right", "over", "other", "of", "yes",
  "no", "from", "to", "inside", "outside", "child" }
local LISTS = { "conditions", "children", "cases" }
local NO_VALUE = { id = true }
for _, field in ipairs(FIELDS) do NO_VALUE[field] = true end
for _, field in ipairs(LISTS) do NO_VALUE[field] = true end

---@class banyan.Part
---@field at table the node, condition or indicator; of several equal ones the first
---@field sort "node"|"condition"|"indicator"
---@field children banyan.Part[] in order; one that is used twice is there twice
---@field uses integer how often distinct parts refer to it

local function sort_of(at)
  if at.fn ~= nil or at.op ~= nil or at.on ~= nil then return "indicator" end
  return tree_of.CONDITION_KINDS[at.kind] and "condition" or "node"
end

local function is_part(value)
  return type(value) == "table" and not param_of.is_bound(value)
end

local SERIES_FIELDS = { "left", "right", "over", "other", "of" }

local function of_series(at)
  local found = {}
  for _, field in ipairs(SERIES_FIELDS) do found[#found + 1] = at[field] end
  return found
end

local function of_condition(at)
  return at.kind == "compare" and { at.left, at.right } or at.conditions
end

local function of_node(at)
  local kind = at.kind
  if kind == "if" then return { at.condition, at.yes, at.no } end
  if not at.indicator and kind ~= "switch" and kind ~= "enter_exit" then return tree_of.children(at) end
  return lists.append(lists.append({ at.indicator }, tree_of.conditions(at)), tree_of.children(at))
end

local tables_in = { indicator = of_series, condition = of_condition, node = of_node }

--- Calls visit(at, sort, tables) for each distinct table of a tree, behind those that it refers to: `tables`, in the
--- order of reading; one that it refers to twice is there twice.
---@param root table
---@param visit fun(at: table, sort: "node"|"condition"|"indicator", tables: table[])
function M.each(root, visit)
  local seen = {} -- false while what a table refers to is visited
  local function walk(at)
    seen[at] = false
    local sort = sort_of(at)
    local tables = tables_in[sort](at)
    for i = 1, #tables do
      local known = seen[tables[i]]
      if known == nil then
        walk(tables[i])
      elseif not known then
        failure.fail("STRATEGY", "the tree contains itself")
      end
    end
    if at.custom then
      failure.fail("STRATEGY", "the indicator %s is defined by a script and cannot be written", at.fn)
    end
    visit(at, sort, tables)
    seen[at] = true
  end
  walk(root)
end

-- Equal parts have equal keys: all values with their fields, then which part each field holds.
local function key_of(at, number_of, names)
  local fields, parts = {}, {}
  for field in pairs(at) do
    if not NO_VALUE[field] and value_of.given(at, field) ~= nil then fields[#fields + 1] = field end
  end
  table.sort(fields)
  for _, field in ipairs(fields) do
    parts[#parts + 1] = field .. "=" .. value_of.text(at[field], names)
  end
  for _, field in ipairs(FIELDS) do
    if is_part(at[field]) then parts[#parts + 1] = field .. ":" .. number_of[at[field]] end
  end
  for _, field in ipairs(LISTS) do
    for i, each in ipairs(at[field] or {}) do
      parts[#parts + 1] = (i == 1 and field .. ":" or "") .. number_of[each]
    end
  end
  return table.concat(parts, " ")
end

--- The distinct parts of a tree, each behind those that it refers to; the root is the last one.
---@param root table
---@param names table<string, string> the variable of each param
---@return banyan.Part[] parts
---@return table<table, integer> number_of the part that each table is, as an index into parts
function M.parts(root, names)
  local parts, number_of, by_key = {}, {}, {}
  M.each(root, function(at, sort, tables)
    local key = key_of(at, number_of, names)
    local number = by_key[key]
    if not number then
      local part = { at = at, sort = sort, children = {}, uses = 0 }
      for i, child in ipairs(tables) do
        part.children[i] = parts[number_of[child]]
        part.children[i].uses = part.children[i].uses + 1
      end
      number = #parts + 1
      parts[number], by_key[key] = part, number
    end
    number_of[at] = number
  end)
  return parts, number_of
end

return M
