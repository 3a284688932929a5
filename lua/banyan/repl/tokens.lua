-- SPDX-License-Identifier: MIT
-- The tokens of Lua as far as an explorer must tell them apart: names, texts, comments, numbers, and single
-- characters for the rest. Text that is no Lua has tokens, too; what does not end goes on to the end.
local M = {}

---@class banyan.Token
---@field kind "name"|"string"|"comment"|"number"|"symbol"
---@field first integer place of its first character
---@field last integer
---@field text string
---@field open boolean? of texts and comments: it does not end

-- The end of what begins with a long bracket at a place, nil when there is none: its last place, whether it is open.
local function long_bracket(text, at)
  local level = text:match("^%[(=*)%[", at)
  if not level then return nil end
  local _, last = text:find("]" .. level .. "]", at + 2 + #level, true)
  return last or #text, last == nil
end

local function short_string(text, at)
  local quote = text:sub(at, at)
  local ends = "[\\\n" .. quote .. "]"
  local place = text:find(ends, at + 1)
  while place do
    local character = text:sub(place, place)
    if character == quote then return place, false end
    if character == "\n" then return place - 1, true end
    place = text:find(ends, place + 2)
  end
  return #text, true
end

local function comment(text, at)
  local last, open = long_bracket(text, at + 2)
  if last then return last, open end
  return (text:find("\n", at, true) or #text + 1) - 1, text:find("\n", at, true) == nil
end

-- The token at a place: its kind, its last place, whether it is open.
local function scan(text, at)
  local first = text:sub(at, at)
  if first:find "[%a_]" then return "name", select(2, text:find("^[%w_]+", at)) end
  if first:find "%d" then return "number", select(2, text:find("^[%w.]+", at)) end
  if first == '"' or first == "'" then return "string", short_string(text, at) end
  if text:find("^%-%-", at) then return "comment", comment(text, at) end
  local last, open = long_bracket(text, at)
  if last then return "string", last, open end
  return "symbol", at
end

--- The tokens of a text.
---@param text string
---@return banyan.Token[]
function M.of(text)
  local tokens, at = {}, text:find "%S"
  while at do
    local kind, last, open = scan(text, at)
    tokens[#tokens + 1] = { kind = kind, first = at, last = last, text = text:sub(at, last), open = open }
    at = text:find("%S", last + 1)
  end
  return tokens
end

return M
