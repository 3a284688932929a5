-- SPDX-License-Identifier: MIT
-- Params by selection: a tree that somebody else wrote gets params without being rewritten.
--
-- A selection matches comparisons, filters, assets and weighted nodes by their values as written; what
-- matches is listed as places (a table and the name of a field in it), which are then bound to a param.
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local M = {}

local KEYS = { "kind", "id", "group", "ticker", "indicator", "window", "comparator", "threshold" }
local FIELDS = { "window", "left.window", "right.window", "threshold", "ticker", "comparator",
  "indicator", "n", "weight" }

---@class banyan.Selection
local Selection = {}
Selection.__index = Selection

-- The value of a field as its author wrote it, whatever it is bound to by now.
local written_values = setmetatable({}, { __mode = "k" }) -- table -> field -> value

local function written(at, field)
  local known = written_values[at]
  if known and known[field] ~= nil then return known[field] end
  return at[field]
end

local function one_of(wanted, value)
  if wanted == nil then return true end
  if type(wanted) ~= "table" then return wanted == value end
  for _, each in ipairs(wanted) do
    if each == value then return true end
  end
  return false
end

local function any_window(keys, indicator)
  if keys.window == nil then return true end
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    local value = written(indicator, name)
    if value ~= nil and one_of(keys.window, value) then return true end
  end
  return false
end

local function indicator_matches(keys, indicator, ticker)
  return one_of(keys.indicator, written(indicator, "fn")) and one_of(keys.ticker, ticker)
    and any_window(keys, indicator)
end

local function asks_indicator(keys)
  return keys.indicator ~= nil or keys.window ~= nil or keys.ticker ~= nil
end

-- One thing that a selection may match: its kind, its id and the indicators in it.
local function add_unit(self, unit)
  local keys = self.keys
  if not one_of(keys.kind, unit.kind) and not one_of(keys.kind, unit.alias) then return end
  if not one_of(keys.id, unit.id) then return end
  if (keys.comparator ~= nil or keys.threshold ~= nil) and unit.kind ~= "condition" then return end
  if keys.comparator ~= nil and not one_of(keys.comparator, written(unit.at, "comparator")) then
    return
  end
  if keys.threshold ~= nil then
    local threshold = written(unit.at, "threshold")
    if threshold == nil or not one_of(keys.threshold, threshold) then return end
  end
  local matched = {}
  for side, indicator in pairs(unit.indicators) do
    if indicator_matches(keys, indicator, written(indicator, "ticker")) then
      matched[side] = indicator
    end
  end
  if asks_indicator(keys) and next(matched) == nil then
    local plain_asset = unit.kind == "asset" and keys.indicator == nil and keys.window == nil
      and one_of(keys.ticker, written(unit.at, "ticker"))
    if not plain_asset then return end
  end
  self.units[#self.units + 1] = { kind = unit.kind, at = unit.at, matched = matched,
    weight = unit.weight, path = tree_of.path_text(unit.path) }
end

