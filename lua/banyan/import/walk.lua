-- SPDX-License-Identifier: MIT
-- Walks a foreign tree and builds ours: a stack of frames instead of recursion (a tree may be a
-- thousand levels deep), the limits, and refusals that name the node.
--
-- A tree is walked once and branches everywhere: compiling that costs more than it saves, here and
-- in the other modules of the walk. (The EDN reader is what gains from it.)
jit.off(true, true)
local failure = require "banyan.failure"
local text_of = require "banyan.text"

local NODES_MAX = 1000000 -- as BY_NODES_MAX of engine/tree.h
local LEVELS_MAX = 1000
local PATH_MAX = 160 -- bytes of a path in a message

--- A foreign node that waits for its turn, or has become a node of ours.
---@class banyan.import.frame
---@field source any the foreign node
---@field parent banyan.import.frame|nil
---@field position integer|string|nil its number among its siblings or which branch it is, nil when
--- it has none
---@field owner banyan.import.frame|nil of a condition: the node that it belongs to
---@field target table|nil where our node goes: target[key]
---@field key any
---@field level integer of our node; the root's is 1

---@class banyan.import.format
---@field convert fun(walk: banyan.import.walk, frame: banyan.import.frame): table
---@field label fun(source: any): string what a path calls a node: a group's name, else its kind
---@field id fun(source: any): string|nil
---@field place fun(source: any): string|nil text after the file name, such as ":12:3"

---@class banyan.import.walk
---@field name string of the file
---@field format banyan.import.format
---@field node_count integer
---@field condition_count integer
---@field stack banyan.import.frame[]
---@field actions fun()[] what waits for all nodes
local Walk = {}
Walk.__index = Walk

local M = {}

---@return banyan.import.walk
function M.new(name, format)
  return setmetatable({
    name = name, format = format, node_count = 0, condition_count = 0, stack = {}, actions = {},
  }, Walk)
end

local function part_of(format, frame)
  local part = text_of.shown(format.label(frame.source), 40)
  return frame.position and ("%s[%s]"):format(part, frame.position) or part
end

-- Keeps both ends of a path that is too long.
local function cut(parts)
  local first, last, size = 1, #parts, #parts[1] + #parts[#parts]
  while first + 1 < last do
    local from_end = #parts - last < first
    local part = from_end and parts[last - 1] or parts[first + 1]
    size = size + #part + 1
    if size > PATH_MAX then
      return table.concat(parts, "/", 1, first) .. "/.../" .. table.concat(parts, "/", last)
    end
    if from_end then last = last - 1 else first = first + 1 end
  end
  return table.concat(parts, "/")
end

--- Where a frame stands in the foreign tree: root/US Equities/if[2].
---@param frame banyan.import.frame
function Walk:path(frame)
  local parts, reversed = {}, {}
  while frame do
    reversed[#reversed + 1] = part_of(self.format, frame)
    frame = frame.parent
  end
  for i = #reversed, 1, -1 do parts[#parts + 1] = reversed[i] end
  return #parts == 1 and parts[1] or cut(parts)
end

-- The place of the closest node that has one.
local function place_of(format, frame)
  while frame do
    local place = format.place(frame.source)
    if place then return place end
    frame = frame.parent
  end
  return ""
end

--- Refuses the tree because of a node; the arguments after `reason` are put into it.
---@param frame banyan.import.frame
---@param reason string what is wrong and what to do
function Walk:fail(frame, reason, ...)
  if select("#", ...) > 0 then reason = reason:format(...) end
  local id = self.format.id((frame.owner or frame).source)
  failure.fail("STRATEGY", "%s%s: %s%s: %s", self.name, place_of(self.format, frame),
    self:path(frame), id and (" (id %s)"):format(text_of.shown(id, 40)) or "", reason)
end

-- Counts nodes of ours below `frame`, before anything is made for them.
function Walk:count(frame, level, count)
  self.node_count = self.node_count + (count or 1)
  if self.node_count > NODES_MAX then
    self:fail(frame, "the tree has more than %d nodes; make it smaller", NODES_MAX)
  end
  if level > LEVELS_MAX then
    self:fail(frame, "the tree is deeper than %d levels; make it flatter", LEVELS_MAX)
  end
end

--- Counts a condition, before it is made.
---@param frame banyan.import.frame of the node or condition that it belongs to
function Walk:count_condition(frame)
  self.condition_count = self.condition_count + 1
  if self.condition_count > NODES_MAX then
    self:fail(frame, "the tree has more than %d conditions; make it smaller", NODES_MAX)
  end
end

--- A frame for a condition, so that its faults name its place.
---@param frame banyan.import.frame of the node or condition that it belongs to
---@return banyan.import.frame
function Walk:condition_frame(frame, source, position)
  self:count_condition(frame)
  return {
    source = source, parent = frame, position = position, owner = frame.owner or frame, level = 0,
  }
end

-- Has `source` converted into target[key] later.
function Walk:push(frame, source, target, key, level, position)
  self.stack[#self.stack + 1] = {
    source = source, parent = frame, position = position,
    target = target, key = key, level = level,
  }
end

--- Has all of `list` converted into target.children.
---@param frame banyan.import.frame
---@param list any[]
---@param target table
---@param level integer|nil of the children, one below the frame when nil
function Walk:children(frame, list, target, level)
  local count, children = #list, {}
  level = level or frame.level + 1
  if count == 0 then self:fail(frame, "it has no children; give it one, or remove it") end
  self:count(frame, level, count)
  for i = 1, count do children[i] = false end
  target.children = children
  -- The stack gives the last one back first: from last to first, so that faults come in file order.
  for i = count, 1, -1 do
    self:push(frame, list[i], children, i, level, count > 1 and i or nil)
  end
end

--- Has `list` converted into target[key], where one node is needed: several become an equal
--- weighted node.
function Walk:branch(frame, list, target, key)
  local level = frame.level + 1
  if #list == 1 then
    self:count(frame, level)
    self:push(frame, list[1], target, key, level)
  else
    local node = { kind = "weighted", mode = "equal" }
    target[key] = node
    self:count(frame, level)
    self:children(frame, list, node, level + 1)
  end
end

--- Has `action` called when all nodes are converted: for what refers to nodes that are not yet.
function Walk:after(action)
  self.actions[#self.actions + 1] = action
end

--- Converts a node by `converter(walk, frame, source)`. A name becomes a group around it, one level
--- of its own.
---@param name string|nil
---@return table node
function Walk:named(frame, name, converter)
  if not name then return converter(self, frame, frame.source) end
  frame.level = frame.level + 1
  self:count(frame, frame.level)
  return { kind = "group", name = name, child = converter(self, frame, frame.source) }
end

--- Converts all that waits, and what that makes wait.
function Walk:finish()
  local stack, convert = self.stack, self.format.convert
  while #stack > 0 do
    local top = stack[#stack]
    stack[#stack] = nil
    top.target[top.key] = convert(self, top)
  end
  for _, action in ipairs(self.actions) do action() end
end

--- Converts the tree below a foreign root.
---@param frame banyan.import.frame of the root, with level 0
---@param list any[] its children
---@return table node
function Walk:run(frame, list)
  local result = {}
  self:branch(frame, list, result, "root")
  self:finish()
  return result.root
end

return M
