-- SPDX-License-Identifier: MIT
-- Parts of a tree as people read them: series, conditions, nodes, and the whole tree line by line.
local as_of = require "banyan.as_of"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local M = {}

local TEXT_LEVELS = 6 -- of conditions or series in others: what is below is three dots

local function show(value)
  if param_of.is_bound(value) then return "$" .. value.param.name end
  return type(value) == "number" and ("%.10g"):format(value) or tostring(value)
end

local function source_text(series, level)
  if series.over then return M.series_text(series.over, level + 1) end
  if series.of then return ("[%s]"):format(tree_of.name(series.of)) end
  return series.ticker ~= nil and show(series.ticker) or nil
end

local function indicator_text(series, level)
  if series.fn == "close" and as_of.name(series.ticker) then return series.ticker end
  if series.on then return ("on(%s, %s)"):format(series.on, source_text(series, level)) end
  local parts = { source_text(series, level) }
  if series.other then parts[#parts + 1] = M.series_text(series.other, level + 1) end
  for _, name in ipairs(tree_of.WINDOW_NAMES) do
    if series[name] ~= nil then parts[#parts + 1] = show(series[name]) end
  end
  for _, name in ipairs(tree_of.NUMBER_NAMES) do
    if series[name] ~= nil then parts[#parts + 1] = show(series[name]) end
  end
  for _, name in ipairs(tree_of.OPTION_NAMES) do
    if series[name] ~= nil then parts[#parts + 1] = name .. " " .. show(series[name]) end
  end
  return ("%s(%s)"):format(show(series.fn), table.concat(parts, ", "))
end

local function operation_text(series, level)
  return ("(%s %s %s)"):format(M.series_text(series.left, level + 1),
    tree_of.OPERATORS[series.op] or show(series.op), M.series_text(series.right, level + 1))
end

-- "1 day", "5 days", "$n days".
local function days_text(days)
  return ("%s day%s"):format(show(days), days == 1 and "" or "s")
end

--- A series as text, such as "rsi(SPY, 10)" or "1.05 * sma(SPY, 200) 1 day ago".
---@param series table
---@param level integer? how deep it lies in others
function M.series_text(series, level)
  level = level or 1
  if level > TEXT_LEVELS then return "..." end
  local text = series.op and operation_text(series, level) or indicator_text(series, level)
  local factor, offset, days = series.factor or 1, series.offset or 0, series.days_ago or 0
  if days ~= 0 then text = ("%s %s ago"):format(text, days_text(days)) end
  if factor ~= 1 then text = ("%s * %s"):format(show(factor), text) end
  if type(offset) == "number" and offset < 0 then return ("%s - %s"):format(text, show(-offset)) end
  return offset ~= 0 and ("%s + %s"):format(text, show(offset)) or text
end

local function comparison_text(condition)
  local sign = tree_of.COMPARATOR_SIGNS[condition.comparator] or show(condition.comparator)
  return ("%s %s %s"):format(M.series_text(condition.left), sign,
    condition.right and M.series_text(condition.right) or show(condition.threshold))
end

local function compound_text(condition, level)
  local kind = condition.kind == "at_least" and "at_least " .. show(condition.count)
    or condition.kind
  if level > TEXT_LEVELS then return kind .. "(...)" end
  local parts = {}
  for i, child in ipairs(condition.conditions) do parts[i] = M.condition_text(child, level + 1) end
  return ("%s(%s)"):format(kind, table.concat(parts, ", "))
end

--- A condition as text, such as "rsi(SPY, 10) > 79 for 3 days".
---@param condition table
---@param level integer? how deep it lies in others
function M.condition_text(condition, level)
  local text = condition.kind == "compare" and comparison_text(condition)
    or compound_text(condition, level or 1)
  local held, ago = condition.for_days or 1, condition.days_ago or 0
  if held ~= 1 then text = ("%s for %s"):format(text, days_text(held)) end
  return ago ~= 0 and ("%s, %s ago"):format(text, days_text(ago)) or text
end

local function shares_text(weights)
  local parts = {}
  for i, weight in ipairs(weights) do parts[i] = show(weight) end
  return "weights " .. table.concat(parts, " ")
end

local node_text = {}

node_text.cash = function() return "cash" end
node_text.void = function() return "void" end
node_text.settle = function() return "settle" end
node_text.asset = function(node) return show(node.ticker) end
node_text.group = function(node) return ("group %q"):format(node.name) end
node_text["if"] = function(node) return "if " .. M.condition_text(node.condition) end
node_text.inverse_vol = function(node) return "inverse volatility " .. show(node.window) end
node_text.weighted = function(node)
  return node.mode == "equal" and "equal" or shares_text(node.weights)
end
node_text.filter = function(node)
  local text = ("%s %s by %s"):format(node.bottom and "bottom" or "top", show(node.count),
    M.series_text(node.indicator))
  if node.weighting == "rank" then return text .. ", " .. shares_text(node.weights) end
  return node.weighting == "inverse_vol"
    and ("%s, inverse volatility %s"):format(text, show(node.window)) or text
end
node_text.mixed = function(node)
  return ("mixed by %s from %s to %s"):format(M.series_text(node.indicator), show(node.low),
    show(node.high))
end
node_text.switch = function(node)
  local parts = {}
  for i, condition in ipairs(node.conditions) do parts[i] = M.condition_text(condition) end
  return "switch by how many hold of " .. table.concat(parts, ", ")
end
node_text.enter_exit = function(node)
  return ("enter when %s, exit when %s"):format(M.condition_text(node.enter),
    M.condition_text(node.exit))
end
node_text.choice = function(node) return "choice by " .. show(node.param) end

--- A node alone as text, such as "top 2 by rsi(10)".
---@param node table
function M.node_text(node)
  return node_text[node.kind](node)
end

--- What stands above the i-th child of a node that its place alone does not explain, such as "else".
---@param node table
---@param i integer
---@return string?
function M.heading(node, i)
  if node.kind == "if" then return i == 2 and "else" or nil end
  if node.kind == "mixed" then return i == 1 and "at the low end" or "at the high end" end
  if node.kind == "enter_exit" then return i == 1 and "inside" or "outside" end
  if node.kind == "switch" then
    return i == 1 and "none holds" or i == 2 and "1 holds" or ("%d hold"):format(i - 1)
  end
  return node.kind == "choice" and "case " .. tostring(node.names[i]) or nil
end

--- Iterates over the lines of a tree: { depth =, text =, id = }. What indicators measure stands
--- under the node that does so.
---@param root table
---@param depth_max number? lines below this depth are left out
---@return fun(): { depth: integer, text: string, id: string? }?
function M.lines(root, depth_max)
  return coroutine.wrap(function()
    local function walk(node, depth)
      if depth_max and depth > depth_max then return end
      coroutine.yield { depth = depth, text = M.node_text(node), id = node.id }
      for _, each in ipairs(tree_of.measured(node)) do
        coroutine.yield { depth = depth, text = ("[%s] is"):format(tree_of.name(each)) }
        walk(each, depth + 1)
      end
      for i, child in ipairs(tree_of.children(node)) do
        local text = M.heading(node, i)
        if text then coroutine.yield { depth = depth, text = text } end
        walk(child, depth + 1)
      end
    end
    walk(root, 0)
  end)
end

return M
