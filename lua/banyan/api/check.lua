-- SPDX-License-Identifier: MIT
-- How the API refuses what a script gives it.
local failure = require "banyan.failure"
local nearest = require "banyan.nearest"

local M = {}

--- Refuses something of a script.
function M.fail(...)
  return failure.fail("STRATEGY", ...)
end

--- Refuses what is no table, and keys that are not in `known`, with the nearest one.
---@param what string names the call in messages
---@param given any
---@param known any[] texts and positions
function M.keys(what, given, known)
  if type(given) ~= "table" then M.fail("%s takes a table, not %s", what, type(given)) end
  local names, allowed = {}, {}
  for _, each in ipairs(known) do
    allowed[each] = true
    if type(each) == "string" then names[#names + 1] = each end
  end
  for key in pairs(given) do
    if not allowed[key] then
      local near = type(key) == "string" and nearest(key, names)
      M.fail("%s: unknown key '%s'%s; %s", what, tostring(key),
        near and (", did you mean '%s'?"):format(near) or "",
        #names > 0 and "known are " .. table.concat(names, ", ") or "it takes none")
    end
  end
end

--- Refuses what is not the number of a session.
---@param what string names the call in messages
---@param i any
---@param count integer of sessions
function M.session(what, i, count)
  if type(i) ~= "number" or i % 1 ~= 0 or i < 1 or i > count then
    M.fail("%s takes the number of a session, from 1 to %d, not %s", what, count, tostring(i))
  end
end

return M
