-- SPDX-License-Identifier: MIT
-- The API as a script or a prompt sees it: a table of its own, so that what somebody assigns to it, say a slip such as
-- `b.run = 5`, changes nothing for the program and for other scripts.
local M = {}

local own = setmetatable({}, { __mode = "k" }) -- of each view, what it had at first

local function copy(from)
  local to = {}
  for name, value in pairs(from) do to[name] = value end
  return setmetatable(to, getmetatable(from))
end

--- A view of the API.
---@param api table
---@return table
function M.of(api)
  local view = copy(api)
  for name, value in pairs(view) do
    if type(value) == "table" then view[name] = copy(value) end
  end
  own[view] = copy(view)
  return view
end

--- Whether a value is the API as somebody sees it.
---@param value any
---@return boolean
function M.is(value)
  return own[value] ~= nil
end

--- Brings back what somebody assigned to, but not what is new.
---@param view table
---@return string[] names of it, in rising order
function M.restore(view)
  local names = {}
  for name, value in pairs(own[view]) do
    if rawget(view, name) ~= value then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do view[name] = own[view][name] end
  return names
end

return M
