-- SPDX-License-Identifier: MIT
-- What an indicator of a script's own says when it fails, with the line in front and the node that asks for
-- it.
local failure = require "banyan.failure"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local M = {}

-- The windows and numbers of a series as the engine writes them; nil when a param chooses one.
local function arguments_text(series)
  local words = {}
  for _, names in ipairs { tree_of.WINDOW_NAMES, tree_of.NUMBER_NAMES } do
    for _, name in ipairs(names) do
      if param_of.is_bound(series[name]) then return nil end
      if series[name] ~= nil then words[#words + 1] = ("%.10g"):format(series[name]) end
    end
  end
  return table.concat(words, " ")
end

-- Whether `of`, such as "SPY 10 20", may be what is computed for a series.
local function matches(series, of)
  local words = arguments_text(series)
  if words and of:sub(-#words) ~= words and words ~= "" then return false end
  return type(series.ticker) ~= "string" or of == series.ticker
    or of:sub(1, #series.ticker + 1) == series.ticker .. " "
end

-- The first node that asks for an indicator, best one that asks for just that.
local function find_path(root, name, of)
  local any, exact
  tree_of.each_node(root, function(node, path)
    if exact then return end
    tree_of.each_series_of(node, function(series)
      local custom = tree_of.CUSTOMS[series.custom or 0]
      if not custom or custom.name ~= name then return end
      any = any or tree_of.path_text(path)
      exact = exact or matches(series, of) and tree_of.path_text(path)
    end)
  end)
  return exact or any
end

--- The message of the engine, "in indicator NAME (OF): FILE:LINE: WHAT", as people are told.
---@param strategy banyan.Strategy
---@param message string
---@return string|nil when it is about something else
function M.text(strategy, message)
  local name, rest = message:match "^in indicator ([%w_]+)(.*)$"
  if not name then return nil end
  local of, what = rest:match "^ %((.-)%): (.*)$"
  what = what or rest:match "^: (.*)$"
  local path = find_path(strategy.root, name, of or "")
  local place, why = what:match "^([^\n]-:%d+): (.*)$"
  local where = {}
  if path then where[1] = ("at \"%s\""):format(path) end
  where[#where + 1] = of
  local text = ("in indicator %s (%s): %s"):format(name, table.concat(where, ", "), why or what)
  return place and place .. ": " .. text or ("%s: %s"):format(strategy.name, text)
end

--- Calls f(...), which evaluates a strategy; what an indicator of its own says is told with its node.
---@param strategy banyan.Strategy
---@param f function
function M.call(strategy, f, ...)
  local function told(ok, result, ...)
    if ok then return result, ... end
    local known = failure.failure_of(result)
    local text = known and M.text(strategy, known.message)
    if text then failure.fail(known.status, "%s", text) end
    error(result, 0)
  end
  return told(pcall(f, ...))
end

return M