local function add_node(self, node, weight, path)
  if node.kind == "if" then
    tree_of.each_comparison(node.condition, function(condition)
      add_unit(self, { kind = "condition", alias = "if", id = condition.id or node.condition.id
        or node.id, at = condition, path = path,
        indicators = { left = condition.left, right = condition.right } })
    end)
  else
    add_unit(self, { kind = node.kind, id = node.id, at = node, weight = weight, path = path,
      indicators = { sort = node.indicator } })
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
    local function walk(node, weight)
      add_node(self, node, weight, path)
      if seen[node] then return end
      seen[node] = true
      for i, child in ipairs(tree_of.children(node)) do
        path[#path + 1] = child
        walk(child, node.mode == "specified" and { at = node.weights, field = i } or nil)
        path[#path] = nil
      end
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

-- Windows that match the keys, or all of an indicator when windows are not asked for.
local function window_places(keys, indicator, add)
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    local value = written(indicator, name)
    if value ~= nil and one_of(keys.window, value) then add(indicator, name) end
  end
end

local places_of = {}

places_of["window"] = function(self, unit, add)
  for _, side in ipairs { "left", "right", "sort" } do
    if unit.matched[side] then window_places(self.keys, unit.matched[side], add) end
  end
  if unit.kind == "inverse_vol" then add(unit.at, "window") end
end

places_of["left.window"] = function(self, unit, add)
  if unit.matched.left then window_places(self.keys, unit.matched.left, add) end
end

places_of["right.window"] = function(self, unit, add)
  if unit.matched.right then window_places(self.keys, unit.matched.right, add) end
end

places_of["indicator"] = function(_, unit, add)
  for _, indicator in pairs(unit.matched) do add(indicator, "fn") end
end

places_of["ticker"] = function(_, unit, add)
  if unit.kind == "asset" then add(unit.at, "ticker") end
  for _, indicator in pairs(unit.matched) do
    if indicator.ticker ~= nil then add(indicator, "ticker") end
  end
end

places_of["threshold"] = function(_, unit, add)
  if unit.kind == "condition" and unit.at.threshold ~= nil then add(unit.at, "threshold") end
end

places_of["comparator"] = function(_, unit, add)
  if unit.kind == "condition" then add(unit.at, "comparator") end
end

places_of["n"] = function(_, unit, add)
  if unit.kind == "filter" then add(unit.at, "count") end
end

places_of["weight"] = function(_, unit, add)
  if unit.weight then add(unit.weight.at, unit.weight.field) end
end

--- The places of a field in what was selected: { { at =, field =, path = }, ... }.
function Selection:places(field)
  if not places_of[field] then
    local near = nearest(tostring(field), FIELDS)
    failure.fail("STRATEGY", "unknown field '%s'%s; known are %s", tostring(field),
      near and (", did you mean '%s'?"):format(near) or "", table.concat(FIELDS, ", "))
  end
  local places, seen = {}, {}
  for _, unit in ipairs(self.units) do
    places_of[field](self, unit, function(at, name)
      seen[at] = seen[at] or {}
      if not seen[at][name] then
        seen[at][name] = true
        places[#places + 1] = { at = at, field = name, path = unit.path }
      end
    end)
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

local function bind(self, field, name, default, values, make_map)
  local param = declare(self.strategy, name, default, values)
  local places = self:places(field)
  for _, place in ipairs(places) do
    local value = place.at[place.field]
    if param_of.is_bound(value) then
      failure.fail("STRATEGY", "at %s: the %s depends on the param %s already; a field can depend "
        .. "on one", place.path, field, value.param.name)
    end
    written_values[place.at] = written_values[place.at] or {}
    written_values[place.at][place.field] = value
    place.at[place.field] = param_of.map(param, make_map(value))
  end
  local touched = self.strategy.touched or {}
  self.strategy.touched = touched
  touched[#touched + 1] = { param = name, field = field, places = places }
  return self
end

--- Replaces a field of everything selected by the value of a param.
---@param field string
---@param name string of the param
---@param default number|string
---@param values any[]? what a sweep walks
function Selection:param(field, name, default, values)
  return bind(self, field, name, default, values, function()
    return function(v) return v end
  end)
end

local function number_map(what, apply)
  return function(self, field, name, default, values)
    return bind(self, field, name, default, values, function(value)
      if type(value) ~= "number" then
        failure.fail("STRATEGY", "%s needs a number to start from, and the %s is '%s'", what, field,
          tostring(value))
      end
      return function(v) return apply(value, v) end
    end)
  end
end

--- Adds the value of a param to a field of everything selected.
Selection.shift = number_map("shift", function(value, v) return value + v end)
--- Multiplies a field of everything selected by the value of a param.
Selection.scale = number_map("scale", function(value, v) return value * v end)

return M
