-- SPDX-License-Identifier: MIT
-- Where two trees differ. Equal sub-trees are the same wherever they stand; of nodes that differ, children are laid
-- beside each other so that as many as possible are equal, a chain of ifs as the list of its branches.
local identity_of = require "banyan.identity"
local outline = require "banyan.outline"
local param_of = require "banyan.param"
local sweep_identity = require "banyan.sweep.identity"
local tree_of = require "banyan.tree"

local M = {}

local ALIGN_MAX = 1000 -- children of a node that are aligned; of more, one by one

---@class banyan.TreeDiff
---@field path string names from the root down, as the first tree has them
---@field a string? the node in words; nil where the other has added it
---@field b string?

local Walker = {}
Walker.__index = Walker

---@class banyan.TreePart
---@field key string|integer equal keys are equal parts, or equal conditions
---@field text string
---@field node table
---@field owner table? the if of a branch

-- The branches of a chain of ifs, otherwise last.
local function branches(self, node)
  local list = {}
  while node.kind == "if" do
    list[#list + 1] = { key = "if " .. self.identity:of(node.condition),
      text = "if " .. outline.condition_text(node.condition), node = node.yes, owner = node }
    node = node.no
  end
  list[#list + 1] = { key = "otherwise", text = "otherwise", node = node }
  return list
end

local function parts_of(self, node)
  if node.kind == "if" then return branches(self, node) end
  local list = {}
  for i, child in ipairs(tree_of.children(node)) do
    list[i] = { key = self.identity:of(child), text = outline.node_text(child), node = child }
  end
  return list
end

-- Lengths of the longest common subsequences of what is behind each pair of places.
local function lengths_of(a, b)
  local rows = {}
  for i = #a + 1, 1, -1 do
    local row, below = {}, rows[i + 1]
    for k = #b + 1, 1, -1 do
      if i > #a or k > #b then
        row[k] = 0
      else
        row[k] = a[i].key == b[k].key and below[k + 1] + 1 or math.max(below[k], row[k + 1])
      end
    end
    rows[i] = row
  end
  return rows
end

-- Calls pair(part of a, part of b) for what belongs together; one is nil where it has no match.
local function align(a, b, pair)
  local i, k, gone, come = 1, 1, {}, {}
  local function flush()
    for n = 1, math.max(#gone, #come) do pair(gone[n], come[n]) end
    gone, come = {}, {}
  end
  local lengths = math.max(#a, #b) <= ALIGN_MAX and lengths_of(a, b)
  while a[i] or b[k] do
    if a[i] and b[k] and a[i].key == b[k].key then
      flush()
      pair(a[i], b[k])
      i, k = i + 1, k + 1
    elseif not b[k] or a[i] and (not lengths or lengths[i + 1][k] >= lengths[i][k + 1]) then
      gone[#gone + 1], i = a[i], i + 1
      if not lengths and b[k] then come[#come + 1], k = b[k], k + 1 end
    else
      come[#come + 1], k = b[k], k + 1
    end
  end
  flush()
end

function Walker:add(a, b)
  self.found[#self.found + 1] = { path = tree_of.path_text(self.path), a = a, b = b }
end

-- Whether two nodes are the same but for what is below them.
local function alike(a, b)
  if a.kind ~= b.kind then return false end
  return a.kind == "if" or outline.node_text(a) == outline.node_text(b)
end

-- Visits the sub-trees that the indicators of two nodes measure, in order; whether any differ.
function Walker:measured(a, b)
  local of_a, of_b = tree_of.measured(a), tree_of.measured(b)
  local differ = #of_a ~= #of_b
  for i = 1, math.min(#of_a, #of_b) do
    differ = differ or self.identity:of(of_a[i]) ~= self.identity:of(of_b[i])
    self:visit(of_a[i], of_b[i])
  end
  return differ
end

-- Two branches of a chain of ifs whose conditions differ: by what they measure, or else in themselves.
function Walker:conditions(a, b)
  if a.text ~= b.text or not self:measured(a.owner, b.owner) then self:add(a.text, b.text) end
end

-- What is below two nodes; whether any of that differs, now or where it was seen before.
function Walker:below(a, b)
  local differ = false
  align(parts_of(self, a), parts_of(self, b), function(one, other)
    if not (one and other) then
      differ = true
      return self:add(one and one.text, other and other.text)
    end
    if one.key ~= other.key and one.owner and other.owner then
      differ = true
      self:conditions(one, other)
    elseif one.key ~= other.key and a.kind == "if" then
      differ = true
      self:add(one.text, other.text)
    end
    differ = differ or self.identity:of(one.node) ~= self.identity:of(other.node)
    self:visit(one.node, other.node)
  end)
  return differ
end

function Walker:visit(a, b)
  local of_a, of_b = self.identity:of(a), self.identity:of(b)
  local key = of_a .. " " .. of_b
  if of_a == of_b or self.seen[key] then return end
  self.seen[key] = true
  self.path[#self.path + 1] = a
  tree_of.check_depth(#self.path, "tree is")
  if a.kind ~= b.kind or not alike(a, b) then self:add(outline.node_text(a), outline.node_text(b)) end
  if a.kind == b.kind then
    local below = self:below(a, b)
    local measured = a.kind ~= "if" and self:measured(a, b)
    -- What differs and is not seen in its text.
    if alike(a, b) and not below and not measured then self:add(outline.node_text(a), outline.node_text(b)) end
  end
  self.path[#self.path] = nil
end

-- What a script's own indicator is, whenever it was loaded.
local function custom_text(value)
  local custom = tree_of.CUSTOMS[value]
  return custom and ("custom %s %s"):format(custom.name, sweep_identity.hex(custom.identity))
end

--- An identity in which fields bound to params of the same name are equal when they are made of them the same way,
--- whatever the values: those are told of the params themselves; and indicators of scripts that compute the same.
---@return banyan.Identity
function M.identity()
  local identity, shared = identity_of.new(), {}
  local usual = identity.text
  function identity:text(value)
    if type(value) == "userdata" then return custom_text(value) or usual(self, value) end
    if not param_of.is_bound(value) then return usual(self, value) end
    local name = value.param.name
    if shared[name] == nil then shared[name] = value.param.default end
    local ok, made = pcall(value.map, shared[name])
    return ("$%s=%s"):format(name, tostring(ok and made or value))
  end
  return identity
end

--- The nodes that differ, in the order of the first tree; none when the trees mean the same. Names, ids and the
--- values of params do not count.
---@param a table root
---@param b table root
---@return banyan.TreeDiff[]
function M.find(a, b)
  local self = setmetatable({ identity = M.identity(), path = {}, seen = {}, found = {} }, Walker)
  self:visit(a, b)
  return self.found
end

return M
