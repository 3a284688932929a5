-- SPDX-License-Identifier: MIT
-- The distinct parts of a tree: nodes, conditions and indicators that are equal by value are one
-- part, whichever tables they are made of. Ids do not count.
local failure = require "banyan.failure"
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

local function tables_in(at)
  local found = {}
  for _, field in ipairs(FIELDS) do
    if is_part(at[field]) then found[#found + 1] = at[field] end
  end
  for _, field in ipairs(LISTS) do
    for _, each in ipairs(at[field] or {}) do found[#found + 1] = each end
  end
  return found
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

local function add(self, at)
  if at.custom then
    failure.fail("STRATEGY", "the indicator %s is defined by a script and cannot be written", at.fn)
  end
  local key = key_of(at, self.number_of, self.names)
  local number = self.by_key[key]
  if not number then
    local part = { at = at, sort = sort_of(at), children = {}, uses = 0 }
    for i, child in ipairs(tables_in(at)) do
      part.children[i] = self.parts[self.number_of[child]]
      part.children[i].uses = part.children[i].uses + 1
    end
    number = #self.parts + 1
    self.parts[number], self.by_key[key] = part, number
  end
  self.number_of[at] = number
end

--- The distinct parts of a tree, each behind those that it refers to; the root is the last one.
---@param root table
---@param names table<string, string> the variable of each param
---@return banyan.Part[] parts
---@return table<table, integer> number_of the part that each table is, as an index into parts
function M.parts(root, names)
  local self = { parts = {}, number_of = {}, by_key = {}, names = names }
  local open = { [root] = true }
  local stack = { { at = root, tables = tables_in(root), next = 1 } }
  while #stack > 0 do
    local top = stack[#stack]
    local child = top.tables[top.next]
    top.next = top.next + 1
    if child == nil then
      add(self, top.at)
      open[top.at] = nil
      stack[#stack] = nil
    elseif open[child] then
      failure.fail("STRATEGY", "the tree contains itself")
    elseif not self.number_of[child] then
      open[child] = true
      stack[#stack + 1] = { at = child, tables = tables_in(child), next = 1 }
    end
  end
  return self.parts, self.number_of
end

return M
