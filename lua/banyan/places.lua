-- SPDX-License-Identifier: MIT
-- Fields that a selection can bind to a param: where they stand in what it matched.
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"
local tree_of = require "banyan.tree"

local M = {}

---@class banyan.Place
---@field at table
---@field field string|integer
---@field usual any the value that stands for none
---@field path table[] nodes from the root down to it

-- The value of a field as its author wrote it, whatever it is bound to by now.
local written_values = setmetatable({}, { __mode = "k" }) -- table -> field -> value

--- The value of a field as its author wrote it.
---@param at table
---@param field string|integer
function M.written(at, field)
  local known = written_values[at]
  if known and known[field] ~= nil then return known[field] end
  return at[field]
end

--- Keeps what a field was before it is bound.
function M.keep_written(at, field, value)
  written_values[at] = written_values[at] or {}
  written_values[at][field] = value
end

-- Fields of series by their name: each adds its places in one series. `wanted` says which windows.
local of_series = {}

function of_series.window(series, add, wanted)
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    local value = M.written(series, name)
    if value ~= nil and (not wanted or wanted(value)) then add(series, name) end
  end
end

function of_series.number(series, add)
  for _, name in ipairs(tree_of.NUMBER_NAMES) do
    if series[name] ~= nil then add(series, name) end
  end
end

function of_series.indicator(series, add) add(series, "fn") end

function of_series.ticker(series, add)
  if series.ticker ~= nil then add(series, "ticker") end
end

function of_series.factor(series, add) add(series, "factor", 1) end

function of_series.offset(series, add) add(series, "offset", 0) end

function of_series.days_ago(series, add) add(series, "days_ago", 0) end

for _, name in ipairs(tree_of.OPTION_NAMES) do
  of_series[name] = function(series, add)
    local known = tree_of.INDICATORS[M.written(series, "fn")]
    for _, option in ipairs(known and known.options or {}) do
      if option.name == name then add(series, name) end
    end
  end
end

-- Fields of nodes and conditions: the kinds that have it, its name in their table, and what stands for
-- none.
local CONDITIONS = { condition = true, all = true, any = true, none = true, at_least = true }
local of_unit = {
  ticker = { kinds = { asset = true }, name = "ticker" },
  n = { kinds = { filter = true, at_least = true }, name = "count" },
  low = { kinds = { mixed = true }, name = "low" },
  high = { kinds = { mixed = true }, name = "high" },
  comparator = { kinds = { condition = true }, name = "comparator" },
  ["volatility.window"] = { kinds = { filter = true, inverse_vol = true }, name = "window" },
  for_days = { kinds = CONDITIONS, name = "for_days", usual = 1 },
  days_ago = { kinds = CONDITIONS, name = "days_ago", usual = 0 },
}

local function add_own(unit, field, add)
  local own = of_unit[field]
  if not own or not own.kinds[unit.kind] then return end
  if own.usual ~= nil or unit.at[own.name] ~= nil then add(unit.at, own.name, own.usual) end
end

local fields = {}

for name in pairs(of_series) do
  fields[name] = function(unit, add, wanted)
    add_own(unit, name, add)
    if name == "days_ago" and CONDITIONS[unit.kind] then return end -- the condition's own
    for _, each in ipairs(unit.matched) do of_series[name](each.series, add, wanted) end
  end
  for _, side in ipairs { "left", "right" } do
    fields[side .. "." .. name] = function(unit, add, wanted)
      for _, each in ipairs(unit.matched) do
        if each.side == side then of_series[name](each.series, add, wanted) end
      end
    end
  end
end

for name in pairs(of_unit) do
  fields[name] = fields[name] or function(unit, add) add_own(unit, name, add) end
end

local series_windows = fields.window

fields.window = function(unit, add, wanted)
  series_windows(unit, add, wanted)
  if unit.kind == "inverse_vol" then add(unit.at, "window") end
end

fields.threshold = function(unit, add)
  if unit.kind == "condition" and unit.at.threshold ~= nil then add(unit.at, "threshold") end
end

fields.weight = function(unit, add)
  if unit.weight then add(unit.weight.at, unit.weight.field) end
end

-- The weight of a rank, in rankings that weigh by it.
local function rank_weight(rank)
  return function(unit, add)
    local weights = unit.kind == "filter" and unit.at.weighting == "rank" and unit.at.weights
    if weights and weights[rank] ~= nil then add(weights, rank) end
  end
end

--- Names of all fields.
---@type string[]
M.FIELDS = { "weights.1" }
for name in pairs(fields) do M.FIELDS[#M.FIELDS + 1] = name end
table.sort(M.FIELDS)

--- What adds the places of a field in a unit: f(unit, add(at, name, usual), wanted(window)?).
---@param field string
---@return fun(unit: banyan.Unit, add: function, wanted: function?)
function M.find(field)
  if fields[field] then return fields[field] end
  local rank = tostring(field):match "^weights%.([1-9]%d?%d?)$"
  if rank then return rank_weight(tonumber(rank)) end
  local near = nearest(tostring(field), M.FIELDS)
  return failure.fail("STRATEGY", "unknown field '%s'%s; known are %s", tostring(field),
    near and (", did you mean '%s'?"):format(near) or "", table.concat(M.FIELDS, ", "))
end

return M
