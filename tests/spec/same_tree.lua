-- SPDX-License-Identifier: MIT
-- Whether two strategies are equal by value, whatever tables they are made of.
local param_of = require "banyan.param"

local M = {}

-- What a field is when it is not there.
local DEFAULTS = { for_days = 1, days_ago = 0, factor = 1, offset = 0, weighting = "equal" }

local differ

-- Bound values are the same when they give the same for each value of the same param.
local function bound_differ(a, b, path)
  if not (param_of.is_bound(a) and param_of.is_bound(b)) then return path .. ": one is bound" end
  local ours, theirs = a.param.name, b.param.name
  if ours ~= theirs then return ("%s: %s, %s"):format(path, ours, theirs) end
  for _, value in ipairs(a.param.values) do
    if a.map(value) ~= b.map(value) then return path .. ": " .. tostring(value) end
  end
  return nil
end

local function tables_differ(a, b, path, seen)
  if seen[a] == b then return nil end
  for _, pair in ipairs { { a, b }, { b, a } } do
    for key in pairs(pair[1]) do
      if key ~= "id" then
        local x, y = a[key], b[key]
        if x == nil then x = DEFAULTS[key] end
        if y == nil then y = DEFAULTS[key] end
        local found = differ(x, y, path .. "." .. tostring(key), seen)
        if found then return found end
      end
    end
  end
  seen[a] = b
  return nil
end

function differ(a, b, path, seen)
  if param_of.is_bound(a) or param_of.is_bound(b) then return bound_differ(a, b, path) end
  if type(a) == "table" and type(b) == "table" then return tables_differ(a, b, path, seen) end
  if a ~= b then return ("%s: %s, %s"):format(path, tostring(a), tostring(b)) end
  return nil
end

local function params_differ(a, b)
  local ours, theirs = a:params(), b:params()
  if #ours ~= #theirs then return "params: " .. #ours .. ", " .. #theirs end
  for i, param in ipairs(ours) do
    for _, field in ipairs { "name", "default", "values" } do
      local path = "param " .. param.name .. " " .. field
      local found = differ(param[field], theirs[i][field], path, {})
      if found then return found end
    end
  end
  return nil
end

--- Where two strategies differ, nil when they are the same; ids and descriptions do not count.
---@return string?
function M.difference(a, b)
  for _, field in ipairs { "name", "rebalance", "corridor", "fill", "costs", "options" } do
    local found = differ(a[field], b[field], field, {})
    if found then return found end
  end
  return params_differ(a, b) or differ(a.root, b.root, "root", {})
end

return M
