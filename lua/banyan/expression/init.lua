-- SPDX-License-Identifier: MIT
-- Expressions over the metrics and params of combos, such as "sharpe > 1 and max_drawdown > -0.25":
-- from text to a checked tree. What they compute is in code.lua.
--
-- From loose to tight: or · and · not · < <= > >= == ~= · + - · * / · unary - · ^ (to the right)
--
-- A node is { kind =, type = "number" | "truth" | "text", depth =, ... }; leaves know what they
-- stand for.
local lexer = require "banyan.expression.lexer"
local names_of = require "banyan.expression.names"

local M = {}

local DEPTH_MAX = 64 -- LuaJIT takes no code that is nested much deeper

local Parser = {}
Parser.__index = Parser

---@class banyan.Expression
---@field text string
---@field root table the tree
---@field type "number"|"truth"

function Parser:fail(at, message, ...)
  lexer.fail(self.text, at, message, ...)
end

function Parser:peek()
  return self.tokens[self.next]
end

function Parser:take(symbol)
  local token = self:peek()
  if token.symbol ~= symbol then return nil end
  self.next = self.next + 1
  return token
end

function Parser:expect(symbol, why)
  local token = self:take(symbol)
  if not token then
    self:fail(self:peek().at, "'%s' is missing %s, before %s", symbol, why, lexer.name(self:peek()))
  end
  return token
end

function Parser:node(at, fields, ...)
  fields.at, fields.depth = at, 1
  for _, child in ipairs { ... } do fields.depth = math.max(fields.depth, child.depth + 1) end
  if fields.depth > DEPTH_MAX then
    self:fail(at, "nested deeper than %d levels; make it simpler", DEPTH_MAX)
  end
  return fields
end

local TYPES = { number = "a number", truth = "a comparison", text = "a text" }

function Parser:want(node, type, what)
  if node.type ~= type then
    self:fail(node.at, "%s takes %s, and this is %s", what,
      type == "truth" and "comparisons, such as sharpe > 1" or "numbers", TYPES[node.type])
  end
  return node
end

-- What parses the inside of parentheses, signs and powers comes through here: the text may be as
-- deep as its nodes.
function Parser:deeper(parse)
  self.level = self.level + 1
  if self.level > DEPTH_MAX then
    self:fail(self:peek().at, "nested deeper than %d levels; make it simpler", DEPTH_MAX)
  end
  local node = parse(self)
  self.level = self.level - 1
  return node
end

