-- SPDX-License-Identifier: MIT
-- What a strategy holds now, and what would change that, as people read it.
local flips_of = require "banyan.now.flips"
local lists = require "banyan.lists"
local now_of = require "banyan.now"
local print_ = require "banyan.print"

local M = {}

local HELD_SHOWN = 3
local MOVE_MIN = 0.0005 -- of a weight, to be told

local function weights_of(list)
  local weights = {}
  for _, each in ipairs(list) do weights[each.ticker] = each.weight end
  return weights
end

local function cell(weight)
  return weight and print_.percent(weight, 2) or ""
end

-- A close may have more digits than its tick.
local function price_text(price)
  return ("%.10g"):format(price)
end

local function holding_lines(now)
  local held, targets, prices = weights_of(now.day.held), weights_of(now.day.targets), now.prices
  if not next(prices) then return { "holdings: none" } end
  local same = now_of.same(now.day.held, now.day.targets)
  local rows = { same and { "holdings", "weight", "close" } or { "holdings", "held", "wanted", "close" } }
  for _, ticker in ipairs(lists.sorted_keys(prices)) do
    local row = { "  " .. ticker, cell(held[ticker]), cell(targets[ticker]), price_text(prices[ticker]) }
    if same then table.remove(row, 2) end
    rows[#rows + 1] = row
  end
  return print_.columns(rows, "lrrr")
end

-- Holdings on one line.
local function holdings_text(list)
  if #list == 0 then return "nothing" end
  local order, parts = { unpack(list) }, {}
  table.sort(order, function(a, b)
    if a.weight ~= b.weight then return a.weight > b.weight end
    return a.ticker < b.ticker
  end)
  for i = 1, math.min(#order, HELD_SHOWN) do
    parts[i] = ("%s %s"):format(order[i].ticker, print_.percent(order[i].weight, 1))
  end
  if #order > HELD_SHOWN then parts[#parts + 1] = ("%d more"):format(#order - HELD_SHOWN) end
  return table.concat(parts, ", ")
end

-- Of many holdings those that change most, by how much.
local function changes_text(before, after)
  local moves, parts = {}, {}
  for ticker, weight in pairs(weights_of(before)) do moves[ticker] = -weight end
  for ticker, weight in pairs(weights_of(after)) do moves[ticker] = (moves[ticker] or 0) + weight end
  local order = lists.sorted_keys(moves)
  for i = #order, 1, -1 do
    if math.abs(moves[order[i]]) < MOVE_MIN then table.remove(order, i) end
  end
  table.sort(order, function(a, b)
    local left, right = math.abs(moves[a]), math.abs(moves[b])
    if left ~= right then return left > right end
    return a < b
  end)
  for i = 1, math.min(#order, HELD_SHOWN) do
    local text = print_.percent(moves[order[i]], 1)
    parts[i] = ("%s %s%s"):format(order[i], moves[order[i]] > 0 and "+" or "", text)
  end
  if #order > HELD_SHOWN then parts[#parts + 1] = ("%d more"):format(#order - HELD_SHOWN) end
  return #parts > 0 and table.concat(parts, ", ") or "the same"
end

local function then_text(targets, flip)
  if not flip.changes then return "the same" end
  if #targets <= HELD_SHOWN and #flip.holdings <= HELD_SHOWN then return holdings_text(flip.holdings) end
  return changes_text(targets, flip.holdings)
end

-- What a filter takes, as if it were a condition.
local function ranking_text(ranking)
  local names = {}
  for i, each in ipairs(ranking.taken) do
    if i > HELD_SHOWN then
      names[i] = ("%d more"):format(#ranking.taken - HELD_SHOWN)
      break
    end
    names[i] = each.name
  end
  return ("%s %d of %d by %s takes %s"):format(ranking.bottom and "bottom" or "top", ranking.count,
    #ranking.children, ranking.indicator, table.concat(names, ", "))
end

-- Conditions and filters alike, as { holds, text, flips, why, nearest }.
local function items_of(now)
  local items = {}
  for _, each in ipairs(now.conditions) do
    items[#items + 1] = { holds = each.reason.holds and "yes" or "no", text = each.reason.text, flips = each.flips,
      why = each.why, nearest = each.nearest }
  end
  for _, each in ipairs(now.rankings) do
    items[#items + 1] = { holds = "yes", text = ranking_text(each.node.ranking), flips = each.flips,
      nearest = each.nearest }
  end
  return items
end

local function flip_rows(items, targets)
  local rows = {}
  for _, item in ipairs(items) do
    for _, entry in ipairs(item.flips) do
      for _, flip in ipairs { entry.up or false, entry.down or false } do
        if flip then
          rows[#rows + 1] = { distance = math.abs(flip.distance), order = #rows, row = {
            print_.change(flip.distance, 2), entry.ticker, ("%." .. entry.decimals .. "f"):format(flip.price),
            price_text(entry.close), item.holds, item.text, then_text(targets, flip) } }
        end
      end
    end
  end
  table.sort(rows, function(a, b)
    if a.distance ~= b.distance then return a.distance < b.distance end
    return a.order < b.order
  end)
  return rows
end

local function flip_lines(items, targets)
  local rows = { { "", "ticker", "flips at", "close", "now", "condition", "then wanted" } }
  for i, each in ipairs(flip_rows(items, targets)) do rows[i + 1] = each.row end
  return #rows > 1 and print_.columns(rows, "rlrrlll") or { "no condition flips by one last close" }
end

local function never_text(item)
  if item.why then return item.why end
  local parts = {}
  for i, entry in ipairs(item.flips) do
    parts[i] = ("%s from %s to %s"):format(entry.ticker, price_text(entry.close / flips_of.RANGE),
      price_text(entry.close * flips_of.RANGE))
  end
  return "whatever the close of " .. table.concat(parts, ", or ")
end

local function never_lines(items)
  local rows = {}
  for _, item in ipairs(items) do
    if item.nearest == math.huge then rows[#rows + 1] = { item.holds, item.text, never_text(item) } end
  end
  if #rows == 0 then return {} end
  return lists.append({ "", "never flips, from a tenth of the last close to ten times it:" },
    print_.columns(rows, "lll", "  "))
end

--- The lines behind the head.
---@param now banyan.Now
---@return string[]
function M.lines(now)
  local lines = holding_lines(now)
  lines[#lines + 1] = ""
  local items = items_of(now)
  if #items == 0 then return lists.append(lines, { "no condition on the way to them" }) end
  lists.append(lines, flip_lines(items, now.day.targets))
  return lists.append(lines, never_lines(items))
end

return M
