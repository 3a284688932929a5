-- SPDX-License-Identifier: MIT
-- Comparisons of two backtests: where they part, why, and how far they are apart.
local bars_of = require "banyan.diff.bars"
local cause_of = require "banyan.diff.cause"
local engine = require "banyan.ffi"
local failure = require "banyan.failure"
local flipped_of = require "banyan.diff.flipped"
local sessions_of = require "banyan.diff.sessions"
local store_of = require "banyan.store"
local trees_of = require "banyan.diff.trees"

local C = engine.C
local M = {}

---@class banyan.ValueDiff
---@field name string
---@field a any nil where the side does not have it
---@field b any

---@class banyan.Diff
---@field a banyan.DiffSide
---@field b banyan.DiffSide
---@field equal boolean what they hold and earn is the same
---@field sessions banyan.SessionsOfBoth?
---@field weights banyan.WeightsDiff?
---@field equity banyan.EquityDiff?
---@field metrics banyan.ValueDiff[]? those that differ
---@field months banyan.ValueDiff[]?
---@field params banyan.ValueDiff[]
---@field facts banyan.ValueDiff[] dataset, dates and settings that differ
---@field trees banyan.TreeDiff[]?
---@field bars banyan.BarsDiff?
---@field flipped banyan.Flipped|false|nil
---@field first { label: string, day_a: banyan.Day?, day_b: banyan.Day?, a: table[], b: table[] }? the first session
--- on which they want different holdings
---@field causes banyan.DiffCause[]?

local function by_name(list)
  local map, names = {}, {}
  for _, each in ipairs(list or {}) do
    local name = each.name or each.month
    map[name], names[#names + 1] = each.value, name
  end
  return map, names
end

local function is_number(value)
  return type(value) == "number"
end

local function differ(a, b, tolerance)
  if not is_number(a) or not is_number(b) then return a ~= b end
  if a ~= a or b ~= b then return a == a or b == b end
  return a ~= b and math.abs(a - b) > tolerance * math.max(1, math.abs(a), math.abs(b))
end

-- Names and values of two lists that differ, in the order of the first list. Those that only one has count where
-- `all` says so.
local function values_diff(a, b, tolerance, all)
  local of_a, names = by_name(a)
  local of_b, more = by_name(b)
  local found, seen = {}, {}
  for _, list in ipairs { names, more } do
    for _, name in ipairs(list) do
      local both = of_a[name] ~= nil and of_b[name] ~= nil
      if not seen[name] and (both or all) and differ(of_a[name], of_b[name], tolerance) then
        found[#found + 1] = { name = name, a = of_a[name], b = of_b[name] }
      end
      seen[name] = true
    end
  end
  return found
end

local function as_list(map)
  local list = {}
  for name, value in pairs(map or {}) do list[#list + 1] = { name = name, value = value } end
  table.sort(list, function(x, y) return x.name < y.name end)
  return list
end

local EMPTY = {}

-- The first session that differs, with the explanations of those sides that have them.
local function first_session(diff, tolerance)
  local at = diff.weights.first
  local pair = diff.sessions.common[at]
  local function side(of, i)
    return of.explainer and of.explainer:day(i), i and of.targets(i) or EMPTY
  end
  local first = { label = pair.label }
  first.day_a, first.a = side(diff.a, pair.a)
  first.day_b, first.b = side(diff.b, pair.b)
  diff.first = first
  if first.day_a and first.day_b then
    diff.causes = cause_of.find { a = diff.a.explainer, b = diff.b.explainer, common = diff.sessions.common,
      at = at, day_a = first.day_a, day_b = first.day_b, tolerance = tolerance }
  end
end

local function compare_sessions(diff, tolerance)
  local a, b = diff.a, diff.b
  diff.sessions = sessions_of.align(a, b)
  if #diff.sessions.common == 0 then
    failure.fail("DATA", "%s and %s have no session in common: %s to %s, and %s to %s", a.name, b.name, a.labels[1],
      a.labels[#a.labels], b.labels[1], b.labels[#b.labels])
  end
  if a.targets and b.targets then
    diff.weights = sessions_of.weights(a, b, diff.sessions.common, tolerance)
    if diff.weights.first then first_session(diff, tolerance) end
  end
  if a.equity and b.equity then
    diff.equity = sessions_of.equity(a, b, diff.sessions.common, tolerance)
  end
end

-- What of two evaluated sides can differ besides: their trees, their bars.
local function compare_evaluated(diff)
  local a, b = diff.a.explainer, diff.b.explainer
  diff.trees = trees_of.find(a.strategy.root, b.strategy.root)
  local elsewhere = store_of.directory(diff.a.options.data) ~= store_of.directory(diff.b.options.data)
    or a.at.market.dataset ~= b.at.market.dataset
  if elsewhere and a.at.market.timeframe == b.at.market.timeframe then
    diff.bars = bars_of.find(diff.a, diff.b)
    if C.by_plan_hash(a.at.plan) == C.by_plan_hash(b.at.plan) then diff.flipped = flipped_of.first(a, b) end
  end
end

-- A failure where there is nothing that both sides have.
local function check_comparable(a, b)
  if a.targets and b.targets or a.equity and b.equity or a.metrics and b.metrics then return end
  local words = { run = "the metrics of a run", weights = "the weights of a run", equity = "the equity of a run" }
  failure.fail("USAGE", "%s has %s and %s has %s: nothing that both have; give two of a kind, or a strategy", a.name,
    words[a.kind], b.name, words[b.kind])
end

local function is_equal(diff)
  local sessions, weights, equity = diff.sessions, diff.weights, diff.equity
  if sessions and #sessions.only_a + #sessions.only_b > 0 then return false end
  if weights and weights.sessions > 0 or equity and equity.sessions > 0 then return false end
  if sessions then return true end
  if #diff.metrics > 0 or #diff.months > 0 then return false end
  for _, each in ipairs(diff.facts) do
    if each.name == "start" or each.name == "end" or each.name == "days" then return false end
  end
  return true
end

--- Compares two sides. They are equal when they have the same sessions, and want and are worth the same on each;
--- where that is not known, when all metrics are the same.
---@param a banyan.DiffSide
---@param b banyan.DiffSide
---@param tolerance number? see banyan.diff.sessions
---@return banyan.Diff
function M.compare(a, b, tolerance)
  tolerance = tolerance or sessions_of.TOLERANCE
  check_comparable(a, b)
  local diff = { a = a, b = b }
  if a.labels and b.labels then compare_sessions(diff, tolerance) end
  if a.metrics and b.metrics then diff.metrics = values_diff(a.metrics, b.metrics, tolerance) end
  if a.months and b.months then diff.months = values_diff(a.months, b.months, tolerance, true) end
  diff.months = diff.months or {}
  diff.params = a.params and b.params and values_diff(a.params, b.params, 0, true) or {}
  diff.facts = a.facts and b.facts and values_diff(as_list(a.facts), as_list(b.facts), 0, true) or {}
  if a.explainer and b.explainer then compare_evaluated(diff) end
  diff.equal = is_equal(diff)
  return diff
end

return M
