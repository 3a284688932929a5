-- SPDX-License-Identifier: MIT
-- Conditions of flows: those of a graph's gates, and those of elements.
jit.off(true, true) -- see walk.lua
local names_of = require "banyan.import.flow_terms"
local object = require "banyan.import.object"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"

local field = object.field

local M = {}

local function threshold_of(w, frame, variables, value)
  return variables:number(w, frame, value) or terms.number(value)
    or w:fail(frame, "the threshold is '%s'; it must be a number", text_of.shown(value))
end

-- A side of a graph's condition: { symbol, type, params }.
local function graph_side(w, frame, variables, what, source)
  if type(source) ~= "table" then w:fail(frame, "it has no %s indicator", what) end
  return names_of.series(w, frame, variables, what, {
    name = field(source, "type"), ticker = field(source, "symbol"), source = source,
  })
end

--- The condition of a gate in a graph. An indicator on the right wins over a threshold.
---@param w banyan.import.walk
---@param frame banyan.import.frame of the condition
---@param variables banyan.import.variables
---@return table condition
function M.graph(w, frame, variables)
  local source = frame.source
  local comparator = field(source, "op")
  if comparator ~= "gt" and comparator ~= "lt" then
    w:fail(frame, "op is '%s'; it must be gt or lt", text_of.shown(comparator))
  end
  local result = {
    kind = "compare", comparator = comparator,
    left = graph_side(w, frame, variables, "left", field(source, "left")),
  }
  local right = field(source, "rightIndicator") or field(source, "right")
  if right ~= nil then
    result.right = graph_side(w, frame, variables, "right", right)
  else
    result.threshold = threshold_of(w, frame, variables, field(source, "threshold"))
  end
  return result
end

local operators = { gt = "gt", lt = "lt", gte = "gte", lte = "lte", eq = "eq", neq = "eq" }

--- A condition of an element.
---@param w banyan.import.walk
---@param frame banyan.import.frame of the condition
---@param variables banyan.import.variables
---@return table condition
function M.element(w, frame, variables)
  local source = frame.source
  local operator, against = field(source, "operator"), field(source, "compareTo")
  local comparator = type(operator) == "string" and operators[operator]
  if not comparator then
    w:fail(frame, "the operator is '%s'; it must be gt, gte, lt, lte, eq or neq",
      text_of.shown(operator))
  end
  local result = {
    kind = "compare", comparator = comparator,
    left = names_of.series(w, frame, variables, "left", {
      name = field(source, "indicator"), ticker = field(source, "ticker"), source = source,
    }),
  }
  if against == "indicator" then
    result.right = names_of.series(w, frame, variables, "right", {
      name = field(source, "rightIndicator"), ticker = field(source, "rightTicker"),
      source = source, params = "rightParams", period = "rightPeriod",
    })
  elseif against == "value" or against == "threshold" then
    result.threshold = threshold_of(w, frame, variables, field(source, "threshold"))
  else
    w:fail(frame, "compareTo is '%s'; it must be value, threshold or indicator",
      text_of.shown(against))
  end
  if operator ~= "neq" then return result end
  w:count_condition(frame)
  return { kind = "none", conditions = { result } }
end

return M
