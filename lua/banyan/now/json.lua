-- SPDX-License-Identifier: MIT
-- What a strategy holds now, for programs: schema banyan.now/1.
local json = require "banyan.json"
local flips_of = require "banyan.now.flips"

local M = {}

local function holdings(list)
  local made = {}
  for i, each in ipairs(list) do
    made[i] = json.object { { "ticker", each.ticker }, { "weight", each.weight } }
  end
  return json.array(made)
end

local function flip_object(flip)
  if not flip then return json.null end
  local members = { { "price", flip.price }, { "distance", flip.distance }, { "ticks", flip.ticks },
    { "left", flip.at.left }, { "right", flip.at.right }, { "changes", flip.changes },
    { "holdings", holdings(flip.holdings) } }
  if flip.at.taken then table.insert(members, 4, { "taken", json.array(flip.at.taken) }) end
  return json.object(members)
end

local function ticker_objects(flips)
  local made = {}
  for i, each in ipairs(flips) do
    made[i] = json.object { { "ticker", each.ticker }, { "close", each.close }, { "tick", 1 / each.scale },
      { "up", flip_object(each.up) }, { "down", flip_object(each.down) } }
  end
  return json.array(made)
end

local function condition_objects(conditions)
  local made = {}
  for i, each in ipairs(conditions) do
    local reason, day = each.reason, each.reason.days[1]
    made[i] = json.object { { "text", reason.text }, { "left_text", reason.left_text }, { "sign", reason.sign },
      { "right_text", reason.right_text }, { "holds", reason.holds }, { "date", day.date }, { "left", day.left },
      { "right", day.right }, { "margin", day.margin }, { "nearest", each.nearest }, { "why_never", each.why },
      { "tickers", ticker_objects(each.flips) } }
  end
  return json.array(made)
end

local function ranking_objects(rankings)
  local made = {}
  for i, each in ipairs(rankings) do
    local ranking, taken = each.node.ranking, {}
    for k, child in ipairs(ranking.taken) do taken[k] = child.name end
    made[i] = json.object { { "name", each.node.name }, { "indicator", ranking.indicator },
      { "bottom", ranking.bottom }, { "count", ranking.count }, { "taken", json.array(taken) },
      { "nearest", each.nearest }, { "tickers", ticker_objects(each.flips) } }
  end
  return json.array(made)
end

local function price_objects(prices)
  local made = {}
  for ticker, close in pairs(prices) do made[ticker] = close end
  return next(made) and made or json.object {}
end

--- All of it as a value for banyan.json.
---@param now banyan.Now
function M.object(now)
  local about = now.about
  return json.object { { "schema", "banyan.now/1" }, { "strategy", about.strategy }, { "dataset", about.dataset },
    { "simulated", about.simulated }, { "params", json.named(about.params) }, { "date", now.date },
    { "session", now.day.session }, { "warnings", json.array(now.warnings) }, { "held", holdings(now.day.held) },
    { "targets", holdings(now.day.targets) }, { "closes", price_objects(now.prices) },
    { "range", json.object { { "lowest", 1 / flips_of.RANGE }, { "highest", flips_of.RANGE } } },
    { "conditions", condition_objects(now.conditions) }, { "rankings", ranking_objects(now.rankings) } }
end

return M
