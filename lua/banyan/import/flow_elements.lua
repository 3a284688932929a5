-- SPDX-License-Identifier: MIT
-- Flows as elements within elements -> our tree.
jit.off(true, true) -- see walk.lua
local condition = require "banyan.import.flow_condition"
local names_of = require "banyan.import.flow_terms"
local object = require "banyan.import.object"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"
local variables_of = require "banyan.import.variables"
local walk = require "banyan.import.walk"
local weights_of = require "banyan.import.flow_weights"

local field = object.field

local M = {}

---@class banyan.import.element_format: banyan.import.format
---@field variables banyan.import.variables
local Format = {}
Format.__index = Format

function Format.label(source)
  if type(source) ~= "table" then return "?" end
  local kind = field(source, "type")
  return object.text(source, "name") or type(kind) == "string" and kind or "condition"
end

function Format.id(source)
  return type(source) == "table" and object.text(source, "id") or nil
end

function Format.place()
  return nil
end

local function push_all(w, frame, list, slots, level, position)
  w:count(frame, level, #list)
  for i = #list, 1, -1 do
    w:push(frame, list[i], slots[i][1], slots[i][2], level, position or #list > 1 and i or nil)
  end
end

-- The weight that stands in an element, nil when there is none.
local function weight_in(w, frame, element, i)
  if type(element) ~= "table" then
    w:fail(frame, "element %d must be an object, not '%s'", i, text_of.shown(element))
  end
  return field(element, "weight")
end

-- Has several elements converted into one node by their own weights.
local function share_out(w, frame, list, level)
  local percents = {}
  for i, element in ipairs(list) do
    percents[i] = weights_of.read(w, frame, w.format.variables, weight_in(w, frame, element, i),
      ("the weight of element %d"):format(i))
  end
  local node, slots = weights_of.node(w, frame, percents)
  push_all(w, frame, list, slots, level)
  return node
end

-- The elements of a branch as target[key]: one gets all, several go by their weights.
local function branch(w, frame, source, key, target, target_key)
  local list = object.list(w, frame, source, key)
  local level = frame.level + 1
  w:count(frame, level)
  if #list == 0 then
    target[target_key] = { kind = "void" }
  elseif #list == 1 then
    push_all(w, frame, list, { { target, target_key } }, level, key)
  else
    target[target_key] = share_out(w, frame, list, level + 1)
  end
end

local converters = {}

function converters.ticker(w, frame, source)
  local ticker, reason = names_of.ticker(w, frame, w.format.variables, field(source, "ticker"))
  if not ticker then w:fail(frame, reason) end
  return { kind = "asset", ticker = ticker }
end

function converters.weight(w, frame, source)
  local mode, list = field(source, "weightMode"), object.list(w, frame, source, "children")
  if mode ~= "equal" and mode ~= "defined" then
    w:fail(frame, "weightMode is '%s'; it must be equal or defined", text_of.shown(mode))
  end
  if #list == 0 then return { kind = "void" } end
  if mode == "defined" then return share_out(w, frame, list, frame.level + 1) end
  local node = { kind = "weighted", mode = "equal" }
  frame.shares = #list > 1
  w:children(frame, list, node)
  return node
end

local modes = { if_all = "all", if_any = "any", if_none = "none" }

local function gate_condition(w, frame, source)
  local list = object.list(w, frame, source, "conditions")
  local single = field(source, "condition")
  if #list == 0 and single then list = { single } end
  if #list == 0 then w:fail(frame, "the gate has no conditions; give it one") end
  local mode = field(source, "conditionMode")
  local kind = type(mode) == "string" and modes[mode]
  if not kind and mode ~= nil and mode ~= "if" then
    w:fail(frame, "conditionMode is '%s'; it must be if, if_all, if_any or if_none",
      text_of.shown(mode))
  end
  local conditions = {}
  for i = 1, kind and #list or 1 do
    if type(list[i]) ~= "table" then
      w:fail(frame, "condition %d is '%s'; it must be an object", i, text_of.shown(list[i]))
    end
    conditions[i] = condition.element(w, w:condition_frame(frame, list[i], i), w.format.variables)
  end
  return kind and { kind = kind, conditions = conditions } or conditions[1]
end

function converters.gate(w, frame, source)
  local node = { kind = "if", condition = gate_condition(w, frame, source) }
  branch(w, frame, source, "elseChildren", node, "no")
  branch(w, frame, source, "thenChildren", node, "yes")
  return node
end

local function bound_of(w, frame, config, key)
  local value = field(config, key)
  return w.format.variables:number(w, frame, value) or terms.number(value)
    or w:fail(frame, "%s is '%s'; it must be a number", key, text_of.shown(value))
end

function converters.scale(w, frame, source)
  local config = object.object(w, frame, source, "config")
  local low, high = bound_of(w, frame, config, "rangeMin"), bound_of(w, frame, config, "rangeMax")
  local below, above = "fromChildren", "toChildren"
  if type(low) == "number" and type(high) == "number" and low > high then
    low, high, below, above = high, low, above, below
  end
  local node = { kind = "mixed", low = low, high = high }
  node.indicator = names_of.series(w, frame, w.format.variables, "config", {
    name = field(config, "indicator"), ticker = field(config, "ticker"), source = config,
  })
  frame.shares = true
  branch(w, frame, source, above, node, "to")
  branch(w, frame, source, below, node, "from")
  return node
end

function converters.sort(w, frame, source)
  local variables, direction = w.format.variables, field(source, "direction")
  if direction ~= "top" and direction ~= "bottom" then
    w:fail(frame, "direction is '%s'; it must be top or bottom", text_of.shown(direction))
  end
  local value = field(source, "count")
  local count = variables:number(w, frame, value) or terms.whole(value, terms.SELECT_MAX)
    or w:fail(frame, "count is '%s'; it must be a whole number from 1 to %d", text_of.shown(value),
      terms.SELECT_MAX)
  local node = { kind = "filter", bottom = direction == "bottom", count = count }
  node.indicator = names_of.series(w, frame, variables, "sort", {
    name = field(source, "indicator"), source = source,
  }, true)
  local list = object.list(w, frame, source, "children")
  if #list == 0 then return { kind = "void" } end
  frame.shares = true
  w:children(frame, list, node)
  return node
end

function Format.convert(w, frame)
  local source = frame.source
  if type(source) ~= "table" then
    w:fail(frame, "an element must be an object, not '%s'", text_of.shown(source))
  end
  local kind = field(source, "type")
  local converter = type(kind) == "string" and converters[kind]
  if not converter then
    w:fail(frame, "unknown element type '%s'; banyan knows ticker, weight, gate, scale and sort",
      text_of.shown(kind))
  end
  return w:named(frame, kind ~= "ticker" and object.text(source, "name") or nil,
    function(...)
      local node = converter(...)
      node.id = Format.id(source)
      return node
    end)
end

-- An element at the top without a weight has an equal part.
local function top_percents(w, frame, list)
  local percents = {}
  for i, element in ipairs(list) do
    local value = weight_in(w, frame, element, i)
    local percent = value == nil and 0
      or weights_of.read(w, frame, w.format.variables, value, ("the weight of element %d"):format(i))
    percents[i] = percent == 0 and 100 / #list or percent
  end
  return percents
end

--- Converts elements.
---@param list any[]
---@param declared any[] variables
---@param name string of the file, for messages
---@return table node
function M.convert(list, declared, name)
  local format = setmetatable({}, Format)
  local w = walk.new(name, format)
  local frame = { source = { name = "root" }, level = 0 }
  format.variables = variables_of.new(w, frame, declared)
  if #list == 1 then return w:run(frame, list) end
  if #list == 0 then w:fail(frame, "there are no elements; give it one") end
  local node, slots = weights_of.node(w, frame, top_percents(w, frame, list))
  push_all(w, frame, list, slots, 2)
  w:finish()
  return node
end

return M
