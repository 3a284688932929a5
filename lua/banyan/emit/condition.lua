-- SPDX-License-Identifier: MIT
-- Emits the conditions of a tree.
jit.off(true, true) -- see init.lua
local check = require "banyan.emit.check"
local tree_of = require "banyan.tree"

local methods = {}

local function push(self, to)
  to.for_days = to.for_days or self:field(1, check.for_days)
  to.days_ago = to.days_ago or self.UNUSED
  self.condition_link_count = self.condition_link_count + #(to.children or {})
  self.conditions[#self.conditions + 1] = to
  return #self.conditions - 1
end

local function emit_comparison(self, condition)
  local right = condition.right
  return {
    kind = "compare",
    left = self:emit_sourced(condition.left),
    right = right and self:emit_sourced(right) or -1,
    comparator = self:field(condition.comparator, check.comparator),
    threshold = right and self.UNUSED or self:field(condition.threshold, check.threshold),
    for_days = false, days_ago = false,
  }
end

local function emit_compound(self, condition)
  local kind = condition.kind
  if not tree_of.CONDITION_KINDS[kind] then self:fail("a %s is no condition", tostring(kind)) end
  if #condition.conditions == 0 then self:fail("%s of no conditions", kind) end
  local to = { kind = kind, children = {} }
  for i, child in ipairs(condition.conditions) do to.children[i] = self:emit_condition(child) end
  if kind == "at_least" then to.count = self:field(condition.count, check.least) end
  return to
end

--- Emits a condition; its index.
function methods:emit_condition(condition)
  local at = self.condition_at[condition]
  if at then return at end
  if at == false then self:fail("a condition contains itself") end
  self.condition_at[condition] = false
  local to = condition.kind == "compare" and emit_comparison(self, condition)
    or emit_compound(self, condition)
  to.for_days = self:field(condition.for_days or 1, check.for_days)
  to.days_ago = self:field(condition.days_ago or 0, check.days_ago)
  self.condition_at[condition] = push(self, to)
  return self.condition_at[condition]
end

--- Emits what begins to hold when one condition does and ends when another does.
function methods:emit_latch(enter, exit)
  local children = { self:emit_condition(enter), self:emit_condition(exit) }
  return push(self, { kind = "latch", children = children })
end

--- Emits what holds when at least `count` of emitted conditions do.
---@param children integer[]
function methods:emit_at_least(count, children)
  return push(self, { kind = "at_least", children = children, count = self:field(count, check.least) })
end

return function(Emitter)
  for name, method in pairs(methods) do Emitter[name] = method end
end
