-- SPDX-License-Identifier: MIT
-- QuantMage's spells -> our tree. An incantation that is null holds nothing: between weights it is
-- left out, elsewhere it is void, so that its share goes to its siblings.
jit.off(true, true) -- see walk.lua
local condition = require "banyan.import.quantmage_condition"
local json = require "banyan.json"
local names_of = require "banyan.import.quantmage_terms"
local object = require "banyan.import.object"
local settled = require "banyan.import.settled"
local terms = require "banyan.import.terms"
local text_of = require "banyan.text"
local walk = require "banyan.import.walk"

local field = object.field

local SLIPPAGE_BPS_MAX = 5000 -- half of what is traded, as engine/tree.h

local M = {}

local format = {}

function format.label(source)
  if type(source) ~= "table" then return "?" end
  if field(source, "incantation") then return "root" end
  local kind = field(source, "incantation_type") or field(source, "condition_type")
  return object.text(source, "name") or type(kind) == "string" and kind or "?"
end

-- Spells have no ids.
function format.id()
  return nil
end

function format.place()
  return nil
end

-- Incantations of a list that are not null, with their positions.
local function members_of(w, frame, source)
  local members = {}
  for i, item in ipairs(object.list(w, frame, source, "incantations")) do
    if item ~= json.null then members[#members + 1] = { source = item, position = i } end
  end
  return members
end

-- Has the members converted into node.children; a node without any is void.
local function gather(w, frame, members, node)
  if #members == 0 then return { kind = "void" } end
  local level = frame.level + 1
  w:count(frame, level, #members)
  node.children = {}
  for i = 1, #members do node.children[i] = false end
  for i = #members, 1, -1 do
    w:push(frame, members[i].source, node.children, i, level, members[i].position)
  end
  return node
end

local function branch(w, frame, source, node, key, position, level)
  level = level or frame.level + 1
  w:count(frame, level)
  w:push(frame, source == nil and json.null or source, node, key, level, position)
end

-- The first `count` of the list `weights`: numbers from 0 on, and their sum.
local function weights_of(w, frame, source, count)
  local list, weights, sum = object.list(w, frame, source, "weights"), {}, 0
  if #list < count then
    w:fail(frame, "it has %d weights and needs %d; give each its weight", #list, count)
  end
  for i = 1, count do
    local weight = terms.number(list[i])
    if not weight or weight < 0 then
      w:fail(frame, "weight %d is '%s'; it must be a number from 0 on", i, text_of.shown(list[i]))
    end
    weights[i], sum = weight, sum + weight
  end
  if not text_of.is_finite(sum) then w:fail(frame, "its weights are too large") end
  return weights, sum
end

-- The weights of the members, as fractions; nil when they are all 0.
local function shares_of(w, frame, source, members)
  local last = members[#members]
  local weights = weights_of(w, frame, source, last and last.position or 0)
  local shares, sum = {}, 0
  for i, member in ipairs(members) do
    shares[i] = weights[member.position]
    sum = sum + shares[i]
  end
  if sum == 0 then return nil end
  for i = 1, #shares do shares[i] = shares[i] / sum end
  return shares
end

local function volatility_window(w, frame, source)
  local bars, reason = terms.window(field(source, "inverse_volatility_window"),
    "inverse_volatility_window")
  return bars or w:fail(frame, reason)
end

local function unknown_weighting(w, frame, key, value)
  w:fail(frame, "%s is '%s'; it must be Equal, Custom or InverseVolatility", key,
    text_of.shown(value))
end

local converters = {}

function converters.Ticker(w, frame, source)
  local symbol = field(source, "symbol")
  if names_of.subspell(symbol) then
    w:fail(frame, "a sub-spell can be measured, but not held; name a ticker")
  end
  local ticker, reason = names_of.ticker(symbol)
  if not ticker then w:fail(frame, reason) end
  return { kind = "asset", ticker = ticker }
end

function converters.Weighted(w, frame, source)
  local kind = field(source, "type")
  local members = members_of(w, frame, source)
  if kind == "Equal" then
    return gather(w, frame, members, { kind = "weighted", mode = "equal" })
  elseif kind == "InverseVolatility" then
    local bars = volatility_window(w, frame, source)
    return gather(w, frame, members, { kind = "inverse_vol", window = bars })
  elseif kind ~= "Custom" then
    unknown_weighting(w, frame, "type", kind)
  end
  local shares = shares_of(w, frame, source, members)
  return gather(w, frame, shares and members or {},
    { kind = "weighted", mode = "specified", weights = shares })
end

function converters.Filtered(w, frame, source)
  local indicator, reason = names_of.indicator(field(source, "sort_indicator"))
  if not indicator then w:fail(frame, "sort_indicator: %s", reason) end
  local count, bottom = terms.whole(field(source, "count"), terms.SELECT_MAX), field(source, "bottom")
  if not count then
    w:fail(frame, "count is '%s'; it must be a whole number from 1 to %d",
      text_of.shown(field(source, "count")), terms.SELECT_MAX)
  elseif type(bottom) ~= "boolean" then
    w:fail(frame, "bottom is '%s'; it must be true or false", text_of.shown(bottom))
  end
  local members = members_of(w, frame, source)
  local node = { kind = "filter", indicator = indicator, bottom = bottom, count = count }
  local kind = field(source, "weight_type")
  if kind == "Custom" then
    local weights, sum = weights_of(w, frame, source, math.min(count, #members))
    if sum == 0 then return { kind = "void" } end
    for i = 1, #weights do weights[i] = weights[i] / sum end
    node.weighting, node.weights = "rank", weights
  elseif kind == "InverseVolatility" then
    node.weighting, node.window = "inverse_vol", volatility_window(w, frame, source)
  elseif kind ~= "Equal" then
    unknown_weighting(w, frame, "weight_type", kind)
  end
  return gather(w, frame, members, node)
end

function converters.IfElse(w, frame, source)
  local node = { kind = "if" }
  node.condition = condition.of(w, frame, field(source, "condition"), nil,
    { node = node, keys = { ["then"] = "yes", ["else"] = "no" } })
  branch(w, frame, field(source, "else_incantation"), node, "no", "else")
  branch(w, frame, field(source, "then_incantation"), node, "yes", "then")
  return node
end

-- incantations[1] is for all conditions, the last one for none. One that is not set stands for
-- the next one below it.
function converters.Switch(w, frame, source)
  local conditions = object.list(w, frame, source, "conditions")
  local cases = object.list(w, frame, source, "incantations")
  local count = #conditions
  if count == 0 then w:fail(frame, "it has no conditions; give it one, or remove it") end
  if #cases ~= count + 1 then
    w:fail(frame, "it has %d conditions and %d incantations; it needs one incantation more than "
      .. "conditions", count, #cases)
  end
  local node = { kind = "switch", conditions = {}, cases = {} }
  for i, item in ipairs(conditions) do
    node.conditions[i] = condition.of(w, frame, item, i, { node = node, keys = {} })
  end
  for held = 0, count do
    local position = count + 1 - held
    node.cases[held + 1] = false
    if held == 0 or cases[position] ~= json.null then
      branch(w, frame, cases[position], node.cases, held + 1, position, frame.level + count)
    end
  end
  w:after(function()
    for i = 2, count + 1 do node.cases[i] = node.cases[i] or node.cases[i - 1] end
  end)
  return node
end

function converters.Mixed(w, frame, source)
  local from, to = terms.number(field(source, "from_value")), terms.number(field(source, "to_value"))
  if not from or not to then
    w:fail(frame, "from_value and to_value are '%s' and '%s'; both must be numbers",
      text_of.shown(field(source, "from_value")), text_of.shown(field(source, "to_value")))
  end
  -- QuantMage lets the value fall from one to the other, too.
  local from_key, to_key = "from", "to"
  if from > to then from, to, from_key, to_key = to, from, to_key, from_key end
  local node = { kind = "mixed", low = from, high = to }
  node.indicator = condition.series(w, frame, "indicator", field(source, "indicator"),
    field(source, "ticker_symbol"), { node = node, keys = { from = from_key, to = to_key } })
  branch(w, frame, field(source, "to_incantation"), node, to_key, "to")
  branch(w, frame, field(source, "from_incantation"), node, from_key, "from")
  return node
end

function converters.EnterExit(w, frame, source)
  local node = { kind = "enter_exit" }
  local branches = { node = node, keys = { enter = "inside", exit = "outside" } }
  node.enter = condition.of(w, frame, field(source, "enter_condition"), "enter", branches)
  node.exit = condition.of(w, frame, field(source, "exit_condition"), "exit", branches)
  branch(w, frame, field(source, "exit_incantation"), node, "outside", "exit")
  branch(w, frame, field(source, "enter_incantation"), node, "inside", "enter")
  return node
end

function format.convert(w, frame)
  local source = frame.source
  if source == json.null then return { kind = "void" } end
  if type(source) ~= "table" then
    w:fail(frame, "an incantation must be an object or null, not '%s'", text_of.shown(source))
  end
  local kind = field(source, "incantation_type")
  local converter = type(kind) == "string" and converters[kind]
  if not converter then
    w:fail(frame, "unknown incantation_type '%s'; banyan knows Ticker, Weighted, Filtered, IfElse, "
      .. "Switch, Mixed and EnterExit", text_of.shown(kind))
  end
  return w:named(frame, kind ~= "Ticker" and object.text(source, "name") or nil, converter)
end

local rebalances = {
  Daily = "daily", Weekly = "weekly_last", Monthly = "monthly_last", Quarterly = "quarterly_last",
  Yearly = "yearly_last", Threshold = "none",
}

local function trading(w, frame, source)
  local kind = field(source, "trading_type")
  local rebalance = type(kind) == "string" and rebalances[kind]
  if not rebalance then
    w:fail(frame, "trading_type is '%s'; it must be Daily, Weekly, Monthly, Quarterly, Yearly or "
      .. "Threshold", text_of.shown(kind))
  end
  if kind ~= "Threshold" then return rebalance, nil end
  local percent = terms.number(field(source, "threshold"))
  if not percent or percent < 0 or percent > 100 then
    w:fail(frame, "threshold is '%s'; it must be a number of percent from 0 to 100",
      text_of.shown(field(source, "threshold")))
  end
  return rebalance, percent / 100
end

local function costs_of(w, frame, source)
  local value = field(source, "slippage_bps")
  local bps = value == nil and 0 or terms.number(value)
  if not bps or bps < 0 or bps > SLIPPAGE_BPS_MAX then
    w:fail(frame, "slippage_bps is '%s'; it must be a number from 0 to %d", text_of.shown(value),
      SLIPPAGE_BPS_MAX)
  end
  return bps > 0 and { slippage = bps / 10000 } or nil
end

--- Whether JSON looks like a spell.
---@param value any as json.decode gives it
function M.recognises(value)
  return type(value) == "table" and type(value.incantation) == "table"
end

--- Converts a spell.
---@param value table as json.decode gives it
---@param name string of the file, for messages
---@return table strategy
function M.convert(value, name)
  local w = walk.new(name, format)
  local frame = { source = value, level = 0 }
  local rebalance, corridor = trading(w, frame, value)
  return {
    name = object.text(value, "name") or "",
    description = object.text(value, "description") or "",
    rebalance = rebalance,
    corridor = corridor,
    costs = costs_of(w, frame, value),
    options = { ddof = 0, empty_filter = "rest" },
    root = settled(w:run(frame, { value.incantation })),
  }
end

return M
