-- SPDX-License-Identifier: MIT
-- Strategies and sweeps that exist in memory alone as scripts, for programs that take files.
local failure = require "banyan.failure"
local param_of = require "banyan.param"
local strategy_of = require "banyan.strategy"
local write = require "banyan.write"

local M = {}

local DEPTH_MAX = 8

-- A plain value as Lua.
local function literal(value, where, depth)
  local kind = type(value)
  if kind == "number" then
    if value ~= value then return "0/0" end
    if value - value ~= 0 then return value > 0 and "math.huge" or "-math.huge" end
    return ("%.17g"):format(value)
  elseif kind == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind ~= "table" or param_of.is_bound(value) or depth > DEPTH_MAX then
    failure.fail("USAGE", "%s cannot be written as a script; write the sweep into a file, and give its path", where)
  end
  local parts = {}
  for i, each in ipairs(value) do parts[i] = literal(each, where, depth + 1) end
  local count = #parts
  for key, each in pairs(value) do
    if not (type(key) == "number" and key >= 1 and key <= count and key % 1 == 0) then
      parts[#parts + 1] = ("[%s] = %s"):format(literal(key, where, depth + 1), literal(each, where, depth + 1))
    end
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function strategy_text(strategy)
  local ok, text = pcall(write.lua, strategy)
  if ok then return text end
  local known = failure.failure_of(text)
  failure.fail("USAGE", "%s cannot be written as a script (%s); give the path of its file", strategy.name,
    known and known.message or tostring(text))
end

local FIELDS = { "over", "sample", "search", "from", "to", "timeframe", "rank" }

--- A strategy or a sweep as the text of a script that returns it.
---@param value banyan.Strategy|table
---@return string
function M.text(value)
  if strategy_of.is_strategy(value) then return strategy_text(value) end
  if value.where then
    failure.fail("USAGE", "the sweep has a function `where`, which cannot be written as a script; write the sweep into "
      .. "a file, and give its path")
  end
  local lines = { 'local b = require "banyan"', "local strategy = (function()", strategy_text(value.strategy), "end)()",
    "return b.sweep {", "  strategy = strategy," }
  for _, name in ipairs(FIELDS) do
    if value[name] ~= nil then
      lines[#lines + 1] = ("  %s = %s,"):format(name, literal(value[name], "its " .. name, 1))
    end
  end
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end

return M
