-- SPDX-License-Identifier: MIT
-- Flows, as graphs or as elements, bare or wrapped, -> our tree. What the whole flow holds is scaled
-- to 100 %. Its globals (start, end, benchmark) are the caller's to ask for, and are not taken.
jit.off(true, true) -- see walk.lua
local elements = require "banyan.import.flow_elements"
local graph = require "banyan.import.flow_graph"
local object = require "banyan.import.object"
local settled = require "banyan.import.settled"
local walk = require "banyan.import.walk"

local field = object.field

local WRAPPERS = { "flowData", "flow" }

local M = {}

-- Whether a table is what json.decode makes of a list.
local function is_list(value)
  return type(value) == "table" and value[1] ~= nil
end

local function is_bare(value)
  return is_list(field(value, "nodes")) or is_list(field(value, "elements"))
end

-- The object with the nodes or elements; nil when there is none.
local function unwrap(value)
  if type(value) ~= "table" then return nil end
  local first = value[1]
  if type(first) == "table" and type(field(first, "type")) == "string" then
    return { elements = value }
  end
  if is_bare(value) then return value end
  for _, key in ipairs(WRAPPERS) do
    local inner = field(value, key)
    if type(inner) == "table" then
      if is_list(inner) then return { elements = inner } end
      if is_bare(inner) then return inner end
    end
  end
  return nil
end

--- Whether JSON looks like a flow.
---@param value any as json.decode gives it
function M.recognises(value)
  return unwrap(value) ~= nil
end

local format = { label = function() return "root" end, id = function() end, place = function() end }

--- Converts a flow.
---@param value table as json.decode gives it
---@param name string of the file, for messages
---@return table strategy
function M.convert(value, name)
  local source = unwrap(value)
  local w, frame = walk.new(name, format), { source = source, level = 0 }
  local holder = field(source, "variables") ~= nil and source or value
  local declared = object.list(w, frame, holder, "variables")
  local list = object.list(w, frame, source, "elements")
  local root, label
  if #list > 0 then
    root = settled(elements.convert(list, declared, name))
  else
    root, label = graph.convert(source, declared, name)
  end
  return {
    name = object.text(value, "name") or object.text(source, "name") or object.text(value, "jobName")
      or label or "",
    description = object.text(value, "description") or "",
    rebalance = "daily",
    options = { ema_seed = "talib", empty_filter = "rest" },
    root = root,
  }
end

return M
