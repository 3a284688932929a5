-- SPDX-License-Identifier: MIT
-- Comparisons of two result stores as people read them.
local diff_text = require "banyan.diff.text"
local lists = require "banyan.lists"
local print_ = require "banyan.print"

local number, shown_rows, value_lines = diff_text.number, diff_text.shown_rows, diff_text.value_lines

local M = {}

local SHOWN = 10

local function cut(text)
  return print_.cut(text or "-", 40)
end

local function values_text(values)
  if not values then return "-" end
  local words = {}
  for i, value in ipairs(values) do words[i] = print_.value(value) end
  return cut(table.concat(words, " "))
end

local function combo_row(each)
  local metric = each.metrics[1]
  return { "  " .. (each.a == each.b and tostring(each.a) or ("%d / %d"):format(each.a, each.b)),
    print_.params(each.params), metric.name, number(metric.a), number(metric.b) }
end

local function combos_text(name, list)
  if #list == 0 then return nil end
  local first = {}
  for i = 1, math.min(#list, SHOWN) do first[i] = tostring(list[i]) end
  return ("only %s has %s: %s%s"):format(name, print_.count(#list, "combo"), table.concat(first, ", "),
    #list > SHOWN and " ..." or "")
end

--- The lines of a comparison of two stores.
---@param a string name of the one
---@param b string
---@param diff banyan.StoresDiff
---@return string[]
function M.lines(a, b, diff)
  local lines = { "A: " .. a, "B: " .. b, "" }
  lines[#lines + 1] = ("A has %s and B has %s; %s in both, and %s"):format(print_.count(diff.combos_a, "combo"),
    print_.thousands(diff.combos_b), print_.thousands(diff.common) .. (diff.common == 1 and " is" or " are"),
    diff.different == 0 and "none of them differs" or ("%s of them %s"):format(print_.thousands(diff.different),
      diff.different == 1 and "differs" or "differ"))
  lines[#lines + 1] = combos_text("A", diff.only_a)
  lines[#lines + 1] = combos_text("B", diff.only_b)
  if diff.largest then
    local most = diff.largest
    lines[#lines + 1] = ("the largest difference of %s: %s and %s, combo %d"):format(diff.rank, number(most.from),
      number(most.to), most.a)
  end
  if #diff.list > 0 then
    local rows, rest = shown_rows({ { "  combo", "params", "metric", "A", "B" } }, diff.list, combo_row)
    lists.append(lists.append(lines, { "" }), print_.columns(rows, "lllrr"))
    lists.append(lines, rest)
  end
  for _, part in ipairs { value_lines("params", diff.params, function(each)
    return values_text(each.a), values_text(each.b)
  end), value_lines("settings", diff.settings),
    value_lines("identity", diff.identity, function(each) return cut(each.a), cut(each.b) end) } do
    if #part > 0 then lists.append(lists.append(lines, { "" }), part) end
  end
  return lines
end

return M
