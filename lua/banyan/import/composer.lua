-- SPDX-License-Identifier: MIT
-- Composer's JSON tree ("score") -> our tree.
jit.off(true, true) -- see walk.lua
local condition = require "banyan.import.composer_condition"
local object = require "banyan.import.object"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"
local walk = require "banyan.import.walk"

local field = object.field

local M = {}

local format = {}

function format.label(source)
  if type(source) ~= "table" then return "?" end
  local step, name = field(source, "step"), field(source, "name")
  if step == "group" and type(name) == "string" and name ~= "" then return name end
  if type(step) == "string" then return step end
  local condition_type = field(source, "condition-type")
  return type(condition_type) == "string" and condition_type or "?"
end

function format.id(source)
  local id = type(source) == "table" and field(source, "id")
  if type(id) == "string" and id ~= "" then return id end
  return type(id) == "number" and tostring(id) or nil
end

function format.place()
  return nil
end

local function children_of(w, frame, source)
  return object.list(w, frame, source, "children")
end

local converters = {}

converters["empty"] = function()
  return { kind = "cash" }
end

converters["asset"] = function(w, frame, source)
  if #children_of(w, frame, source) > 0 then w:fail(frame, "an asset cannot have children") end
  local ticker, reason = terms.ticker(field(source, "ticker"))
  if not ticker then w:fail(frame, reason) end
  return { kind = "asset", ticker = ticker }
end

converters["wt-cash-equal"] = function(w, frame, source)
  local node = { kind = "weighted", mode = "equal" }
  w:children(frame, children_of(w, frame, source), node)
  return node
end

-- Child i's share: num / den, each a number or text.
local function weight_of(w, frame, child, i)
  local weight = type(child) == "table" and field(child, "weight")
  if type(weight) ~= "table" then
    w:fail(frame, "child %d has no weight; give it one as {\"num\": 60, \"den\": 100}", i)
  end
  local num, den = terms.number(field(weight, "num")), terms.number(field(weight, "den"))
  local share = num and den and num / den
  if not text_of.is_finite(share) then
    w:fail(frame, "the weight of child %d is %s / %s; both must be numbers and the second not 0", i,
      text_of.shown(weight.num, 20), text_of.shown(weight.den, 20))
  end
  return share
end

converters["wt-cash-specified"] = function(w, frame, source)
  local children = children_of(w, frame, source)
  local node = { kind = "weighted", mode = "specified", weights = {} }
  w:children(frame, children, node)
  for i, child in ipairs(children) do
    node.weights[i] = weight_of(w, frame, child, i)
  end
  local fault = terms.weights_fault(node.weights)
  if fault then w:fail(frame, fault) end
  return node
end

converters["wt-inverse-vol"] = function(w, frame, source)
  local bars, reason = terms.window(field(source, "window-days"), "window-days")
  if not bars then w:fail(frame, reason) end
  local node = { kind = "inverse_vol", window = bars }
  w:children(frame, children_of(w, frame, source), node)
  return node
end

converters["wt-marketcap"] = function(w, frame)
  w:fail(frame, "weights by market capitalisation need data that banyan does not have; "
    .. "use wt-cash-equal or wt-cash-specified instead")
end

converters["group"] = function(w, frame, source)
  local name = field(source, "name")
  local node = { kind = "group", name = type(name) == "string" and name or "" }
  w:branch(frame, children_of(w, frame, source), node, "child")
  return node
end

local function sort_window(source)
  local params = field(source, "sort-by-fn-params")
  return function(key)
    local value = type(params) == "table" and field(params, key) or nil
    if value == nil and key == "window" then value = field(source, "sort-by-window-days") end
    return value
  end
end

converters["filter"] = function(w, frame, source)
  local indicator, reason = terms.indicator(field(source, "sort-by-fn"), nil, sort_window(source))
  if not indicator then w:fail(frame, "sort-by-fn: %s", reason) end
  local select_fn = field(source, "select-fn")
  if select_fn ~= "top" and select_fn ~= "bottom" then
    w:fail(frame, "select-fn is '%s'; it must be 'top' or 'bottom'", text_of.shown(select_fn))
  end
  local count = terms.whole(field(source, "select-n"), terms.SELECT_MAX)
  if not count then
    w:fail(frame, "select-n is '%s'; it must be a whole number from 1 to %d",
      text_of.shown(field(source, "select-n")), terms.SELECT_MAX)
  end
  local node = {
    kind = "filter", indicator = indicator, bottom = select_fn == "bottom", count = count,
  }
  w:children(frame, children_of(w, frame, source), node)
  return node
