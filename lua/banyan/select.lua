-- SPDX-License-Identifier: MIT
-- Params by selection: a tree that somebody else wrote gets params without being rewritten.
--
-- A selection matches nodes and conditions by their values as written. Each match is a unit: one table
-- of the tree, the series in it, and its weight. A field of a unit is a place (a table and the name of
-- a field in it), which is then bound to a param.
local failure = require "banyan.failure"
local lists = require "banyan.lists"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"
local places_of = require "banyan.places"
local tree_of = require "banyan.tree"

local M = {}

local KEYS = { "kind", "id", "group", "ticker", "indicator", "window", "comparator", "threshold" }

---@class banyan.Selection parts of a strategy
---@field package strategy banyan.Strategy
---@field package keys table
---@field package units banyan.Unit[]
local Selection = {}
Selection.__index = Selection

---@class banyan.Unit
---@field kind string of the node; "condition" of a comparison, else of the compound condition
---@field at table
---@field matched { side: string, series: table }[] those of its series that match
---@field weight { at: table, field: integer }? of the node in its parent
---@field path string

local written = places_of.written

local function one_of(wanted, value)
  if wanted == nil then return true end
  if type(wanted) ~= "table" then return wanted == value end
  return lists.contains(wanted, value)
end

local function any_window(keys, series)
  if keys.window == nil then return true end
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    local value = written(series, name)
    if value ~= nil and one_of(keys.window, value) then return true end
  end
  return false
end

local function series_matches(keys, series)
  return series.fn ~= nil and one_of(keys.indicator, written(series, "fn"))
    and one_of(keys.ticker, written(series, "ticker")) and any_window(keys, series)
end

-- Whether a node has itself what series are asked for by: an asset its ticker, inverse volatility its
-- window.
local function has_itself(keys, unit)
  if keys.indicator ~= nil then return false end
  if unit.kind == "asset" then
    return keys.window == nil and one_of(keys.ticker, written(unit.at, "ticker"))
  end
  return unit.kind == "inverse_vol" and keys.ticker == nil
    and one_of(keys.window, written(unit.at, "window"))
end

local function values_match(keys, unit)
  for _, key in ipairs { "comparator", "threshold" } do
    if keys[key] ~= nil then
      local value = written(unit.at, key)
      if value == nil or not one_of(keys[key], value) then return false end
    end
  end
  return true
end

