-- SPDX-License-Identifier: MIT
-- The parts of a strategy that an audit looks at, causes first: whatever a part is made of stands before it.
local engine = require "banyan.ffi"
local outline = require "banyan.outline"
local tree_of = require "banyan.tree"

local C = engine.C
local M = {}

---@class banyan.AuditPart
---@field kind "indicator"|"rank"|"volatility"|"condition"|"allocation"
---@field text string
---@field path string where it stands first
---@field find fun(audit: ffi.cdata*): ffi.cdata* its by_difference
---@field remembers boolean whether it may keep for ever what happened on one bar

local REMEMBERS = { obv = true, drawdown = true, sar = true, swing_high = true, swing_low = true,
  higher_high = true, higher_low = true, trend_regime = true }

local Collector = {}
Collector.__index = Collector

-- Adds a part, unless it is there. What is measured of bars alone comes before all that nodes have a share in.
function Collector:add(part, key)
  if self.seen[part.kind .. key] then return end
  self.seen[part.kind .. key] = true
  part.path = self.path
  table.insert(part.of_bars and self.of_bars or self.of_nodes, part)
end

-- Whether a series depends on no node.
local function is_of_bars(series)
  local found = true
  tree_of.each_series(series, function(at) found = found and not at.of end)
  return found
end

-- What a series is made of first. Inside of b.on are other bars; what b.on makes of them is compared.
function Collector:add_series(series)
  if not series or self.series[series] then return end
  self.series[series] = true
  if not series.on then
    self:add_series(series.over)
    self:add_series(series.other)
    self:add_series(series.left)
    self:add_series(series.right)
  end
  local at = self.emitted.series_at[series]
  if not at or tree_of.is_template(series) then return end
  self:add({ kind = "indicator", text = outline.series_text(series), of_bars = is_of_bars(series),
    remembers = REMEMBERS[series.fn], find = function(audit) return C.by_audit_series(audit, at) end }, at)
end

-- A template as it reads for one child.
local function child_text(template, child)
  if template.op or template.over or template.other or template.on then
    return outline.series_text(template) .. " of " .. tree_of.name(child)
  end
  local source = child.kind == "asset" and { ticker = child.ticker } or { of = child }
  return outline.series_text(setmetatable(source, { __index = template }))
end

function Collector:add_children(node, kind, template, find)
  local at = self.emitted.node_at[node]
  for i, child in ipairs(node.children) do
    self:add({ kind = kind, text = child_text(template, child), remembers = REMEMBERS[template.fn],
      of_bars = child.kind == "asset" and is_of_bars(template),
      find = function(audit) return find(audit, at, i - 1) end }, at .. " " .. i)
  end
end

function Collector:add_condition(condition)
  if self.conditions[condition] then return end
  self.conditions[condition] = true
  for _, child in ipairs(condition.conditions or {}) do self:add_condition(child) end
  self:add_series(condition.left)
  self:add_series(condition.right)
  local at = self.emitted.condition_at[condition]
  if not at then return end
  self:add({ kind = "condition", text = outline.condition_text(condition),
    find = function(audit) return C.by_audit_condition(audit, at) end }, at)
end

function Collector:add_own(node)
  self:add_series(node.indicator)
  if node.kind == "filter" and tree_of.is_template(node.indicator) then
    self:add_children(node, "rank", node.indicator, C.by_audit_rank)
  end
  if node.kind == "inverse_vol" or node.weighting == "inverse_vol" then
    self:add_children(node, "volatility", { fn = "stdev_return", window = node.window },
      C.by_audit_volatility)
  end
  for _, condition in ipairs(tree_of.conditions(node)) do self:add_condition(condition) end
  local at = self.emitted.node_at[node]
  if node.kind == "asset" or node.kind == "cash" or node.kind == "void" or not at then return end
  self:add({ kind = "allocation", text = outline.node_text(node),
    remembers = node.kind == "enter_exit",
    find = function(audit) return C.by_audit_node(audit, at) end }, at)
end

function Collector:add_node(node, path)
  if self.nodes[node] then return end
  self.nodes[node] = true
  path[#path + 1] = node
  for _, each in ipairs(tree_of.measured(node)) do self:add_node(each, path) end
  for _, child in ipairs(tree_of.children(node)) do self:add_node(child, path) end
  self.path = tree_of.path_text(path)
  self:add_own(node)
  path[#path] = nil
end

--- The parts of a strategy, each once.
---@param root table
---@param emitted banyan.Emitted
---@return banyan.AuditPart[]
function M.of(root, emitted)
  local self = setmetatable({ emitted = emitted, seen = {}, series = {}, conditions = {}, nodes = {},
    of_bars = {}, of_nodes = {} }, Collector)
  self:add_node(root, {})
  local parts = self.of_bars
  for _, part in ipairs(self.of_nodes) do parts[#parts + 1] = part end
  return parts
end

local NAMES = { "count", "first_row", "last_row" }

--- What was found of a part; nil when nothing was.
---@param part banyan.AuditPart
---@param audit ffi.cdata* by_audit
---@return { count: integer, first_row: integer, last_row: integer, whole: number, part: number }?
function M.difference(part, audit)
  local found = part.find(audit)
  if found.count == 0 then return nil end
  local plain = { whole = found.whole, part = found.part }
  for _, name in ipairs(NAMES) do plain[name] = tonumber(found[name]) end
  return plain
end

return M
