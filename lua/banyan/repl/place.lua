-- SPDX-License-Identifier: MIT
-- Where in what was typed an error was raised.
local failure = require "banyan.failure"

local M = {}

-- The innermost line of what was typed, on the way to where an error was raised.
local function typed_line(chunks)
  for level = 3, math.huge do
    local info = debug.getinfo(level, "Sl")
    if not info then return nil end
    if chunks[info.source:sub(2)] then return info.source:sub(2), info.currentline end
  end
end

--- A handler for xpcall that keeps with an error where it was raised, as failures of the API do not tell.
---@param chunks table<string, { text: string, first: integer }> by name
---@return fun(raised: any): table
function M.handler(chunks)
  return function(raised)
    local name, number = typed_line(chunks)
    return { raised = raised, name = name, number = number }
  end
end

-- What somebody raised, in words.
local function text_of(raised, caught)
  if raised == caught and type(caught) == "table" then return "an error without a text" end -- nil was raised
  if type(raised) ~= "string" then return "an error without a text: " .. tostring(raised) end
  return (raised:gsub("^%S-banyan/repl/loop%.lua:%d+: ", "")) -- which calls an expression like `error(text)`
end

--- Where an error was raised, if that is known, and what it says.
---@param chunks table<string, { text: string, first: integer }> by name
---@param caught any what the handler made of it, or the error itself
---@return { text: string, first: integer }? chunk
---@return integer? line of the chunk
---@return string message
function M.of(chunks, caught)
  local raised = type(caught) == "table" and caught.raised or caught
  local known = failure.failure_of(raised)
  if known then return chunks[caught.name], caught.number, known.message end
  local text = text_of(raised, caught)
  local name, number, message = text:match "^(input %d+):(%d+): (.*)$"
  if chunks[name] then return chunks[name], tonumber(number), message end
  if type(caught) ~= "table" then return nil, nil, text end
  return chunks[caught.name], caught.number, text
end

return M