function Parser:call(token)
  local fn = names_of.FUNCTIONS[token.word]
  self:expect("(", "behind " .. token.word)
  local arguments = {}
  if not self:take ")" then
    repeat
      arguments[#arguments + 1] = self:want(self:deeper(self.any_of), "number", token.word)
    until not self:take ","
    self:expect(")", ("after the arguments of %s"):format(token.word))
  end
  if #arguments < fn.min or #arguments > fn.max then
    self:fail(token.at, "%s takes %s, not %d", token.word, fn.takes, #arguments)
  end
  local node = self:node(token.at, { kind = fn.kind or "call", name = token.word, type = "number",
    arguments = arguments }, unpack(arguments))
  node.depth = node.depth + #arguments - 1 -- min(a, b, c) is min(min(a, b), c)
  return node
end

function Parser:name(token)
  local after = self:peek()
  if after.symbol == "(" then
    if names_of.FUNCTIONS[token.word] then return self:call(token) end
    self:fail(token.at, "there is no function '%s'%s", token.word,
      names_of.suggest(token.word, names_of.function_names))
  end
  local leaf, why = self.names:leaf(token.word)
  if not leaf then self:fail(token.at, "%s", why) end
  return self:node(token.at, leaf)
end

function Parser:primary()
  local token = self:peek()
  self.next = self.next + 1
  if token.number then
    return self:node(token.at, { kind = "number", type = "number", value = token.number })
  elseif token.quoted then
    return self:node(token.at, { kind = "text", type = "text", value = token.quoted })
  elseif token.word then
    return self:name(token)
  elseif token.symbol == "(" then
    local inside = self:deeper(self.any_of)
    self:expect(")", ("for the '(' in column %d"):format(token.at))
    return inside
  end
  self:fail(token.at, "a value is missing before %s", lexer.name(token))
end

function Parser:power()
  local base = self:primary()
  local token = self:take "^"
  if not token then return base end
  self:want(base, "number", "'^'")
  local exponent = self:want(self:deeper(self.unary), "number", "'^'")
  return self:node(token.at, { kind = "arithmetic", operator = "^", type = "number", left = base,
    right = exponent }, base, exponent)
end

function Parser:unary()
  local token = self:take "-"
  if not token then return self:power() end
  local operand = self:want(self:deeper(self.unary), "number", "'-'")
  return self:node(token.at, { kind = "minus", type = "number", operand = operand }, operand)
end

-- Operators of one rank that go from left to right.
local function chain(symbols, kind, type, tighter)
  return function(self)
    local left = self[tighter](self)
    while symbols[self:peek().symbol] do
      local token = self:peek()
      self.next = self.next + 1
      self:want(left, type, ("'%s'"):format(token.symbol))
      local right = self:want(self[tighter](self), type, ("'%s'"):format(token.symbol))
      left = self:node(token.at, { kind = kind, operator = token.symbol, type = type, left = left,
        right = right }, left, right)
    end
    return left
  end
end

local COMPARATORS = { ["<"] = true, ["<="] = true, [">"] = true, [">="] = true, ["=="] = true,
  ["~="] = true }

-- A param with texts among its values, compared to one of these values: by its digit.
function Parser:value_comparison(token, left, right)
  local param, literal = left, right
  if param.kind ~= "text_param" then param, literal = right, left end
  local is_literal = literal.kind == "text" or literal.kind == "number"
  if param.kind ~= "text_param" or not is_literal
    or (token.symbol ~= "==" and token.symbol ~= "~=") then
    self:fail(token.at, "a text is compared by == or ~=, and that to a param with texts, such as "
      .. "ticker == \"TLT\"")
  end
  local digit, why = names_of.digit(param.param, literal.value)
  if not digit then self:fail(literal.at, "%s", why) end
  return self:node(token.at, { kind = "value_is", type = "truth", digit = digit,
    index = param.index, negated = token.symbol == "~=" }, left, right)
end

function Parser:comparison()
  local left = self:sum()
  local token = self:peek()
  if not COMPARATORS[token.symbol] then return left end
  self.next = self.next + 1
  local right = self:sum()
  if COMPARATORS[self:peek().symbol] then
    self:fail(self:peek().at, "comparisons do not chain; write a < b and b < c")
  end
  if left.type == "text" or right.type == "text" then
    return self:value_comparison(token, left, right)
  end
  local what = ("'%s'"):format(token.symbol)
  self:want(left, "number", what)
  self:want(right, "number", what)
  return self:node(token.at, { kind = "comparison", operator = token.symbol, type = "truth",
    left = left, right = right }, left, right)
end

function Parser:negation()
  local token = self:take "not"
  if not token then return self:comparison() end
  local operand = self:want(self:deeper(self.negation), "truth", "'not'")
  return self:node(token.at, { kind = "not", type = "truth", operand = operand }, operand)
end

Parser.product = chain({ ["*"] = true, ["/"] = true }, "arithmetic", "number", "unary")
Parser.sum = chain({ ["+"] = true, ["-"] = true }, "arithmetic", "number", "product")
Parser.all_of = chain({ ["and"] = true }, "logic", "truth", "negation")
Parser.any_of = chain({ ["or"] = true }, "logic", "truth", "all_of")

local WANTED = {
  number = "this is %s, and a number is wanted, such as sharpe or cagr / volatility",
  truth = "this is %s, and a comparison is wanted, such as sharpe > 1",
}

function Parser:whole(type)
  local root = self:any_of()
  if root.type ~= type then self:fail(root.at, WANTED[type], TYPES[root.type]) end
  return root
end

local function start(text, names)
  return setmetatable({ text = text, tokens = lexer.tokens(text), next = 1, level = 0,
    names = names }, Parser)
end

--- Parses an expression. USAGE failures name the column.
---@param text string
---@param type "number"|"truth" what it must be
---@param names banyan.ExpressionNames
---@return banyan.Expression
function M.parse(text, type, names)
  local parser = start(text, names)
  local root = parser:whole(type)
  local rest = parser:peek()
  if not rest.ended then
    parser:fail(rest.at, "an operator is missing before %s", lexer.name(rest))
  end
  return { text = text, root = root, type = type }
end

--- Parses numbers with commas between them.
---@param text string
---@param names banyan.ExpressionNames
---@return banyan.Expression[]
function M.parse_list(text, names)
  local parser, list = start(text, names), {}
  repeat
    local first = parser:peek()
    local root = parser:whole "number"
    list[#list + 1] = { text = text:sub(first.from, parser.tokens[parser.next - 1].to), root = root,
      type = "number" }
  until not parser:take ","
  local rest = parser:peek()
  if not rest.ended then
    parser:fail(rest.at, "',' or an operator is missing before %s", lexer.name(rest))
  end
  return list
end

return M
