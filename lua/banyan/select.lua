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
---@field package wanted table<string, table<any, boolean>> the values of each key that was given
---@field package by_series boolean something is asked for that series have
---@field package units banyan.Unit[]
local Selection = {}
Selection.__index = Selection

---@class banyan.Unit
---@field kind string of the node; "condition" of a comparison, else of the compound condition
---@field at table
---@field matched { side: string, series: table }[] those of its series that match
---@field weight { at: table, field: integer }? of the node in its parent
---@field path table[] nodes from the root down to it

local written = places_of.written

-- Values as a set; what is no list is the only one. NaN equals nothing.
local function set_of(values)
  local set = {}
  for _, value in ipairs(type(values) == "table" and values or { values }) do
    if value == value then set[value] = true end
  end
  return set
end

-- Whether a value is one of those asked for; any is when none are.
local function is_one(wanted, value)
  return wanted == nil or wanted[value] == true
end

local function any_window(windows, series)
  if windows == nil then return true end
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    local value = written(series, name)
    if value ~= nil and windows[value] then return true end
  end
  return false
end

local function series_matches(wanted, series)
  return series.fn ~= nil and is_one(wanted.indicator, written(series, "fn"))
    and is_one(wanted.ticker, written(series, "ticker")) and any_window(wanted.window, series)
end

-- Whether a node has itself what series are asked for by: an asset its ticker, inverse volatility its
-- window.
local function has_itself(wanted, kind, at)
  if wanted.indicator ~= nil then return false end
  if kind == "asset" then
    return wanted.window == nil and is_one(wanted.ticker, written(at, "ticker"))
  end
  return kind == "inverse_vol" and wanted.ticker == nil and is_one(wanted.window, written(at, "window"))
end

local function value_matches(values, at, field)
  return values == nil or values[written(at, field)] == true
end

-- Adds those of a series and of what it is made of that match to a list, which is made when the first one does.
local function add_matched(wanted, matched, side, series)
  if not series then return matched end
  local function add(each)
    if not series_matches(wanted, each) then return end
    matched = matched or {}
    matched[#matched + 1] = { side = side, series = each }
  end
  tree_of.each_series(series, add)
  return matched
end

-- Adds a node or condition when all keys match; a comparison goes by the kind of its node, too.
local function add_unit(self, at, kind, alias, id, path)
  local wanted = self.wanted
  if not (is_one(wanted.kind, kind) or is_one(wanted.kind, alias)) or not is_one(wanted.id, id)
    or not value_matches(wanted.comparator, at, "comparator")
    or not value_matches(wanted.threshold, at, "threshold") then
    return
  end
  local compares = kind == "condition"
  local matched = add_matched(wanted, nil, compares and "left" or "own", compares and at.left or at.indicator)
  if compares then matched = add_matched(wanted, matched, "right", at.right) end
  if not matched and self.by_series and not has_itself(wanted, kind, at) then return end
  local unit = { kind = kind, at = at, matched = matched or {}, path = { unpack(path) } }
  self.units[#self.units + 1] = unit
  return unit
end

local function add_condition(self, node, top, at, path)
  if at.kind == "compare" then
    add_unit(self, at, "condition", node.kind, at.id or top.id or node.id, path)
  else
    add_unit(self, at, at.kind, nil, at.id or at == top and node.id or nil, path)
  end
end

local function add_conditions(self, node, path)
  for _, top in ipairs(tree_of.conditions(node)) do
    tree_of.each_condition(top, function(at) add_condition(self, node, top, at, path) end)
  end
end

local function add_node(self, node, weight, path)
  add_conditions(self, node, path)
  if node.kind == "if" or self.wanted.indicator and not node.indicator then return end
  local unit = add_unit(self, node, node.kind, nil, node.id, path)
  if unit then unit.weight = weight end
end

-- Where to look: the root, or the groups asked for, each as the path that leads to it.
local function starts_of(groups, root)
  if groups == nil then return { { root } } end
  local starts = {}
  tree_of.each_node(root, function(node, path)
    if node.kind == "group" and groups[node.name] then
      starts[#starts + 1] = { unpack(path) }
    end
  end)
  return starts
end

-- A node that several parents share is looked into once, but has a weight in each of them.
local function collect(self, root)
  local seen = {}
  for _, path in ipairs(starts_of(self.wanted.group, root)) do
    local function walk(node, weight, depth)
      path[depth] = node
      add_node(self, node, weight, path)
      if not seen[node] then
        seen[node] = true
        local weights = node.mode == "specified" and node.weights
        for i, child in ipairs(tree_of.children(node)) do
          walk(child, weights and { at = weights, field = i } or nil, depth + 1)
        end
        for _, each in ipairs(tree_of.measured(node)) do walk(each, nil, depth + 1) end
      end
      path[depth] = nil
    end
    walk(path[#path], nil, #path)
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
    if not lists.contains(KEYS, key) then
      local near = nearest(tostring(key), KEYS)
      failure.fail("STRATEGY", "select: unknown key '%s'%s; known are %s", tostring(key),
        near and (", did you mean '%s'?"):format(near) or "", table.concat(KEYS, ", "))
    end
  end
  local wanted = {}
  for key, values in pairs(keys) do wanted[key] = set_of(values) end
  local self = setmetatable({ strategy = strategy, keys = keys, wanted = wanted, units = {},
    by_series = wanted.indicator ~= nil or wanted.window ~= nil or wanted.ticker ~= nil }, Selection)
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
  local places, seen, windows = {}, {}, self.wanted.window
  for _, unit in ipairs(self.units) do
    add_places(unit, function(at, name, usual)
      seen[at] = seen[at] or {}
      if not seen[at][name] then
        seen[at][name] = true
        places[#places + 1] = { at = at, field = name, usual = usual, path = unit.path }
      end
    end, windows and function(value) return windows[value] == true end)
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
  local made = {} -- of equal values the same
  for _, place in ipairs(self:places(field)) do
    local value = place.at[place.field]
    if param_of.is_bound(value) then
      failure.fail("STRATEGY", "at %s: the %s depends on the param %s already; a field can depend "
        .. "on one", tree_of.path_text(place.path), field, value.param.name)
    end
    if value == nil then value = place.usual end
    places_of.keep_written(place.at, place.field, value)
    local becomes = made[value] or apply(value, param)
    if value ~= nil and value == value then made[value] = becomes end
    place.at[place.field] = becomes
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
