-- SPDX-License-Identifier: MIT
-- Expressions over metrics and params: what they compute, and what is said of those that are wrong.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local failure_of = require("banyan.failure").failure_of
local failures = require "spec.failures"
local made = require "spec.made_results"

local NAN = 0 / 0

local PARAMS = {
  { name = "fast", values = { 5, 10, 20 }, default = 10 },
  { name = "refuge", values = { "TLT", "GLD" }, default = "TLT" },
  { name = "sharpe", values = { 1, 2 }, default = 1 },
  { name = "max", values = { 3, 4 }, default = 3 },
  { name = "mixed", values = { "none", 7 }, default = 7 },
}

local combos = made.combos(PARAMS, {
  { digits = { 1, 1, 0, 0, 1 }, sharpe = 1.5, cagr = 0.25, max_drawdown = -0.5, calmar = 0.5 },
  { digits = { 2, 0, 1, 1, 0 }, sharpe = 3, cagr = NAN, max_drawdown = 0, calmar = -2 },
  { digits = { 0, nil, 0, nil, nil }, sharpe = 0, cagr = 0.1, max_drawdown = -0.1, calmar = 1 },
}, "metrics.sharpe")

local function values(text)
  local out, list = combos:evaluate(combos:parse(text, "number")), {}
  for i = 1, combos.count do list[i] = out[i - 1] end
  return list
end

local function holds(text)
  local out, list = combos:evaluate(combos:parse(text, "truth")), ""
  for i = 0, combos.count - 1 do list = list .. out[i] end
  return list
end

local function first(text)
  return values(text)[1]
end

local function is_nan(value)
  return value ~= value
end

describe("an expression", function()
  it("computes as it is written", function()
    assert.equal(7, first "1 + 2 * 3")
    assert.equal(9, first "(1 + 2) * 3")
    assert.equal(-4, first "-2^2")
    assert.equal(512, first "2^3^2")
    assert.equal(0.25, first "2 ^ -2")
    assert.equal(1, first "4 - 2 - 1")
    assert.equal(2, first "8 / 2 / 2")
    assert.equal(5, first "--5")
    assert.equal(0.5, first ".5")
    assert.equal(1200, first "1.2e3")
    assert.equal(0.1 + 0.2, first "0.1 + 0.2")
    assert.equal(2 ^ 53 - 1, first "9007199254740991")
  end)

  it("knows metrics, params and numbers of combos", function()
    assert.same({ 1.5, 3, 0 }, values "metrics.sharpe")
    assert.same({ 1, 2, 1 }, values "params.sharpe")
    assert.same({ 10, 20, 5 }, values "fast")
    assert.same({ 1, 2, 3 }, values "combo")
    assert.equal(0.25 / 0.5 + 10, first "cagr / abs(max_drawdown) + fast")
  end)

  it("has functions", function()
    assert.equal(2, first "sqrt(4)")
    assert.equal(0, first "log(1)")
    assert.equal(math.exp(2), first "exp(2)")
    assert.equal(3, first "max(1, 3, 2)")
    assert.equal(1, first "min(2, 1, 3)")
    assert.equal(3, first "max(params.max, 1)")
    assert.is_true(is_nan(first "sqrt(-1)"))
    assert.is_true(is_nan(first "min(1, sqrt(-1))"))
    assert.is_true(is_nan(first "max(sqrt(-1), 1, 2)"))
  end)

  it("compares, and what has no value compares as false", function()
    assert.equal("010", holds "metrics.sharpe > 1.5")
    assert.equal("110", holds "metrics.sharpe >= 1.5")
    assert.equal("101", holds "cagr < 1")
    assert.equal("010", holds "not (cagr < 1)")
    assert.equal("000", holds "cagr == cagr + 1")
    assert.equal("101", holds "cagr ~= 0.5")
    assert.equal("101", holds "cagr != 0.5")
    assert.equal("100", holds "metrics.sharpe > 1 and max_drawdown < -0.25")
    assert.equal("111", holds "fast == 5 or fast == 10 or fast > 10")
    assert.equal("001", holds "not fast > 5 and not fast > 10")
    assert.equal("111", holds "1 < 2 or 1 > 2 and 1 > 2")
  end)

  it("compares texts, and params that do not matter have no value", function()
    assert.equal("100", holds "refuge == 'GLD'")
    assert.equal("010", holds 'refuge ~= "GLD"')
    assert.equal("100", holds '"GLD" == refuge')
    assert.equal("110", holds "params.max > 0")
    assert.equal("100", holds "mixed == 7")
    assert.equal("010", holds "mixed == 'none'")
    assert.equal("010", holds "mixed ~= 7")
  end)
end)

