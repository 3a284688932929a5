-- SPDX-License-Identifier: MIT
-- Flows as nodes and edges -> our tree. Gates may lead to the same node, which becomes one table of
-- ours that is used twice; they cannot lead back.
jit.off(true, true) -- see walk.lua
local condition = require "banyan.import.flow_condition"
local names_of = require "banyan.import.flow_terms"
local object = require "banyan.import.object"
local text_of = require "banyan.text"
local variables_of = require "banyan.import.variables"
local walk = require "banyan.import.walk"
local weights_of = require "banyan.import.flow_weights"

local field = object.field

local M = {}

local format = {}

function format.label(source)
  if type(source) ~= "table" then return "?" end
  local data, kind = field(source, "data"), field(source, "type")
  return type(data) == "table" and object.text(data, "label")
    or type(kind) == "string" and kind or "condition"
end

function format.id(source)
  return type(source) == "table" and object.text(source, "id") or nil
end

function format.place()
  return nil
end

---@class banyan.import.graph
---@field w banyan.import.walk
---@field variables banyan.import.variables
---@field nodes table<string, table> by id
---@field edges table<string, table[]> those that leave a node, by its id

local function read_nodes(w, frame, list)
  local nodes, start = {}, nil
  for i, source in ipairs(list) do
    local id = format.id(source)
    if not id then w:fail(frame, "node %d has no id; give it one", i) end
    if nodes[id] then w:fail(frame, "two nodes have the id '%s'", text_of.shown(id)) end
    nodes[id] = source
    if not start and field(source, "type") == "start" then start = source end
  end
  return nodes, start or w:fail(frame, "there is no node of the type start; add one")
end

local function read_edges(w, frame, list)
  local edges = {}
  for i, source in ipairs(list) do
    local from = type(source) == "table" and (object.text(source, "from") or object.text(source, "source"))
    if not from then w:fail(frame, "edge %d does not say where it comes from", i) end
    edges[from] = edges[from] or {}
    table.insert(edges[from], {
      to = object.text(source, "to") or object.text(source, "target"),
      label = field(source, "label"),
    })
  end
  return edges
end

local function edge_target(graph, id, label)
  for _, edge in ipairs(graph.edges[id] or {}) do
    if label == nil or edge.label == label then return edge.to end
  end
  return nil
end

local function portfolio_items(w, frame, data)
  local items = object.list(w, frame, data, "items")
  if #items == 0 then items = object.list(w, frame, data, "positions") end
  for i, item in ipairs(items) do
    if type(item) ~= "table" then w:fail(frame, "item %d is not an object", i) end
  end
  return items
end

local function percent_of(graph, frame, item, i)
  local value = field(item, "weightPct")
  if value == nil then value = field(item, "weight") end
  return weights_of.read(graph.w, frame, graph.variables, value, ("weight %d"):format(i))
end

