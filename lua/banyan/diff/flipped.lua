-- SPDX-License-Identifier: MIT
-- The first condition that came out otherwise over other bars, wherever in the tree it stands.
local condition_of = require "banyan.explain_condition"
local engine = require "banyan.ffi"
local ffi = require "ffi"
local timeframe = require "banyan.timeframe"
local tree_of = require "banyan.tree"
local trees_of = require "banyan.diff.trees"

local C = engine.C
local M = {}

---@class banyan.Flipped
---@field conditions integer how many distinct ones came out otherwise on some session
---@field sessions integer on how many sessions the first of them did
---@field date string
---@field a banyan.ConditionReason
---@field b banyan.ConditionReason

-- Whether both are sessions of the same times, row by row.
local function same_axis(a, b, last)
  if #a.at.tickers ~= #b.at.tickers then return false end
  for i, ticker in ipairs(a.at.tickers) do
    if ticker ~= b.at.tickers[i] then return false end
  end
  for row = 0, last do
    if a.at.market.panel.time[row] ~= b.at.market.panel.time[row] then return false end
  end
  return true
end

-- All distinct conditions of a tree.
local function conditions_of(root)
  local list, seen = {}, {}
  tree_of.each_node(root, function(node)
    for _, condition in ipairs(tree_of.conditions(node)) do
      tree_of.each_condition(condition, function(at) list[#list + 1] = at end, seen)
    end
  end)
  return list
end

-- The earliest; of those of one session a comparison before what is made of it.
local function is_before(found, condition, best)
  if not best or found.first_row ~= best.found.first_row then
    return not best or found.first_row < best.found.first_row
  end
  return condition.kind == "compare" and best.condition.kind ~= "compare"
end

local function first_of(audit, explainer)
  local best, places = nil, {}
  for _, condition in ipairs(conditions_of(explainer.strategy.root)) do
    local at = explainer.at.emitted.condition_at[condition]
    local found = at and C.by_audit_condition(audit, at)
    if found and found.count > 0 then
      places[at] = true
      if is_before(found, condition, best) then best = { found = found, condition = condition } end
    end
  end
  local count = 0
  for _ in pairs(places) do count = count + 1 end
  return best, count
end

local function date_of(panel, row)
  return timeframe.begin_text(panel.bar_seconds > 0 and panel.bar_seconds or math.huge, tonumber(panel.time[row]))
end

-- What a condition of the tree of `a` was on a row, in the one and the other evaluation.
local function reasons(a, b, condition, row)
  local identity = trees_of.identity()
  local number, twin = identity:of(condition), nil
  for _, each in ipairs(conditions_of(b.strategy.root)) do
    if identity:of(each) == number then twin = each end
  end
  local function read(explainer, at)
    return condition_of.new(explainer.reading.trace, explainer.reading.assignment):read(at, row)
  end
  return read(a, condition), twin and read(b, twin)
end

--- Finds it; nil when all came out the same, and `false` when that cannot be told: the sessions of both are not the
--- same ones.
---@param a banyan.Explainer
---@param b banyan.Explainer of an equal plan
---@return banyan.Flipped|false|nil
function M.first(a, b)
  local trace_a, trace_b = a.reading.trace, b.reading.trace
  local first, last = math.max(trace_a.first, trace_b.first), math.min(trace_a.last, trace_b.last)
  if first > last or not same_axis(a, b, last) then return false end
  local audit = engine.make("by_audit", C.by_audit_free, C.by_audit_new, a.at.plan)
  C.by_audit_compare(audit, trace_a.c, trace_b.c, 0, ffi.new("by_range", first, last), 0)
  local best, count = first_of(audit, a)
  engine.close(audit, C.by_audit_free)
  if not best then return nil end
  local found = { conditions = count, sessions = best.found.count,
    date = date_of(a.at.market.panel, best.found.first_row) }
  found.a, found.b = reasons(a, b, best.condition, best.found.first_row)
  return found.b and found or false
end

return M