describe("a wrong expression", function()
  local function refused(message, text, type)
    failures.mentions({ message }, function() combos:parse(text, type or "number") end)
  end

  it("is refused with the column", function()
    refused("expression '1 + ', column 5: a value is missing before the end", "1 + ")
    refused("expression '', column 1: a value is missing before the end", "")
    refused("expression '(1', column 3: ')' is missing for the '(' in column 1, before the end", "(1")
    refused("expression '1 2', column 3: an operator is missing before '2'", "1 2")
    refused("expression '1)', column 2: an operator is missing before ')'", "1)")
    refused("expression 'cagr = 1', column 6: '=' means nothing here; write ==", "cagr = 1")
    refused("expression 'cagr && 1', column 6: '&' means nothing here; write and", "cagr && 1")
    refused("expression '\"ä\" $', column 5: '$' means nothing here", "\"ä\" $")
    refused("expression '1 < 2 < 3', column 7: comparisons do not chain; write a < b and b < c",
      "1 < 2 < 3", "truth")
    refused("expression '1x', column 1: '1x' is no number", "1x")
    refused("expression '0x10', column 1: '0x10' is no number", "0x10")
    refused("expression '1.2.3', column 1: '1.2.3' is no number", "1.2.3")
    refused("expression '1e999', column 1: '1e999' is too large for a number", "1e999")
    refused("expression 'refuge == \"GLD', column 11: the \" is not closed", 'refuge == "GLD', "truth")
  end)

  it("gets a suggestion for a name", function()
    refused("column 11: the text GLD stands in quotes: 'GLD' or \"GLD\"", "refuge == GLD", "truth")
    refused("there is no metric or param 'shrape', did you mean 'sharpe'?", "shrape")
    refused("column 9: there is no metric or param 'fats', did you mean 'fast'?", "1 + 2 + fats")
    refused("there is no function 'sqr', did you mean 'sqrt'?", "sqr(2)")
    refused("abs takes one number, such as abs(sharpe)", "abs")
    refused("abs takes one number, not 2", "abs(1, 2)")
    refused("max takes 2 to 16 numbers, not 0", "max()")
    refused("'sharpe' is a param and more; write params.sharpe or metrics.sharpe", "sharpe")
    refused("there is no metric or param 'metrics.fast'", "metrics.fast")
    refused("param refuge has no value 'GLDD', did you mean 'GLD'?", "refuge == 'GLDD'", "truth")
    refused("param mixed has no value '8'", "mixed == 8", "truth")
  end)

  it("does not mix numbers, comparisons and texts", function()
    refused("column 8: '+' takes numbers, and this is a comparison", "1 + (2 < 3)")
    refused("column 1: 'and' takes comparisons, such as sharpe > 1, and this is a number",
      "cagr and 1 < 2", "truth")
    refused("this is a comparison, and a number is wanted", "1 < 2")
    refused("this is a number, and a comparison is wanted", "cagr", "truth")
    refused("a text is compared by == or ~=", "refuge < 'GLD'", "truth")
    refused("a text is compared by == or ~=", "fast == 'GLD'", "truth")
    refused("a text is compared by == or ~=", "refuge == refuge", "truth")
    refused("'-' takes numbers, and this is a text", "-refuge")
    refused("abs takes numbers, and this is a text", "abs('x')")
  end)

  it("is refused when it is too long or too deep", function()
    refused("an expression of 5001 characters; at most 4096 are taken", ("1"):rep(5001))
    refused("nested deeper than 64 levels", ("("):rep(2000) .. "1" .. (")"):rep(2000))
    refused("nested deeper than 64 levels", ("-"):rep(2000) .. "1")
    refused("nested deeper than 64 levels", ("2^"):rep(1000) .. "1")
    refused("nested deeper than 64 levels", ("not "):rep(1000) .. "1 < 2", "truth")
    refused("nested deeper than 64 levels", ("1+"):rep(1000) .. "1")
    refused("nested deeper than 64 levels", ("abs("):rep(800) .. "1" .. (")"):rep(800))
  end)
end)

