-- SPDX-License-Identifier: MIT
-- Nodes that do nothing: choices without a difference, filters that take all, weights of 0, groups of
-- nothing.
local identity_of = require "banyan.identity"
local outline = require "banyan.outline"
local tree_of = require "banyan.tree"

local M = {}

-- A node without the groups around it, which only name it.
local function inner(node)
  while node.kind == "group" or node.kind == "settle" do node = node.child end
  return node
end

local function are_alike(identity, nodes)
  local first = identity:of(inner(nodes[1]))
  for i = 2, #nodes do
    if identity:of(inner(nodes[i])) ~= first then return false end
  end
  return true
end

-- The smallest value that a field takes.
local function least(value)
  local low = math.huge
  for _, each in ipairs(identity_of.values(value)) do low = math.min(low, each) end
  return low
end

local check = {}

local function check_alternatives(name, list_of)
  return function(self, at)
    if are_alike(self.identity, list_of(at.node)) then
      self.add("equal-branches", at, ("all branches of this %s hold the same"):format(name),
        "keep one of them instead, or mend the one that should differ")
    end
  end
end

check["if"] = check_alternatives("if", function(node) return { node.yes, node.no } end)
check.switch = check_alternatives("switch", function(node) return node.cases end)
check.mixed = check_alternatives("mixed", function(node) return { node.from, node.to } end)
check.enter_exit = check_alternatives("enter_exit", function(node) return { node.inside, node.outside } end)

function check.filter(self, at)
  local node, seen = at.node, {}
  local count = least(node.count)
  if count >= #node.children and node.weighting ~= "rank" then
    self.add("filter-takes-all", at, ("it chooses %d of %d and so always takes all that have a value")
      :format(count, #node.children), "choose fewer, or hold them without a filter")
  end
  for _, child in ipairs(node.children) do
    local number = child.kind == "asset" and self.identity:of(child)
    if number and seen[number] then
      self.add("filter-holds-twice", at, ("it has %s twice"):format(outline.node_text(child)),
        "name each ticker once")
    end
    if number then seen[number] = true end
  end
end

function check.weighted(self, at)
  local node = at.node
  for i, weight in ipairs(node.mode == "specified" and node.weights or {}) do
    local values, all = identity_of.values(weight), true
    for _, each in ipairs(values) do all = all and each == 0 end
    if all then
      self.add("zero-weight", at, ("child %d, %s, has a weight of 0: it is never held, and yet a run starts "
        .. "only when it is computable"):format(i, tree_of.name(node.children[i])),
        "drop it, or give it a weight")
    end
  end
end

-- Whether a node can hold a ticker.
local function holds_any(known, node)
  if known[node] == nil then
    known[node] = node.kind == "asset"
    for _, child in ipairs(tree_of.children(node)) do
      known[node] = holds_any(known, child) or known[node]
    end
  end
  return known[node]
end

local function check_group(self, at, known)
  local above = at.path[#at.path - 1]
  if at.node.kind ~= "group" or holds_any(known, at.node) then return end
  if above and not holds_any(known, above) then return end -- said of the outermost
  self.add("empty-group", at, "no ticker is in this group: it always holds nothing",
    "put into it what it should hold, or write cash")
end

--- Adds what is found to a list of findings.
---@param root table
---@param identity banyan.Identity
---@param add fun(code: string, at: { node: table, path: table[] }, message: string, remedy: string)
function M.check(root, identity, add)
  local self, known = { identity = identity, add = add }, {}
  tree_of.each_node(root, function(node, path)
    local at = { node = node, path = path }
    if check[node.kind] then check[node.kind](self, at) end
    check_group(self, at, known)
  end)
end

return M
