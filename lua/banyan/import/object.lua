-- SPDX-License-Identifier: MIT
-- Fields of foreign objects, as JSON gives them.
jit.off(true, true) -- see walk.lua
local json = require "banyan.json"

local M = {}

--- What an object holds under a key; JSON's null is as good as absent.
function M.field(source, key)
  local value = source[key]
  if value == json.null then return nil end
  return value
end

local field = M.field

--- The text under a key, without blanks around it; nil when there is none, or only blanks.
---@return string|nil
function M.text(source, key)
  local value = field(source, key)
  local first = type(value) == "string" and value:find "%S"
  return first and value:match(".*%S", first) or nil
end

--- The list under a key, which may hold nulls; an empty one when it is missing.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@return any[]
function M.list(w, frame, source, key)
  local list = field(source, key)
  if list == nil then return {} end
  -- The keys of an object are texts.
  if type(list) ~= "table" or list[1] == nil and next(list) ~= nil then w:fail(frame, "'%s' is not a list", key) end
  return list
end

--- The object under a key.
---@param w banyan.import.walk
---@param frame banyan.import.frame
---@return table
function M.object(w, frame, source, key)
  local value = field(source, key)
  if type(value) ~= "table" then w:fail(frame, "it has no '%s' object; give it one", key) end
  return value
end

return M