-- Adds a unit when all keys match. `sides` are its series: those of a comparison are left and right.
local function add_unit(self, unit, sides)
  local keys = self.keys
  if not (one_of(keys.kind, unit.kind) or one_of(keys.kind, unit.alias)) then return end
  if not one_of(keys.id, unit.id) or not values_match(keys, unit) then return end
  unit.matched = {}
  for _, side in ipairs { "left", "right", "own" } do
    tree_of.each_series(sides[side], function(series)
      if series_matches(keys, series) then
        table.insert(unit.matched, { side = side, series = series })
      end
    end)
  end
  local by_series = keys.indicator ~= nil or keys.window ~= nil or keys.ticker ~= nil
  if by_series and #unit.matched == 0 and not has_itself(keys, unit) then return end
  unit.path = tree_of.path_text(unit.path)
  self.units[#self.units + 1] = unit
end

local function add_conditions(self, node, path)
  for _, top in ipairs(tree_of.conditions(node)) do
    tree_of.each_condition(top, function(at)
      local compares = at.kind == "compare"
      add_unit(self, { kind = compares and "condition" or at.kind, alias = compares and node.kind,
        id = at.id or (compares or at == top) and (top.id or node.id) or nil, at = at, path = path },
        { left = at.left, right = at.right })
    end)
  end
end

local function add_node(self, node, weight, path)
  add_conditions(self, node, path)
  if node.kind ~= "if" then
    add_unit(self, { kind = node.kind, id = node.id, at = node, weight = weight, path = path },
      { own = node.indicator })
  end
end

-- Where to look: the root, or the groups asked for, each as the path that leads to it.
local function starts_of(keys, root)
  if keys.group == nil then return { { root } } end
  local starts = {}
  tree_of.each_node(root, function(node, path)
    if node.kind == "group" and one_of(keys.group, node.name) then
      starts[#starts + 1] = { unpack(path) }
    end
  end)
  return starts
end

-- A node that several parents share is looked into once, but has a weight in each of them.
local function collect(self, root)
  local seen = {}
  for _, path in ipairs(starts_of(self.keys, root)) do
    local walk
    local function enter(child, weight)
      path[#path + 1] = child
      walk(child, weight)
      path[#path] = nil
    end
    function walk(node, weight)
      add_node(self, node, weight, path)
      if seen[node] then return end
      seen[node] = true
      for i, child in ipairs(tree_of.children(node)) do
        enter(child, node.mode == "specified" and { at = node.weights, field = i } or nil)
      end
      for _, each in ipairs(tree_of.measured(node)) do enter(each) end
    end
    walk(path[#path], nil)
  end
end

local function described(keys)
  local parts = {}
  for _, key in ipairs(KEYS) do
    if keys[key] ~= nil then
      local value = type(keys[key]) == "table" and "{...}" or tostring(keys[key])
      parts[#parts + 1] = key .. " = " .. value
    end
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

--- The parts of a strategy that match all keys.
---@param strategy banyan.Strategy
---@param keys table
---@return banyan.Selection
function M.new(strategy, keys)
  if type(keys) ~= "table" then
    failure.fail("STRATEGY", "select takes a table such as { indicator = \"rsi\", window = 10 }")
  end
  for key in pairs(keys) do
    if not one_of(KEYS, key) then
      local near = nearest(tostring(key), KEYS)
      failure.fail("STRATEGY", "select: unknown key '%s'%s; known are %s", tostring(key),
        near and (", did you mean '%s'?"):format(near) or "", table.concat(KEYS, ", "))
    end
  end
  local self = setmetatable({ strategy = strategy, keys = keys, units = {} }, Selection)
  collect(self, strategy.root)
  if #self.units == 0 then
    failure.fail("STRATEGY", "%s: select %s matches nothing; `banyan tree` shows what there is",
      strategy.name, described(keys))
  end
  return self
end

--- The places of a field in what was selected, each once.
---@param field string
---@return banyan.Place[]
function Selection:places(field)
  local add_places = places_of.find(field)
  local places, seen = {}, {}
  for _, unit in ipairs(self.units) do
    add_places(unit, function(at, name, usual)
      seen[at] = seen[at] or {}
      if not seen[at][name] then
        seen[at][name] = true
        places[#places + 1] = { at = at, field = name, usual = usual, path = unit.path }
      end
    end, self.keys.window ~= nil and function(value) return one_of(self.keys.window, value) end)
  end
  if #places == 0 then
    failure.fail("STRATEGY", "%s: nothing that select %s matches has a %s", self.strategy.name,
      described(self.keys), field)
  end
  return places
end

-- The strategy's param of that name when it has been declared alike, else a new one.
local function declare(strategy, name, default, values)
  strategy.selected = strategy.selected or {}
  local param = param_of.new(name, default, values)
  local known = strategy.selected[name]
  if known then
    local same = known.default == param.default and #known.values == #param.values
    for i, value in ipairs(known.values) do same = same and value == param.values[i] end
    if not same then
      failure.fail("STRATEGY", "the param %s is declared twice with other values", name)
    end
    return known
  end
  strategy.selected[name] = param
  return param
end

local function bind(self, field, name, default, values, apply)
  local param = declare(self.strategy, name, default, values)
  for _, place in ipairs(self:places(field)) do
    local value = place.at[place.field]
    if param_of.is_bound(value) then
      failure.fail("STRATEGY", "at %s: the %s depends on the param %s already; a field can depend "
        .. "on one", place.path, field, value.param.name)
    end
    if value == nil then value = place.usual end
    places_of.keep_written(place.at, place.field, value)
    place.at[place.field] = apply(value, param)
  end
  self.strategy.edits = (self.strategy.edits or 0) + 1 -- for those who keep what they made of the tree
  return self
end

--- Replaces a field of everything selected by the value of a param.
--- Example:
---     local t = b.import "examples/frontrunner.json"
---     t:select { indicator = "rsi" }:param("window", "rsi_window", 10, b.range(5, 30))
---     return t
---@param field string such as "window", "left.window", "threshold", "ticker" or "weight"
---@param name string of the param
---@param default number|string
---@param values any[]? what a sweep walks
---@return banyan.Selection
function Selection:param(field, name, default, values)
  return bind(self, field, name, default, values, function(_, param) return param end)
end

local function number_map(what, apply)
  return function(self, field, name, default, values)
    return bind(self, field, name, default, values, function(value, param)
      if type(value) ~= "number" then
        failure.fail("STRATEGY", "%s needs a number to start from, and the %s is '%s'", what, field,
          tostring(value))
      end
      return apply(value, param)
    end)
  end
end

--- Adds the value of a param to a field of everything selected.
--- Example:
---     local t = b.import "examples/frontrunner.json"
---     t:select { indicator = "rsi", comparator = "gt" }:shift("threshold", "hotter", 0, { -2, 0, 2 })
---     return t
---@param field string such as "threshold"
---@param name string of the param
---@param default number
---@param values number[]? what a sweep walks
---@return banyan.Selection
Selection.shift = number_map("shift", function(value, param) return value + param end)
--- Multiplies a field of everything selected by the value of a param.
--- Example:
---     local t = b.import "examples/frontrunner.json"
---     t:select { indicator = "sma" }:scale("window", "slower", 1, { 0.5, 1 })
---     return t
---@param field string such as "window"
---@param name string of the param
---@param default number
---@param values number[]? what a sweep walks
---@return banyan.Selection
Selection.scale = number_map("scale", function(value, param) return value * param end)

return M
