-- SPDX-License-Identifier: MIT
-- What scripts are made of: strategies, nodes, conditions, indicators, params, sweeps and plans.
local lists = require "banyan.lists"
local nodes = require "banyan.api.nodes"
local outline = require "banyan.outline"
local param_of = require "banyan.param"
local print_ = require "banyan.print"
local series_of = require "banyan.api.series"
local strategy_of = require "banyan.strategy"

local M = {}

local VALUES_SHOWN, PARAMS_SHOWN = 5, 8

-- "5, 10, 15, 20, 25 … 30 (6 values)"
local function values_text(screen, values)
  local parts = {}
  for i = 1, math.min(#values, VALUES_SHOWN) do parts[i] = screen:clean(print_.value(values[i]), 24) end
  local text = table.concat(parts, ", ")
  if #values <= VALUES_SHOWN then return text end
  return ("%s %s %s (%s)"):format(text, screen:dots(), screen:clean(print_.value(values[#values]), 24),
    print_.count(#values, "value"))
end

local function param_text(screen, param)
  return ("%s = %s, swept over %s"):format(param.name, screen:clean(print_.value(param.default), 24),
    values_text(screen, param.values))
end

-- The lines of a tree, as many as there is room for.
local function tree_lines(screen, root, indent, limit)
  local lines, more = {}, 0
  for line in outline.lines(root) do
    if #lines < limit then
      local blank = indent .. ("  "):rep(math.min(line.depth, 40))
      lines[#lines + 1] = blank .. screen:clean(line.text, math.max(20, screen.width - #blank))
    else
      more = more + 1
    end
  end
  if more > 0 then
    lines[#lines] = ("%s%s %s"):format(indent, screen:dots(), print_.count(more + 1, "more line"))
  end
  return lines
end

local function figures_text(strategy)
  local figures = strategy:describe()
  return ("%s (%s distinct), %s, %s"):format(print_.count(figures.nodes, "node"), print_.thousands(figures.distinct),
    print_.count(figures.depth, "level"), print_.count(#figures.tickers, "ticker")), figures.tickers
end

local function strategy_lines(screen, strategy)
  local params = strategy:params()
  local lines = { screen.style(screen:clean(strategy.name), "bold") }
  local room = screen.height - 3 - math.min(#params, PARAMS_SHOWN + 1)
  lists.append(lines, tree_lines(screen, strategy.root, "  ", math.max(5, room)))
  for i, param in ipairs(params) do
    if i > PARAMS_SHOWN then
      lines[#lines + 1] = ("%s %s"):format(screen:dots(), print_.count(#params - PARAMS_SHOWN, "more param"))
      break
    end
    lines[#lines + 1] = "param " .. param_text(screen, param)
  end
  local ok, figures, tickers = pcall(figures_text, strategy)
  if not ok then return lines end
  local room_tickers = math.max(20, screen.width - #figures - 2)
  lines[#lines + 1] = figures .. ": " .. screen:clean(table.concat(tickers, " "), room_tickers)
  return lines
end

local function sweep_lines(screen, sweep)
  local lines = { ("sweep of %s"):format(screen.style(screen:clean(sweep.strategy.name, screen.width - 9), "bold")) }
  local rows, points = {}, 1
  for _, param in ipairs(sweep.strategy:space(sweep.over)) do
    rows[#rows + 1] = { "  " .. param.name, values_text(screen, param.values) }
    points = points * #param.values
  end
  lists.append(lines, print_.columns(rows, "ll"))
  local parts = { print_.count(points, "point") }
  if sweep.where then parts[#parts + 1] = "of which `where` keeps some" end
  if sweep.sample then parts[#parts + 1] = "sampled" end
  if sweep.search then parts[#parts + 1] = "searched" end
  if sweep.from or sweep.to then
    parts[#parts + 1] = ("%s to %s"):format(sweep.from or "the first session", sweep.to or "the last")
  end
  if sweep.rank then parts[#parts + 1] = "ranked by " .. screen:clean(sweep.rank, 40) end
  lines[#lines + 1] = table.concat(parts, ", ")
  return screen:first(lines)
end

local function condition_of(value)
  local condition = rawget(value, "condition")
  return type(condition) == "table" and getmetatable(value) ~= nil and condition or nil
end

-- What a bound field is: a param, or something made of one.
local function bound_text(screen, value)
  if value.param == value then return "param " .. param_text(screen, value) end
  local mapped, at = pcall(value.map, value.param.default)
  return ("a function of the param %s%s"):format(value.param.name,
    mapped and (": %s when it is %s"):format(screen:clean(print_.value(at), 24),
      screen:clean(print_.value(value.param.default), 24)) or "")
end

--- What a value is on one line; nil when it is none of these.
---@param screen banyan.Screen
---@param value table
---@return string?
function M.short(screen, value)
  if param_of.is_bound(value) then return bound_text(screen, value) end
  if series_of.is(value) then return outline.series_text(value.series) end
  if strategy_of.is_strategy(value) then return "strategy " .. value.name end
  local condition = condition_of(value)
  if condition then return outline.condition_text(condition) end
  if nodes.is_node(value) then return "node: " .. outline.node_text(value) end
end

--- What a value is; nil when it is none of these.
---@param screen banyan.Screen
---@param value table
---@return string[]? lines
function M.lines(screen, value)
  if strategy_of.is_strategy(value) then return strategy_lines(screen, value) end
  if series_of.is(value) then return { "indicator " .. outline.series_text(value.series) } end
  if rawget(value, "units") and strategy_of.is_strategy(rawget(value, "strategy")) then
    return { ("%s of %s selected; :param, :shift and :scale make a param of them"):format(
      print_.count(#value.units, "part"), screen:clean(value.strategy.name, 40)) }
  end
  if rawget(value, "type") == "sweep" and strategy_of.is_strategy(rawget(value, "strategy")) then
    return sweep_lines(screen, value)
  end
  local condition = condition_of(value)
  if condition then return { "condition " .. outline.condition_text(condition) } end
  if not param_of.is_bound(value) and nodes.is_node(value) then
    return tree_lines(screen, value, "", screen.height - 2)
  end
  local short = M.short(screen, value)
  return short and { short }
end

return M
