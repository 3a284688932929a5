-- SPDX-License-Identifier: MIT
-- Expressions as tokens, and their errors.
local failure = require "banyan.failure"
local print_ = require "banyan.print"

local M = {}

local LENGTH_MAX = 4096
local SHOWN = 60

---@class banyan.ExpressionToken
---@field at integer column, from 1
---@field from integer first byte
---@field to integer last byte
---@field number number?
---@field quoted string? a text in quotes
---@field word string? a name
---@field symbol string? an operator, a parenthesis, a comma, or "and", "or", "not"
---@field ended boolean? behind the last one

--- Raises what is wrong in a column.
---@param text string the whole expression
---@param at integer column, from 1
function M.fail(text, at, message, ...)
  if print_.width(text) > SHOWN then text = print_.cut(text, SHOWN) .. "..." end
  failure.fail("USAGE", "expression '%s', column %d: %s", text, at, message:format(...))
end

--- What messages call a token.
---@param token banyan.ExpressionToken
---@return string
function M.name(token)
  return token.ended and "the end" or ("'%s'"):format(token.text)
end

local KEYWORDS = { ["and"] = true, ["or"] = true, ["not"] = true }
local PAIRS = { ["<="] = "<=", [">="] = ">=", ["=="] = "==", ["~="] = "~=", ["!="] = "~=" }

-- Digits with at most one point, and an exponent: what ends where, or nil.
local function number_end(text, from)
  local _, to = text:find("^%d+%.?%d*", from)
  if not to then _, to = text:find("^%.%d+", from) end
  if not to then return nil end
  local _, exponent = text:find("^[eE][+-]?%d+", to + 1)
  return exponent or to
end

local function column(text, from)
  return print_.width(text:sub(1, from - 1)) + 1
end

local function read_number(text, from)
  local to = number_end(text, from)
  if not to then return nil end
  local number = tonumber(text:sub(from, to))
  if text:find("^[%w_.]", to + 1) or not number then
    M.fail(text, column(text, from), "'%s' is no number", text:match("^[%w_.]+", from))
  elseif number == math.huge then
    M.fail(text, column(text, from), "'%s' is too large for a number", text:sub(from, to))
  end
  return { number = number, to = to }
end

local function read_quoted(text, from)
  local quote = text:match("^[\"']", from)
  if not quote then return nil end
  local to = text:find(quote, from + 1, true)
  if not to then M.fail(text, column(text, from), "the %s is not closed", quote) end
  return { quoted = text:sub(from + 1, to - 1), to = to }
end

-- A name, or one with its kind in front: params.fast.
local function read_word(text, from)
  local _, to = text:find("^[%a_][%w_]*%.[%a_][%w_]*", from)
  if not to then _, to = text:find("^[%a_][%w_]*", from) end
  if not to then return nil end
  local word = text:sub(from, to)
  if KEYWORDS[word] then return { symbol = word, to = to } end
  return { word = word, to = to }
end

local INSTEAD = { ["="] = "==", ["&"] = "and", ["|"] = "or", ["!"] = "not", ["%"] = "a fraction" }

local function read_symbol(text, from)
  local pair = PAIRS[text:sub(from, from + 1)]
  if pair then return { symbol = pair, to = from + 1 } end
  local one = text:match("^[<>+*/^(),-]", from)
  if one then return { symbol = one, to = from } end
  local character = text:match("^[%z\1-\127\192-\255][\128-\191]*", from) or text:sub(from, from)
  local instead = INSTEAD[character]
  M.fail(text, column(text, from), "'%s' means nothing here%s", character,
    instead and ("; write %s"):format(instead) or "")
end

--- The tokens of an expression; the last one has `ended`.
---@param text string
---@return banyan.ExpressionToken[]
function M.tokens(text)
  if #text > LENGTH_MAX then
    failure.fail("USAGE", "an expression of %d characters; at most %d are taken", #text, LENGTH_MAX)
  end
  local tokens, from = {}, text:find "%S"
  while from do
    local token = read_number(text, from) or read_quoted(text, from) or read_word(text, from)
      or read_symbol(text, from)
    token.at, token.from, token.text = column(text, from), from, text:sub(from, token.to)
    tokens[#tokens + 1] = token
    from = text:find("%S", token.to + 1)
  end
  tokens[#tokens + 1] = { ended = true, at = column(text, #text + 1), from = #text + 1 }
  return tokens
end

return M
