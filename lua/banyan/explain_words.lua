-- SPDX-License-Identifier: MIT
-- Parts of a tree in words under an assignment: what is bound to a param is written as it is.
local outline = require "banyan.outline"
local param_of = require "banyan.param"
local tree_of = require "banyan.tree"

local M = {}

-- A copy of a series or condition without params; nodes that series measure stay as they are.
local function resolved(part, assignment)
  if param_of.is_bound(part) then return param_of.resolve(part, assignment) end
  if type(part) ~= "table" or tree_of.NODE_KINDS[part.kind] then return part end
  local made = {}
  for key, value in pairs(part) do made[key] = resolved(value, assignment) end
  return made
end

--- A series, such as "rsi(SPY, 10)".
---@param series table
---@param assignment table<string, any> value of each param by name
---@return string
function M.series(series, assignment)
  return outline.series_text(resolved(series, assignment))
end

--- A condition, such as "rsi(SPY, 10) > 79 for 3 days".
---@return string
function M.condition(condition, assignment)
  return outline.condition_text(resolved(condition, assignment))
end

--- The sign of a comparator.
---@return string
function M.sign(comparator, assignment)
  return tree_of.COMPARATOR_SIGNS[param_of.resolve(comparator, assignment)]
end

return M