end

-- Frames of the if-children with conditions, in file order, and of the one without (it may stand
-- anywhere).
local function cases_of(w, frame, source)
  local cases, otherwise = {}, nil
  for i, child in ipairs(children_of(w, frame, source)) do
    if type(child) ~= "table" or field(child, "step") ~= "if-child" then
      w:fail(frame, "child %d of an if is not an if-child", i)
    end
    if field(child, "is-else-condition?") ~= true then
      cases[#cases + 1] = { source = child, position = i }
    elseif otherwise then
      w:fail(frame, "it has two else branches (children %d and %d); keep one",
        otherwise.position, i)
    else
      otherwise = { source = child, position = i }
    end
  end
  if #cases == 0 then w:fail(frame, "it has no if-child with a condition; give it one") end
  if not otherwise then
    w:fail(frame, "it has no else branch; add an if-child with \"is-else-condition?\": true")
  end
  return cases, otherwise
end

-- The first case that holds wins: each further one is the `no` of the one before. An if-child is no
-- node of ours, but has a frame that the path shows.
converters["if"] = function(w, frame, source)
  local cases, otherwise = cases_of(w, frame, source)
  local nodes = {}
  for i, case in ipairs(cases) do
    case.parent, case.level = frame, frame.level + i - 1
    if i > 1 then w:count(case, case.level) end
    nodes[i] = { kind = "if", id = format.id(source), condition = condition.of(w, case) }
    if i > 1 then nodes[i - 1].no = nodes[i] end
  end
  otherwise.parent, otherwise.level = frame, frame.level + #cases - 1
  w:branch(otherwise, children_of(w, otherwise, otherwise.source), nodes[#nodes], "no")
  for i = #cases, 1, -1 do
    w:branch(cases[i], children_of(w, cases[i], cases[i].source), nodes[i], "yes")
  end
  return nodes[1]
end

converters["if-child"] = function(w, frame)
  w:fail(frame, "an if-child stands outside of an if")
end

function format.convert(w, frame)
  local source = frame.source
  if type(source) ~= "table" then
    w:fail(frame, "a node must be an object, not '%s'", text_of.shown(source))
  end
  local step = field(source, "step")
  local converter = type(step) == "string" and converters[step]
  if not converter then
    w:fail(frame, step == nil and "the node has no step" or "unknown step '%s'",
      text_of.shown(step))
  end
  local node = converter(w, frame, source)
  node.id = format.id(source)
  return node
end

local function rebalancing(w, frame, source)
  local rebalance = field(source, "rebalance")
  if type(rebalance) ~= "string" or not terms.rebalances[rebalance] then
    w:fail(frame, "rebalance is '%s'; it must be daily, weekly, monthly, quarterly, yearly or none",
      text_of.shown(rebalance))
  end
  local width = field(source, "rebalance-corridor-width")
  if rebalance ~= "none" or width == nil then return rebalance, nil end
  local corridor, reason = terms.corridor(width)
  if not corridor then w:fail(frame, reason) end
  return rebalance, corridor
end

--- Whether a JSON value looks like Composer's tree.
function M.recognises(value)
  return type(value) == "table" and value.step == "root"
end

--- Converts Composer's tree.
---@param value table as json.decode gives it
---@param name string of the file, for messages
---@return table strategy
function M.convert(value, name)
  local w = walk.new(name, format)
  local frame = { source = value, level = 0 }
  local rebalance, corridor = rebalancing(w, frame, value)
  local title, description = field(value, "name"), field(value, "description")
  return {
    name = type(title) == "string" and title or "",
    description = type(description) == "string" and description or "",
    rebalance = rebalance,
    corridor = corridor,
    root = w:run(frame, children_of(w, frame, value)),
  }
end

return M
