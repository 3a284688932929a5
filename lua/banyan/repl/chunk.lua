-- SPDX-License-Identifier: MIT
-- What was typed, as code: whether it is complete, and what it does with locals.
local tokens_of = require "banyan.repl.tokens"

local M = {}

local OPENS = { ["function"] = true, ["do"] = true, ["if"] = true, ["repeat"] = true, ["("] = true, ["["] = true,
  ["{"] = true }
local CLOSES = { ["end"] = true, ["until"] = true, [")"] = true, ["]"] = true, ["}"] = true }

-- The tokens of a text without its comments.
local function code_tokens(text)
  local kept = {}
  for _, token in ipairs(tokens_of.of(text)) do
    if token.kind ~= "comment" then kept[#kept + 1] = token end
  end
  return kept
end

-- Where the names behind a `local` end, as the number of a token.
local function last_name(tokens, at)
  at = at + 1
  while tokens[at + 1] and tokens[at + 1].text == "," do at = at + 2 end
  return at
end

--- The same code with the locals of its outermost level as variables of the session, so that the next line has them.
--- Lines and columns stay. `local x = 1` becomes `x = 1`, `local x` becomes `x = nil`.
---@param text string code that compiles
---@return string
function M.persistent(text)
  local tokens, parts, copied, depth = code_tokens(text), {}, 1, 0
  local function replace(first, last, by)
    parts[#parts + 1] = text:sub(copied, first - 1)
    parts[#parts + 1] = by
    copied = last + 1
  end
  for i, token in ipairs(tokens) do
    if OPENS[token.text] then
      depth = depth + 1
    elseif CLOSES[token.text] then
      depth = depth - 1
    elseif token.text == "local" and depth == 0 then
      replace(token.first, token.last, "     ")
      if tokens[i + 1].text ~= "function" then
        local last = last_name(tokens, i)
        local following = tokens[last + 1]
        if not following or following.text ~= "=" then
          replace(tokens[last].last + 1, tokens[last].last, " = nil;")
        end
      end
    end
  end
  parts[#parts + 1] = text:sub(copied)
  return table.concat(parts)
end

local ENDED = "near '<eof>'$"

--- Compiles what was typed: an expression, or statements.
---@param text string
---@param name string of the chunk, in messages
---@return function? chunk
---@return string? message what is wrong with it
---@return boolean? incomplete more lines may make it right
function M.compile(text, name)
  local chunk, why = loadstring("return " .. text, "@" .. name)
  if chunk then return chunk end
  local message
  chunk, message = loadstring(text, "@" .. name)
  if chunk then return loadstring(M.persistent(text), "@" .. name) end
  local cut_text = message:find "unfinished string" and not text:find "\\$" -- no further line can end it
  local incomplete = (message:find(ENDED) or why:find(ENDED)) ~= nil and not cut_text
  local first = text:match "^%s*([%w_]+)" or text:match "^%s*(%S)"
  local at_once = first and message:find("near '" .. first .. "'", 1, true) -- then it is no statement at all
  return nil, at_once and why or message, incomplete
end

--- Whether a text has no code, but comments at most.
function M.is_blank(text)
  return #code_tokens(text) == 0
end

local OPERATORS = { "^[+*/%%%^<>~]", "^==", "^%.%.", "^%.[%a_]", "^and%f[^%w_]", "^or%f[^%w_]" }

--- Whether a line goes on with the one before, which would be complete without it: a call of a method, as in
--- `:otherwise("TLT")`, or an operator.
---@param line string
---@param is_command fun(word: string): boolean
---@return boolean
function M.goes_on(line, is_command)
  local method, mark = line:match "^%s*:%s*([%a_][%w_]*)%s*([({\"'])"
  if method then return mark == "(" or mark == "{" or not is_command(method) end
  local code = line:gsub("^%s+", "")
  for _, pattern in ipairs(OPERATORS) do
    if code:find(pattern) then return true end
  end
  return false
end

return M
