-- SPDX-License-Identifier: MIT
-- Explanations for programs: schema banyan.explain/1. Nodes are a list, the root first, and refer to each
-- other by position from 1.
local json = require "banyan.json"

local M = {}

local function map(list, f)
  local made = {}
  for i, each in ipairs(list) do made[i] = f(each) end
  return json.array(made)
end

-- An object of those members that have a value.
local function object(members)
  local made = {}
  for _, member in ipairs(members) do
    if member[2] ~= nil then made[#made + 1] = member end
  end
  return json.object(made)
end

local reason_object

local function day_object(day)
  return object { { "date", day.date }, { "holds", day.holds }, { "left", day.left },
    { "right", day.right }, { "margin", day.margin }, { "relative", day.relative },
    { "bars", day.bars and day.bars[1] and map(day.bars, function(bar) return bar end) },
    { "count", day.count }, { "parts", day.parts and map(day.parts, reason_object) } }
end

function reason_object(reason)
  return object { { "kind", reason.kind }, { "text", reason.text }, { "left_text", reason.left_text },
    { "sign", reason.sign }, { "right_text", reason.right_text }, { "needed", reason.needed },
    { "for_days", reason.for_days }, { "days_ago", reason.days_ago }, { "holds", reason.holds },
    { "days", map(reason.days, day_object) } }
end

local function ranking_members(ranking)
  local taken = {}
  for _, each in ipairs(ranking.taken) do taken[each] = true end
  return object { { "indicator", ranking.indicator }, { "bottom", ranking.bottom },
    { "count", ranking.count }, { "weighting", ranking.weighting }, { "volatility", ranking.volatility },
    { "children", map(ranking.children, function(each)
      return object { { "child", each.child }, { "name", each.name }, { "value", each.value },
        { "volatility", each.volatility }, { "rank", each.rank }, { "dropped", each.dropped },
        { "weight", taken[each] and each.weight or 0 } }
    end) } }
end

--- A condition, and a ranking, for programs.
M.reason, M.ranking = reason_object, ranking_members

local function node_object(node)
  return object { { "kind", node.kind }, { "name", node.name }, { "id", node.id }, { "share", node.share },
    { "ticker", node.ticker }, { "mode", node.mode },
    { "condition", node.condition and reason_object(node.condition) },
    { "conditions", node.conditions and map(node.conditions, reason_object) }, { "count", node.count },
    { "inside", node.inside }, { "since", node.since },
    { "enter", node.enter and reason_object(node.enter) },
    { "exit", node.exit and reason_object(node.exit) },
    { "param", node.param }, { "value", node.value }, { "indicator", node.indicator },
    { "low", node.low }, { "high", node.high }, { "mixed_share", node.mixed_share },
    { "ranking", node.ranking and ranking_members(node.ranking) },
    { "parts", map(node.parts, function(part)
      return object { { "node", part.node }, { "weight", part.weight }, { "name", part.name } }
    end) } }
end

local function weights(list)
  return map(list, function(each)
    return object { { "ticker", each.ticker }, { "weight", each.weight } }
  end)
end

local function trade_object(trade)
  return object { { "decided", trade.decided }, { "value", trade.value }, { "turnover", trade.turnover },
    { "slippage", trade.slippage }, { "money", trade.money }, { "keep", trade.keep },
    { "orders", map(trade.orders, function(order)
      return object { { "ticker", order.ticker }, { "from", order.actual }, { "wanted", order.wanted },
        { "to", order.target }, { "price", order.price }, { "shares", order.shares },
        { "commission", order.commission }, { "fees", order.fees } }
    end) } }
end

local function step_object(step)
  return object { { "date", step.date }, { "growth", step.growth }, { "keep", step.keep },
    { "factor", step.factor }, { "return", step.factor - 1 }, { "equity", step.equity },
    { "legs", map(step.legs, function(leg)
      return object { { "name", leg.name }, { "growth", leg.growth }, { "interest", leg.interest },
        { "holdings", map(leg.holdings, function(each)
          return object { { "ticker", each.ticker }, { "weight", each.weight }, { "return", each.change },
            { "contribution", each.contribution } }
        end) } }
    end) } }
end

local function failure_object(failed)
  local names = { "kind", "text", "wanted", "date", "left", "right", "margin", "node", "name", "indicator",
    "bottom", "count", "of", "rank", "value", "cut", "lacks", "dropped", "param", "is", "relative" }
  local members = {}
  for i, name in ipairs(names) do members[i] = { name, failed[name] } end
  return object(members)
end

local function why_not_object(why)
  return object { { "ticker", why.ticker }, { "failed", why.distance.count },
    { "distance", why.distance.sum }, { "steps", map(why.steps, function(step)
      return object { { "kind", step.kind }, { "name", step.name }, { "id", step.id },
        { "failures", map(step.failures, failure_object) } }
    end) } }
end

--- A session's explanation as a value for banyan.json.
---@param day banyan.Day
---@param why_not banyan.WhyNot?
---@param about table[] { name, value } of the run, in front
function M.object(day, why_not, about)
  local members = { { "schema", "banyan.explain/1" } }
  for _, each in ipairs(about) do members[#members + 1] = each end
  for _, each in ipairs { { "date", day.date }, { "session", day.session }, { "equity", day.equity },
    { "traded", day.traded }, { "nodes", map(day.nodes, node_object) }, { "before", weights(day.before) },
    { "targets", weights(day.targets) }, { "held", weights(day.held) },
    { "trade", day.trade and trade_object(day.trade) }, { "next", day.next and step_object(day.next) },
    { "why_not", why_not and why_not_object(why_not) } } do
    members[#members + 1] = each
  end
  return object(members)
end

return M