describe("an expression at the limits", function()
  it("is compiled however it nests", function()
    assert.equal(64, first(("1+"):rep(63) .. "1"))
    assert.equal(1, first(("("):rep(63) .. "1" .. (")"):rep(63)))
    assert.equal(-1, first(("-"):rep(63) .. "1"))
    assert.equal(62, first(("(1+"):rep(61) .. "1" .. (")"):rep(61)))
    assert.equal(21, first(("max(1,1+"):rep(20) .. "1" .. (")"):rep(20)))
    assert.equal("111", holds(("not "):rep(62) .. "1 < 2"))
    assert.equal("111", holds(("1 < 2 and "):rep(61) .. "1 < 2"))
  end)

  it("may name many params", function()
    local params, digits, names = {}, {}, {}
    for p = 1, 60 do
      names[p] = "p" .. p
      params[p], digits[p] = { name = names[p], values = { p }, default = p }, 0
    end
    local many = made.combos(params, { { digits = digits } })
    local sum = many:evaluate(many:parse(table.concat(names, "+"), "number"))
    assert.equal(60 * 61 / 2, sum[0])
  end)
end)

describe("random expressions", function()
  local row = { sharpe = 1.5, cagr = NAN, fast = 10, max_drawdown = -0.5 }
  local one = made.combos({ { name = "fast", values = { 10 }, default = 10 } },
    { { digits = { 0 }, sharpe = 1.5, max_drawdown = -0.5 } })

  local number, truth

  -- Text and value of a random expression; every operator stands in parentheses or where it needs none.
  local function leaf()
    local names = { "sharpe", "cagr", "fast", "max_drawdown" }
    if math.random() < 0.5 then
      local name = names[math.random(#names)]
      return name, row[name]
    end
    local value = math.random(0, 40) / 8
    return tostring(value), value
  end

  local function has_no_value(...)
    for i = 1, select("#", ...) do
      if is_nan((select(i, ...))) then return true end
    end
    return false
  end

  function number(depth)
    if depth == 0 then return leaf() end
    local kind = math.random(6)
    local a, x = number(depth - 1)
    if kind == 1 then return "-(" .. a .. ")", -x end
    if kind == 2 then return "abs(" .. a .. ")", math.abs(x) end
    local b, y = number(depth - 1)
    if kind == 3 then
      return ("max(%s, %s)"):format(a, b), has_no_value(x, y) and NAN or math.max(x, y)
    end
    local operator = ({ "+", "-", "*" })[kind - 3]
    local value = operator == "+" and x + y or operator == "-" and x - y or operator == "*" and x * y
    return ("(%s %s %s)"):format(a, operator, b), value
  end

  function truth(depth)
    if depth == 0 then
      local a, x = number(2)
      local b, y = number(2)
      local operator = ({ "<", ">=", "==", "~=" })[math.random(4)]
      local holds_ = operator == "<" and x < y or operator == ">=" and x >= y or operator == "==" and x == y
        or operator == "~=" and x ~= y and not has_no_value(x, y)
      return ("%s %s %s"):format(a, operator, b), holds_
    end
    local a, p = truth(depth - 1)
    if math.random(3) == 1 then return "not (" .. a .. ")", not p end
    local b, q = truth(depth - 1)
    if math.random(2) == 1 then return ("(%s) and (%s)"):format(a, b), p and q end
    return ("(%s) or (%s)"):format(a, b), p or q
  end

  it("have the value that Lua gives them", function()
    math.randomseed(11)
    for _ = 1, 400 do
      local text, expected = number(math.random(0, 5))
      local value = one:evaluate(one:parse(text, "number"))[0]
      assert.is_true(value == expected or is_nan(value) and is_nan(expected), text)
      text, expected = truth(math.random(0, 3))
      assert.equal(expected and 1 or 0, one:evaluate(one:parse(text, "truth"))[0], text)
    end
  end)

  it("of any tokens are computed or refused", function()
    math.randomseed(12)
    local tokens = { "sharpe", "fast", "1", "2.5", "(", ")", "+", "-", "*", "/", "^", "<", "==", "~=", "and",
      "or", "not", "max", "min", "abs", ",", "'x'", "plateau_worst", "neighbours", "combo", "params.fast",
      "\255", "$", "..", "1e", "\0" }
    local computed = 0
    for _ = 1, 4000 do
      local parts = {}
      for i = 1, math.random(1, 9) do parts[i] = tokens[math.random(#tokens)] end
      local text = table.concat(parts, " ")
      for _, type in ipairs { "number", "truth" } do
        local good, parsed = pcall(one.parse, one, text, type)
        if good then
          one:evaluate(parsed)
          computed = computed + 1
        else
          assert.is_truthy(failure_of(parsed), text .. ": " .. tostring(parsed))
        end
      end
    end
    assert.is_true(computed > 50)
  end)
end)