-- What holds children by weights; one with 100 % is held as it is.
local function hold(graph, frame, percents, children)
  if #percents == 0 then return { kind = "void" } end
  if #percents == 1 and percents[1] == 100 then return children[1] end
  graph.w:count(frame, frame.level, #percents)
  local node, slots = weights_of.node(graph.w, frame, percents)
  for i, slot in ipairs(slots) do slot[1][slot[2]] = children[i] end
  node.id = format.id(frame.source)
  return node
end

-- What a kind of node leads to (ids, false for nowhere), and what it becomes when those are
-- converted: build(graph, frame, data, children).
local kinds = { start = {}, gate = {}, weights = {}, portfolio = {} }

function kinds.start.targets(graph, frame)
  return { edge_target(graph, format.id(frame.source)) or false }
end

function kinds.start.build(_, _, _, children)
  return children[1]
end

function kinds.gate.targets(graph, frame, data)
  local id = format.id(frame.source)
  return {
    object.text(data, "thenTargetId") or edge_target(graph, id, "then") or false,
    object.text(data, "elseTargetId") or edge_target(graph, id, "else") or false,
  }
end

-- Only the first condition counts, whatever else the list holds.
function kinds.gate.build(graph, frame, data, children)
  local w, first = graph.w, object.list(graph.w, frame, data, "conditions")[1]
  if type(first) ~= "table" then w:fail(frame, "the gate has no condition; give it one") end
  return {
    kind = "if", id = format.id(frame.source), yes = children[1], no = children[2],
    condition = condition.graph(w, w:condition_frame(frame, first), graph.variables),
  }
end

function kinds.weights.targets(graph, frame, data)
  local targets = {}
  for i, child in ipairs(object.list(graph.w, frame, data, "children")) do
    targets[i] = type(child) == "table" and object.text(child, "id")
      or graph.w:fail(frame, "child %d has no id", i)
  end
  frame.shares = #targets > 1
  return targets
end

function kinds.weights.build(graph, frame, data, children)
  local percents = {}
  for i, child in ipairs(object.list(graph.w, frame, data, "children")) do
    percents[i] = percent_of(graph, frame, child, i)
  end
  return hold(graph, frame, percents, children)
end

function kinds.portfolio.targets()
  return {}
end

function kinds.portfolio.build(graph, frame, data)
  local percents, children = {}, {}
  for i, item in ipairs(portfolio_items(graph.w, frame, data)) do
    percents[i] = percent_of(graph, frame, item, i)
    local ticker, reason = names_of.ticker(graph.w, frame, graph.variables, field(item, "symbol"))
    if not ticker then graph.w:fail(frame, "item %d: %s", i, reason) end
    children[i] = { kind = "asset", ticker = ticker }
  end
  return hold(graph, frame, percents, children)
end

local function kind_of(w, frame)
  local name = field(frame.source, "type")
  return type(name) == "string" and kinds[name]
    or w:fail(frame, "unknown node type '%s'; banyan knows start, gate, weights and portfolio",
      text_of.shown(name))
end

-- A frame that knows where it leads to.
local function enter(graph, source, parent)
  local frame = { source = source, parent = parent, level = parent.level + 1, height = 1, next = 1 }
  graph.w:count(frame, frame.level)
  frame.kind = kind_of(graph.w, frame)
  frame.data = object.object(graph.w, frame, source, "data")
  frame.targets = frame.kind.targets(graph, frame, frame.data)
  return frame
end

-- A label that says more than the type becomes a group, one level of its own.
local function build(graph, frame, done)
  local children = {}
  for i, target in ipairs(frame.targets) do
    children[i] = target and done[target].node or { kind = "void" }
  end
  local node = frame.kind.build(graph, frame, frame.data, children)
  local label = object.text(frame.data, "label")
  if not label or label:lower() == field(frame.source, "type") then return node end
  frame.height = frame.height + 1
  return { kind = "group", name = label, child = node }
end

-- Converts the node of each target before the node itself.
local function convert(graph, root, start)
  local done, open = {}, {}
  local stack = { enter(graph, start, root) }
  open[format.id(start)] = true
  while #stack > 0 do
    local frame = stack[#stack]
    local target = frame.targets[frame.next]
    frame.next = frame.next + 1
    if target == nil then
      local id = format.id(frame.source)
      done[id], open[id] = { node = build(graph, frame, done), height = frame.height }, nil
      stack[#stack] = nil
      local below = stack[#stack]
      if below then below.height = math.max(below.height, frame.height + 1) end
    elseif target and done[target] then
      frame.height = math.max(frame.height, done[target].height + 1)
    elseif target then
      local source = graph.nodes[target]
        or graph.w:fail(frame, "it leads to '%s', which is no node", text_of.shown(target))
      if open[target] then
        graph.w:fail(frame, "it leads back to '%s'; a flow cannot go round", text_of.shown(target))
      end
      open[target] = true
      stack[#stack + 1] = enter(graph, source, frame)
    end
  end
  local result = done[format.id(start)]
  graph.w:count(root, result.height, 0)
  return result.node
end

--- Converts a graph.
---@param source table { nodes, edges }
---@param declared any[] variables
---@param name string of the file, for messages
---@return table node
---@return string label of the start
function M.convert(source, declared, name)
  local w = walk.new(name, format)
  local root = { source = { type = "root" }, level = 0 }
  local nodes, start = read_nodes(w, root, object.list(w, root, source, "nodes"))
  local graph = {
    w = w, nodes = nodes, variables = variables_of.new(w, root, declared),
    edges = read_edges(w, root, object.list(w, root, source, "edges")),
  }
  return convert(graph, root, start), object.text(object.object(w, root, start, "data"), "label")
end

return M
