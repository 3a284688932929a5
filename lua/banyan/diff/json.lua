-- SPDX-License-Identifier: MIT
-- Comparisons for programs: schema banyan.diff/1.
local explain_json = require "banyan.explain_json"
local json = require "banyan.json"
local sessions_of = require "banyan.diff.sessions"

local M = {}

local LIST_MAX = 1000

-- At most so many of a list, each made by f.
local function map(list, f)
  local made = {}
  for i = 1, math.min(#list, LIST_MAX) do made[i] = f(list[i]) end
  return json.array(made)
end

local function values(list)
  return map(list, function(each)
    return json.object { { "name", each.name }, { "a", each.a }, { "b", each.b } }
  end)
end

local function side_object(side)
  return json.object { { "name", side.name }, { "kind", side.kind }, { "strategy", side.title },
    { "first", side.labels and side.labels[1] }, { "last", side.labels and side.labels[#side.labels] } }
end

local function span(labels)
  return json.object { { "count", #labels }, { "first", labels[1] }, { "last", labels[#labels] } }
end

local function sessions_object(sessions)
  local common = sessions.common
  return json.object { { "common", #common }, { "first", common[1].label }, { "last", common[#common].label },
    { "only_a", span(sessions.only_a) }, { "only_b", span(sessions.only_b) } }
end

local function weights_object(diff)
  local weights = diff.weights
  if not weights then return json.null end
  local most = weights.largest
  return json.object { { "sessions", weights.sessions }, { "first", diff.first and diff.first.label },
    { "largest", most and json.object { { "date", most.label }, { "ticker", most.ticker }, { "a", most.a },
      { "b", most.b } } } }
end

local function point(each)
  return each and json.object { { "date", each.label }, { "a", each.a }, { "b", each.b },
    { "relative", each.relative } }
end

local function equity_object(diff)
  local equity = diff.equity
  if not equity then return json.null end
  return json.object { { "sessions", equity.sessions },
    { "first", equity.first and diff.sessions.common[equity.first].label }, { "scaled", equity.scaled },
    { "largest", point(equity.largest) }, { "last", point(equity.last) } }
end

local function cause_object(cause)
  local a, b = cause.a, cause.b
  if cause.kind == "condition" then
    a, b = explain_json.reason(a), explain_json.reason(b)
  elseif cause.kind == "ranking" then
    a, b = explain_json.ranking(a), explain_json.ranking(b)
  end
  return json.object { { "kind", cause.kind }, { "path", cause.path }, { "date", cause.date },
    { "text", cause.text }, { "a", a }, { "b", b } }
end

local function first_object(diff)
  local first, holdings = diff.first, {}
  if not first then return json.null end
  sessions_of.each_weight(first.a, first.b, function(ticker, a, b)
    holdings[#holdings + 1] = json.object { { "ticker", ticker }, { "a", a }, { "b", b } }
  end)
  return json.object { { "date", first.label }, { "holdings", json.array(holdings) },
    { "causes", diff.causes and map(diff.causes, cause_object) } }
end

local function bars_object(diff)
  local bars = diff.bars
  if not bars then return json.null end
  return json.object { { "count", bars.bars }, { "symbols", json.array(bars.symbols) },
    { "list", map(bars.list, function(each)
      return json.object { { "symbol", each.symbol }, { "date", each.date }, { "field", each.field },
        { "a", each.a }, { "b", each.b } }
    end) } }
end

local function flipped_object(flipped)
  if not flipped then return json.null end
  return json.object { { "date", flipped.date }, { "conditions", flipped.conditions },
    { "sessions", flipped.sessions }, { "a", explain_json.reason(flipped.a) },
    { "b", explain_json.reason(flipped.b) } }
end

--- A comparison as a value for banyan.json.
---@param diff banyan.Diff
function M.object(diff)
  return json.object { { "schema", "banyan.diff/1" }, { "equal", diff.equal }, { "a", side_object(diff.a) },
    { "b", side_object(diff.b) }, { "sessions", diff.sessions and sessions_object(diff.sessions) },
    { "weights", weights_object(diff) }, { "equity", equity_object(diff) }, { "first", first_object(diff) },
    { "bars", bars_object(diff) }, { "flipped", flipped_object(diff.flipped) },
    { "trees", diff.trees and map(diff.trees, function(each)
      return json.object { { "path", each.path }, { "a", each.a }, { "b", each.b } }
    end) }, { "params", values(diff.params) }, { "facts", values(diff.facts) }, { "months", values(diff.months) },
    { "metrics", values(diff.metrics or {}) } }
end

--- A comparison of two stores likewise.
---@param a string name of the one
---@param b string
---@param diff banyan.StoresDiff
function M.store_object(a, b, diff)
  local most = diff.largest
  return json.object { { "schema", "banyan.diff/1" }, { "equal", diff.equal },
    { "a", json.object { { "name", a }, { "kind", "store" }, { "combos", diff.combos_a } } },
    { "b", json.object { { "name", b }, { "kind", "store" }, { "combos", diff.combos_b } } },
    { "identity", values(diff.identity) }, { "settings", values(diff.settings) },
    { "params", map(diff.params, function(each)
      return json.object { { "name", each.name }, { "a", each.a and json.array(each.a) },
        { "b", each.b and json.array(each.b) } }
    end) }, { "common", diff.common }, { "different", diff.different }, { "rank", diff.rank },
    { "largest", most and json.object { { "combo_a", most.a }, { "combo_b", most.b }, { "a", most.from },
      { "b", most.to } } },
    { "only_a", map(diff.only_a, function(each) return each end) },
    { "only_b", map(diff.only_b, function(each) return each end) },
    { "combos", map(diff.list, function(each)
      return json.object { { "combo_a", each.a }, { "combo_b", each.b }, { "params", json.named(each.params) },
        { "metrics", values(each.metrics) } }
    end) } }
end

return M
