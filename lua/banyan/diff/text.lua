-- SPDX-License-Identifier: MIT
-- Comparisons of two backtests as people read them.
local lists = require "banyan.lists"
local print_ = require "banyan.print"
local sessions_of = require "banyan.diff.sessions"
local why_text = require "banyan.explain_text_why"

local M = {}

local SHOWN = 10
local WAY_MAX = 40 -- lines of a way that is shown whole

local function number(value)
  return type(value) == "number" and (value == value and ("%.10g"):format(value) or "none")
    or value == nil and "-" or print_.value(value)
end

-- The first few of a list by show(each) -> row, and how many are left.
local function shown_rows(rows, list, show)
  for i = 1, math.min(#list, SHOWN) do rows[#rows + 1] = show(list[i]) end
  return rows, #list > SHOWN and { ("  and %s more"):format(print_.thousands(#list - SHOWN)) } or {}
end

-- Names with the values of both sides.
local function value_lines(title, list, show)
  if #list == 0 then return {} end
  show = show or function(each) return number(each.a), number(each.b) end
  local rows, rest = shown_rows({ { title, "A", "B" } }, list, function(each)
    return { "  " .. each.name, show(each) }
  end)
  return lists.append(print_.columns(rows, "lrr"), rest)
end

-- Sessions ---------------------------------------------------------------------------------------

local function only_text(name, labels)
  if #labels == 0 then return nil end
  return ("only %s has %s: %s"):format(name, print_.count(#labels, "session"),
    #labels == 1 and labels[1] or ("from %s to %s"):format(labels[1], labels[#labels]))
end

local function session_lines(diff)
  local common = diff.sessions.common
  local lines = { ("%s in common, %s to %s"):format(print_.count(#common, "session"), common[1].label,
    common[#common].label) }
  lines[#lines + 1] = only_text("A", diff.sessions.only_a)
  lines[#lines + 1] = only_text("B", diff.sessions.only_b)
  return lines
end

local function weight_lines(weights)
  if weights.sessions == 0 then return { "the same holdings are wanted on each of them" } end
  local most = weights.largest
  return { ("other holdings are wanted on %s; furthest apart is %s on %s: %s and %s"):format(
    print_.count(weights.sessions, "session"), most.ticker, most.label, print_.percent(most.a, 2),
    print_.percent(most.b, 2)) }
end

local function money(equity, value)
  return equity.scaled and ("%.6f"):format(value) or print_.thousands(value, 2)
end

local function equity_lines(diff)
  local equity = diff.equity
  if equity.sessions == 0 then return { "the same equity on each of them" } end
  local most, last = equity.largest, equity.last
  return { ("equity%s differs on %s, first on %s"):format(
      equity.scaled and " (1 on the first session in common)" or "", print_.count(equity.sessions, "session"),
      diff.sessions.common[equity.first].label),
    ("  furthest apart on %s: %s and %s, %s"):format(most.label, money(equity, most.a), money(equity, most.b),
      print_.change(most.relative, 2)),
    ("  in the end: %s and %s, %s"):format(money(equity, last.a), money(equity, last.b),
      print_.change(last.relative, 2)) }
end

-- Causes -----------------------------------------------------------------------------------------

local function ranking_lines(ranking, name)
  local parts = {}
  for i, each in ipairs(ranking.taken) do
    parts[i] = ("%s %s (%s)"):format(each.name, number(each.value or each.volatility),
      print_.percent(each.weight, 1))
  end
  return ("    %s: takes %s by %s"):format(name, #parts > 0 and table.concat(parts, ", ") or "none",
    ranking.indicator or ranking.volatility)
end

local cause_lines = {}

function cause_lines.condition(cause)
  return why_text.condition_lines({ { "A: ", cause.a }, { "B: ", cause.b } }, 2)
end

function cause_lines.ranking(cause)
  return { ranking_lines(cause.a, "A"), ranking_lines(cause.b, "B") }
end

function cause_lines.nodes(cause)
  return { "    A: " .. cause.a, "    B: " .. cause.b }
end

local function valued(cause)
  return { ("    %s: A %s, B %s"):format(cause.text, number(cause.a), number(cause.b)) }
end

cause_lines.value, cause_lines.weights, cause_lines.choice = valued, valued, valued
function cause_lines.ticker(cause) return { ("    A holds %s, B holds %s"):format(cause.a, cause.b) } end

local function causes_lines(diff)
  local lines = {}
  for i, cause in ipairs(diff.causes) do
    if i > SHOWN then
      lines[#lines + 1] = ("  and %d more"):format(#diff.causes - SHOWN)
      break
    end
    lines[#lines + 1] = ("  %s %s%s"):format(i == 1 and "because of" or "and", cause.path,
      cause.date ~= diff.first.label and ", where they parted on " .. cause.date or "")
    lists.append(lines, cause_lines[cause.kind](cause))
  end
  return lines
end

local function way_lines(name, day)
  local lines = { ("  %s, by"):format(name) }
  for i, line in ipairs(why_text.lines(day.nodes)) do
    if i > WAY_MAX then
      lines[#lines + 1] = "    and more; see banyan explain"
      break
    end
    lines[#lines + 1] = "    " .. line
  end
  return lines
end

local function first_lines(diff)
  local first = diff.first
  if not first then return {} end
  local rows, same = { { "  wanted", "A", "B" } }, 0
  sessions_of.each_weight(first.a, first.b, function(ticker, a, b)
    if a == b then
      same = same + 1
    else
      rows[#rows + 1] = { "    " .. ticker, print_.percent(a, 2), print_.percent(b, 2) }
    end
  end)
  local lines = { "", ("the first such session is %s:"):format(first.label) }
  lists.append(lines, print_.columns(rows, "lrr"))
  if same > 0 then lines[#lines + 1] = ("    and %d alike"):format(same) end
  if diff.causes then return lists.append(lines, causes_lines(diff)) end
  if first.day_a then lists.append(lines, way_lines("A", first.day_a)) end
  return first.day_b and lists.append(lines, way_lines("B", first.day_b)) or lines
end

-- Bars and trees ---------------------------------------------------------------------------------

local function bar_row(each)
  return { "  " .. each.symbol, each.date, each.field == "bar" and "close" or each.field, number(each.a),
    number(each.b), each.field == "bar" and (each.a and "B has no such bar" or "A has no such bar") or "" }
end

-- Of facts that differ, those that are settings, by name.
local function settings_of(facts)
  local found = {}
  for _, each in ipairs(facts) do
    if each.name:find "^settings%." then found[each.name] = each end
  end
  return found
end

-- Whether bars are all that differs.
local function bars_alone(diff)
  return #diff.trees == 0 and #diff.params == 0 and #lists.sorted_keys(settings_of(diff.facts)) == 0
end

local function flipped_lines(diff)
  local flipped = diff.flipped
  if flipped == nil then return { "no condition comes out otherwise by that" } end
  if not flipped then return {} end
  return lists.append({ ("the first condition that comes out otherwise by that, on %s%s:"):format(flipped.date,
    flipped.conditions > 1 and (", of %d"):format(flipped.conditions) or "") },
    why_text.condition_lines({ { "A: ", flipped.a }, { "B: ", flipped.b } }, 1))
end

local function bars_lines(diff)
  local bars = diff.bars
  if not bars then return {} end
  if bars.bars == 0 then return { "", "all bars that it reads are the same" } end
  local only = bars_alone(diff) and (bars.bars == 1 and ", the only cause" or ", which alone is the cause") or ""
  local lines = { "", ("%s of %s %s%s:"):format(print_.count(bars.bars, "bar"),
    #bars.symbols == 1 and bars.symbols[1] or print_.count(#bars.symbols, "symbol"),
    bars.bars == 1 and "differs" or "differ", only) }
  local rows, rest = shown_rows({ { "  symbol", "date", "field", "A", "B" } }, bars.list, bar_row)
  lists.append(lines, print_.columns(rows, "lllrrl"))
  lists.append(lines, rest)
  return diff.flipped ~= false and lists.append(lines, flipped_lines(diff)) or lines
end

local function tree_lines(trees)
  if not trees or #trees == 0 then return {} end
  local lines = { "", ("the trees differ in %s:"):format(print_.count(#trees, "place")) }
  for i = 1, math.min(#trees, SHOWN) do
    local each = trees[i]
    lines[#lines + 1] = "  " .. each.path
    lines[#lines + 1] = "    A: " .. (each.a or "nothing there")
    lines[#lines + 1] = "    B: " .. (each.b or "nothing there")
  end
  if #trees > SHOWN then lines[#lines + 1] = ("  and %s more"):format(print_.thousands(#trees - SHOWN)) end
  return lines
end

-- As people expect them, or with more digits where they read the same.
local function metric_texts(each)
  local a, b = print_.metric(each.name, each.a), print_.metric(each.name, each.b)
  if a == b then return number(each.a), number(each.b) end
  return a, b
end

local function side_text(side)
  return side.title and side.title ~= side.name and ("%s (%s)"):format(side.name, side.title) or side.name
end

--- The lines of a comparison.
---@param diff banyan.Diff
---@return string[]
function M.lines(diff)
  local lines = { "A: " .. side_text(diff.a), "B: " .. side_text(diff.b) }
  if diff.sessions then lists.append(lists.append(lines, { "" }), session_lines(diff)) end
  if diff.weights then lists.append(lines, weight_lines(diff.weights)) end
  if diff.equity then lists.append(lines, equity_lines(diff)) end
  lists.append(lines, first_lines(diff))
  lists.append(lines, bars_lines(diff))
  lists.append(lines, tree_lines(diff.trees))
  for _, lines_of in ipairs { value_lines("params", diff.params), value_lines("run", diff.facts),
    value_lines("months", diff.months, function(each)
      return print_.change(each.a or 0 / 0, 2), print_.change(each.b or 0 / 0, 2)
    end),
    value_lines("metrics", diff.metrics or {}, metric_texts) } do
    if #lines_of > 0 then lists.append(lists.append(lines, { "" }), lines_of) end
  end
  if diff.equal and not diff.sessions then lists.append(lines, { "", "all metrics are the same" }) end
  return lines
end

M.value_lines, M.shown_rows, M.number = value_lines, shown_rows, number

return M
