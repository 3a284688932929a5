-- SPDX-License-Identifier: MIT
-- Where in a line the cursor is: in a command, a text, behind a dot, or at a name of its own.
local tokens_of = require "banyan.repl.tokens"

local M = {}

---@class banyan.ReplContext
---@field kind "command"|"argument"|"question"|"string"|"member"|"name"|"nothing"
---@field typed string what there is of the word already
---@field command string? of an argument: the command's name
---@field before string[]? of an argument: the words before it
---@field quote string? of a text
---@field callee string? the function that is called where the cursor is, as written
---@field key string? of a text or a name in a table: the key it is the value of, or that the table is the value of
---@field object banyan.Token[]? of a member: what stands before the dot or colon
---@field mark "."|":"|nil of a member
---@field prefix string? of a member: the object as text, with its mark

local OPENERS = { ["("] = true, ["{"] = true, ["["] = true }
local CLOSERS = { [")"] = true, ["}"] = true, ["]"] = true }

-- The first token of the expression that ends at token `last`: names, members, calls, indices; nil for none.
local function begin_of(tokens, last)
  local at = last
  while at >= 1 do
    local token = tokens[at]
    if CLOSERS[token.text] then
      local depth = 0
      repeat
        depth = depth + (CLOSERS[tokens[at].text] and 1 or OPENERS[tokens[at].text] and -1 or 0)
        at = at - 1
      until depth == 0 or at < 1
      if depth ~= 0 then return nil end
      at = at + 1
    elseif token.kind ~= "name" and not (token.kind == "string" and at > 1) then
      return nil
    end
    local mark = tokens[at - 1]
    if token.kind == "name" and mark and (mark.text == "." or mark.text == ":") then
      at = at - 2
    elseif token.kind ~= "name" and mark and (mark.kind == "name" or CLOSERS[mark.text]) then
      at = at - 1
    else
      return at
    end
  end
end

local function slice(tokens, first, last)
  local part = {}
  for i = first, last do part[#part + 1] = tokens[i] end
  return part
end

local function text_of(tokens)
  local parts = {}
  for i, token in ipairs(tokens) do parts[i] = token.text end
  return table.concat(parts)
end

-- The innermost bracket that is open behind the tokens: what is called by it, and the key whose value it is.
local function open_bracket(tokens)
  local depth = 0
  for at = #tokens, 1, -1 do
    local text = tokens[at].text
    if CLOSERS[text] then
      depth = depth + 1
    elseif OPENERS[text] and tokens[at].kind == "symbol" then
      if depth == 0 then return at end
      depth = depth - 1
    end
  end
end

-- Sets callee and key of a context.
local function set_surroundings(context, tokens)
  local last = tokens[#tokens]
  if last and last.text == "=" and tokens[#tokens - 1] then context.key = tokens[#tokens - 1].text end
  local at = open_bracket(tokens)
  if context.kind == "string" and last and last.kind == "name" then at = #tokens + 1 end -- b.import "x
  while at do
    local before = tokens[at - 1]
    if before and before.text == "=" and tokens[at - 2] then context.key = context.key or tokens[at - 2].text end
    local first = before and (before.kind == "name" or CLOSERS[before.text]) and begin_of(tokens, at - 1)
    if first then
      context.callee = text_of(slice(tokens, first, at - 1))
      return
    end
    tokens = slice(tokens, 1, at - 1)
    at = open_bracket(tokens)
  end
end

local function in_text(tokens, last)
  local quote, typed = last.text:match "^(%[=*%[)(.*)$"
  if not quote then quote, typed = last.text:sub(1, 1), last.text:sub(2) end
  local context = { kind = "string", typed = typed, quote = quote:gsub("%[", "]") }
  set_surroundings(context, tokens)
  return context
end

local function in_code(before, tokens)
  local last = tokens[#tokens]
  local typed = last and last.kind == "name" and last.last == #before and last.text or ""
  if typed ~= "" then tokens[#tokens] = nil end
  if last and last.kind == "number" and last.last == #before then return { kind = "nothing", typed = "" } end
  local mark = tokens[#tokens]
  local context = { kind = "name", typed = typed }
  if mark and (mark.text == "." or mark.text == ":") then
    local first = begin_of(tokens, #tokens - 1)
    if not first then return { kind = "nothing", typed = typed } end
    context.kind, context.mark = "member", mark.text
    context.object = slice(tokens, first, #tokens - 1)
    context.prefix = text_of(context.object) .. mark.text
    return context
  end
  set_surroundings(context, tokens)
  return context
end

local function in_command(before)
  local typed = before:match "^%s*:%s*([%w_]*)$"
  if typed then return { kind = "command", typed = typed } end
  local command, rest = before:match "^%s*:([%a_][%w_]*)%s+(.*)$"
  if command then
    local words = {}
    for word in rest:gmatch "%S+" do words[#words + 1] = word end
    local last = not rest:find "%s$" and table.remove(words) or ""
    return { kind = "argument", command = command, before = words, typed = last }
  end
  local asked = before:match "^%s*%?%s*([%w_.:]*)$" or before:match "^%s*help%s+([%w_.:]*)$"
  if asked then return { kind = "question", typed = asked } end
end

--- Where the cursor is.
---@param before string the text before it, of all lines of the chunk
---@return banyan.ReplContext
function M.at(before)
  local command = in_command(before)
  if command then return command end
  local tokens, kept = tokens_of.of(before), {}
  local last = tokens[#tokens]
  if last and last.open and last.kind == "comment" then return { kind = "nothing", typed = "" } end
  for _, token in ipairs(tokens) do
    if token.kind ~= "comment" then kept[#kept + 1] = token end
  end
  if last and last.open then
    kept[#kept] = nil
    return in_text(kept, last)
  end
  return in_code(before, kept)
end

return M
