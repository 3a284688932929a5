-- SPDX-License-Identifier: MIT
-- Explanations as people read them.
local lists = require "banyan.lists"
local print_ = require "banyan.print"
local why_text = require "banyan.explain_text_why"

local M = {}

local function weights_by_ticker(list)
  local weights = {}
  for _, each in ipairs(list) do weights[each.ticker] = each.weight end
  return weights
end

-- Tickers of several lists, in rising order of their symbols.
local function tickers_of(...)
  local symbols, names = {}, {}
  for _, list in ipairs { ... } do
    for _, each in ipairs(list) do
      if not names[each.symbol] then
        names[each.symbol] = each.ticker
        symbols[#symbols + 1] = each.symbol
      end
    end
  end
  table.sort(symbols)
  local tickers = {}
  for i, symbol in ipairs(symbols) do tickers[i] = names[symbol] end
  return tickers
end

local function cell(weight)
  return weight and print_.percent(weight, 2) or ""
end

local function holding_lines(day)
  local before, targets, after = weights_by_ticker(day.before), weights_by_ticker(day.targets),
    weights_by_ticker(day.held)
  local rows = { { "holdings", "before", "target", "after" } }
  for _, ticker in ipairs(tickers_of(day.before, day.targets, day.held)) do
    rows[#rows + 1] = { "  " .. ticker, cell(before[ticker]), cell(targets[ticker]), cell(after[ticker]) }
  end
  if #rows == 1 then return { "holdings: none" } end
  return print_.columns(rows, "lrrr")
end

local function trade_line(day)
  local trade = day.trade
  if day.equity == 0 then return "all is lost: nothing is held or traded any more" end
  if not trade then return "not traded on this session" end
  if trade.turnover == 0 then return "on target: nothing to trade" end
  local cost = (1 - trade.keep) * trade.value
  local text = ("traded %s of %s"):format(print_.percent(trade.turnover, 2), print_.thousands(trade.value, 2))
  if trade.decided ~= day.date then text = text .. (" at the open, as decided on %s"):format(trade.decided) end
  if cost == 0 then return text .. ", free of cost" end
  text = ("%s; costs %s"):format(text, print_.thousands(cost, 2))
  if trade.money ~= 0 then
    text = ("%s: slippage %s, commissions and fees %s"):format(text, print_.thousands(trade.slippage, 2),
      print_.thousands(trade.money, 2))
  end
  return text
end

local function leg_lines(leg, alone)
  local rows = { { alone and "  ticker" or "  " .. leg.name, "weight", "return", "contribution" } }
  for _, each in ipairs(leg.holdings) do
    rows[#rows + 1] = { "  " .. each.ticker, print_.percent(each.weight, 2),
      print_.change(each.change, 2), print_.change(each.contribution, 2) }
  end
  if leg.interest ~= 0 then
    rows[#rows + 1] = { "  interest", "", "", print_.change(leg.interest, 3) }
  end
  return #rows > 1 and print_.columns(rows, "lrrr") or {}
end

local function next_lines(day)
  local step = day.next
  if not step then return { day.equity > 0 and "there is no next session" or "equity stays 0" } end
  local lines = { ("to %s: %s, equity %s to %s"):format(step.date,
    print_.change(step.factor - 1, 2), print_.thousands(day.equity, 2),
    print_.thousands(step.equity, 2)) }
  for _, leg in ipairs(step.legs) do lists.append(lines, leg_lines(leg, #step.legs == 1)) end
  if step.keep ~= 1 then
    lines[#lines + 1] = ("  growth %s, costs of the trade on that session %s"):format(
      print_.change(step.growth - 1, 2), print_.percent(1 - step.keep, 3))
  end
  return lines
end

--- A session's explanation.
---@param day banyan.Day
---@return string[] lines
function M.lines(day)
  local lines = why_text.lines(day.nodes)
  lines[#lines + 1] = ""
  lists.append(lines, holding_lines(day))
  lists.append(lines, print_.wrap(trade_line(day), 80))
  lines[#lines + 1] = ""
  lists.append(lines, next_lines(day))
  return lines
end

local function number(value)
  return value == value and ("%.6g"):format(value + 0) or "no value" -- and no -0
end

local function failure_text(failed)
  if failed.kind == "condition" then
    return ("%s must %shold: %s against %s, off by %s (%s)"):format(failed.text, failed.wanted and "" or "not ",
      number(failed.left), number(failed.right), number(math.abs(failed.margin)),
      print_.percent(failed.relative, 1))
  elseif failed.kind == "choice" then
    return ("the param %s must be %s, not %s"):format(failed.param, tostring(failed.wanted), tostring(failed.is))
  elseif failed.dropped then
    return ("%s: %s has %s"):format(failed.node, failed.name,
      failed.dropped == "twice" and "an earlier place in it" or failed.dropped)
  end
  return ("%s %d by %s: %s is number %d of %d with %s; the last one taken has %s, off by %s (%s)"):format(
    failed.bottom and "bottom" or "top", failed.count, failed.indicator, failed.name, failed.rank, failed.of,
    number(failed.value), number(failed.cut), number(failed.lacks), print_.percent(failed.relative, 1))
end

--- Why a ticker is not held.
---@param day banyan.Day
---@param why banyan.WhyNot
---@return string[] lines
function M.why_not_lines(day, why)
  local share = weights_by_ticker(day.targets)[why.ticker]
  local lines = {}
  if why.distance.count == 0 then
    lines[1] = ("%s is wanted on %s: %s of the whole, by"):format(why.ticker, day.date, cell(share or 0))
  else
    lines[1] = ("%s is %s on %s; on the nearest way to it %s:"):format(why.ticker,
      share and "wanted on another way" or "not wanted", day.date,
      why.distance.count == 1 and "one thing is otherwise"
        or print_.thousands(why.distance.count) .. " things are otherwise")
  end
  lines[#lines + 1] = "  " .. why.path
  for _, failed in ipairs(why.distance.failures) do lines[#lines + 1] = "  - " .. failure_text(failed) end
  return lines
end

return M
