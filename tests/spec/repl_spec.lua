-- SPDX-License-Identifier: MIT
-- The explorer without a terminal: lines from a pipe. (tests/test_repl.c has it on a terminal.)
local chunk_of = require "banyan.repl.chunk"
local context_of = require "banyan.repl.context"
local helper = require "tests.spec.helper"
local tokens_of = require "banyan.repl.tokens"

local scratch = helper.scratch()

-- Runs lines; what else is on the command line comes behind.
local function explore(lines, ...)
  local script = helper.write(scratch .. "/script", lines)
  return helper.shell(helper.command { "repl", ..., env = { BANYAN_DATA = scratch .. "/none", HOME = scratch } }
    .. " <" .. helper.quote(script))
end

describe("the explorer without a terminal", function()
  it("prints what lines are worth, and nothing else", function()
    local out, err, code = explore "1 + 1\nlocal x = 20\n-- a word\n\nx = x + 1 print(x)\nx * 2\nnil\n"
    assert.are.equal("2\n21\n42\nnil\n", out)
    assert.are.equal("", err)
    assert.are.equal(0, code)
  end)

  it("runs all lines and ends with 3 when one failed", function()
    local out, err, code = explore("b.stratgy\n1 +* 2\n"
      .. "for i = 1, 2 do\n  print(i)\n  if i == 2 then error 'two' end\nend\n7\n")
    assert.are.equal("1\n2\n7\n", out)
    assert.are.equal(table.concat({ "line 1: banyan has no 'stratgy', did you mean 'strategy'?",
      "line 2: unexpected symbol near '*'", "line 5: two", "" }, "\n"), err)
    assert.are.equal(3, code)
  end)

  it("takes what is no text, and lines of any length", function()
    local bytes = {}
    for i = 1, 20000 do bytes[i] = string.char((i * 7919 + math.floor(i / 251) * 31) % 256) end
    local long = "x = '" .. ("a"):rep(1e6) .. "'"
    for _, lines in ipairs { table.concat(bytes), "\0\n\27Lua\n", ("("):rep(200000), long } do
      local _, err, code = explore(lines)
      assert.is_nil(err:find("internal error", 1, true), err)
      assert.is_true(code == 0 or code == 3, tostring(code))
    end
  end)

  it("has code see the bar store that the command line names", function()
    local out, err = explore('b.eval(b.close("SPY")).n > 100\n', "--data=" .. require "spec.simulated".store())
    assert.equal("true\n", out, err)
  end)

  it("keeps what is banyan's when code assigns to it", function()
    local script = helper.write(scratch .. "/careless.lua", [[
      local b = require "banyan"
      local strategy = b.strategy
      b.strategy, b.resolve_path, b.import, b.sweep, b.mine = nil, nil, nil, 5, 7
      return strategy { name = "Careless", require "more" == 7 and "SPY" or "TLT" }
    ]])
    helper.write(scratch .. "/more.lua", 'return require("banyan").mine -- a script is one, whatever its files')
    local out, err, code = explore("b.run = 5\nb.strategy = nil; b.cash = 'SPY'\nb.mine = 3\nb.mine\nb.cash.kind = 7\n"
      .. ":open " .. script .. "\ns.root.ticker\nb.sweep { strategy = s }.type\nb.stratgy = 1\n"
      .. 'b.run(b.strategy { name = "x", "SPY" }).metrics.trades\nb = 1\nb = require "banyan"\nb\n',
      "--data=" .. require "spec.simulated".store())
    assert.are.equal(table.concat({ "line 1: b.run is banyan's and stays what it is; take another name for yours",
      "line 2: b.cash is banyan's and stays what it is; take another name for yours",
      "line 2: b.strategy is banyan's and stays what it is; take another name for yours", "" }, "\n"), err)
    assert.truthy(out:find("3\nCareless\n", 1, true), out)
    assert.truthy(out:find("\nSPY\nsweep\n1\nthe Lua API: ", 1, true), out)
    assert.are.equal(3, code)
  end)

  it("saves no line that it refused", function()
    local saved = scratch .. "/saved.lua"
    explore("x = 1\nb.run = 5\ny = 2\n:save " .. saved .. "\n")
    local text = helper.read(saved)
    assert.truthy(text:find("x = 1\ny = 2\n", 1, true), text)
  end)

  it("needs no home", function()
    local lines = helper.write(scratch .. "/script", '1 + 1\nb.bars("SPY")\n')
    local bare = { "repl", env = { HOME = "" } }
    local out, err = helper.shell(helper.command(bare) .. " <" .. lines)
    assert.are.equal("2\n", out)
    assert.are.equal("line 2: no folder for the bar store: HOME is not set; say it with --data DIR\n", err)
  end)

  it("says what an error says, and not where banyan called it", function()
    local _, err = explore 'error("boom")\nerror()\n'
    assert.are.equal("line 1: boom\nline 2: an error without a text\n", err)
  end)

  it("fails as other verbs do when the strategy of the command line does not open", function()
    local out, err, code = explore("1 + 1\n", scratch .. "/missing.lua")
    assert.are.equal("", out)
    assert.are.equal(("banyan: %s/missing.lua: No such file or directory\n"):format(scratch), err)
    assert.are.equal(3, code)
    out, err, code = explore("1 + 1\n", "strategies/tqqq_ftlt.lua")
    assert.are.equal("", out)
    assert.truthy(err:find "^banyan: no bar store in ")
    assert.are.equal(4, code)
  end)

  it("goes on with a chunk when the next line does", function()
    local out, err = explore [[
local s = b.when(b.rsi("SPY", 10):gt(79), "UVXY")
  -- else
  :elsewhen(b.close("SPY"):gt(b.sma("SPY", 200)), "TQQQ")

  :otherwise("TLT")
s
x = 1
  + 2
x
]]
    assert.are.equal("", err)
    assert.truthy(out:find "else if close%(SPY%) > sma%(SPY, 200%)" or out:find "TQQQ")
    assert.truthy(out:find "TLT\n3\n$", out)
  end)

  it("says that the input ends inside of a block", function()
    local _, err, code = explore "1\nfor i = 1, 2 do\nprint(i)"
    assert.are.equal("line 2: the input ends before the block is complete that begins here\n", err)
    assert.are.equal(3, code)
  end)

  it("takes the last line without an end, and lines that end as on Windows", function()
    assert.are.equal("2\n3\n", (explore "1 + 1\r\n1 + 2"))
  end)

  it("keeps a script's sandbox", function()
    for _, line in ipairs { "io.open('/etc/passwd')", "os.getenv('HOME')", "require 'ffi'", "debug.getinfo(1)",
      "loadstring('return 1')", "dofile('/etc/passwd')" } do
      local out, err, code = explore(line .. "\n")
      assert.are.equal("", out)
      assert.truthy(err:find "^line 1: ", line .. ": " .. err)
      assert.are.equal(3, code)
    end
    assert.are.equal("nil\nnil\n", (explore "string.dump\n_G.io\n"))
  end)

  it("answers questions and commands", function()
    local out, err, code = explore "?b.rsi\nhelp\n:help sma\n?:save\nb.ema?\nquit\n1 + 1\n"
    assert.are.equal("", err)
    assert.are.equal(0, code)
    for _, part in ipairs { "b.rsi(ticker, w", ":save FILE", "b.sma(", "b.ema(" } do
      assert.truthy(out:find(part, 1, true), part)
    end
    assert.falsy(out:find "\n2\n$") -- it had left
    local _, message = explore ":sett x 1\n"
    assert.are.equal("line 1: there is no command ':sett', did you mean ':set'?\n", message)
  end)

  it("says what was probably meant", function()
    local function hint(line, expected)
      local _, err = explore(line .. "\n")
      assert.truthy(err:find(expected, 1, true), err)
    end
    hint("rsi('SPY', 3)", "it is b.rsi")
    hint("strategey { }", "did you mean 'b.strategy'?")
    hint("b.rsi('SPY', 3):grt(4)", "did you mean ':gt")
    hint("run strategies/tqqq_ftlt.lua", ":open strategies/tqqq_ftlt.lua")
    hint("strategies/tqqq_ftlt.lua", ":open strategies/tqqq_ftlt.lua")
    hint("s = b.strategy { name = 'x', 'SPY' }\ns()", "b.run(s) runs it")
  end)

  it("writes what was done as a script that runs", function()
    local path = scratch .. "/done.lua"
    local _, err = explore(([[
local x = 3
x = x + nothing
function twice(y)
  return 2 * y
end
twice(x) -- six
return x + 1
b.when(b.rsi("SPY", 10):gt(79), "UVXY")
:save %s
:save %s]]):format(path, path))
    assert.truthy(err:find "^line 2: [^\n]*nothing[^\n]*\n$", err)
    local out, message, code = helper.run { "lua", path }
    assert.are.equal("", message)
    assert.are.equal(0, code)
    assert.truthy(out:find "^6\n4\n", out)
    helper.write(path, "return 1\n")
    local _, refused = explore(("1\n:save %s\n"):format(path))
    assert.truthy(refused:find "is there already; choose another name", refused)
    assert.are.equal("return 1\n", helper.read(path))
  end)

  it("refuses what it cannot open, with the code of a failure", function()
    local _, err, code = explore("1\n", scratch .. "/nothing.lua")
    assert.truthy(err:find "nothing.lua", err)
    assert.are.equal(3, code)
  end)

  it("keeps no history", function()
    explore "1 + 1\n"
    assert.is_nil(helper.read(scratch .. "/.local/state/banyan/history"))
  end)
end)

describe("a chunk", function()
  it("has the locals of its outermost level as variables", function()
    local cases = {
      ["local x = 1"] = "      x = 1",
      ["local x"] = "      x = nil;",
      ["local x, y\nlocal z = 2"] = "      x, y = nil;\n      z = 2",
      ["local function f() local y = 1 end"] = "      function f() local y = 1 end",
      ["if a then local x = 1 end local y = 2"] = "if a then local x = 1 end       y = 2",
      ["x = { function() local y end }"] = "x = { function() local y end }",
      ["s = 'local x = 1' -- local z\nlocal t = [[local u]]"] = "s = 'local x = 1' -- local z\n      t = [[local u]]",
      ["repeat local x = 1 until x local y = 'end'"] = "repeat local x = 1 until x       y = 'end'",
      ["for i = 1, 2 do local x end while a do local y end local z = 1"] =
        "for i = 1, 2 do local x end while a do local y end       z = 1",
    }
    for text, expected in pairs(cases) do
      assert(loadstring(text), text)
      assert.are.equal(expected, chunk_of.persistent(text))
      assert(loadstring(expected), expected)
    end
  end)

  it("is complete, or not, or wrong", function()
    for _, text in ipairs { "for i = 1, 2 do", "x =", "f(", "b.rsi('SPY',", "x = [[", "--[[", "function f()", "1 +" } do
      local chunk, _, incomplete = chunk_of.compile(text, "x")
      assert.is_nil(chunk)
      assert.is_true(incomplete, text)
    end
    for _, text in ipairs { "end", "x = = 1", "'abc", "1 2", ")" } do
      local chunk, _, incomplete = chunk_of.compile(text, "x")
      assert.is_nil(chunk)
      assert.is_false(incomplete, text)
    end
  end)

  it("has tokens that cover all but blanks, whatever the text", function()
    local random = require "banyan.random".stream "tokens"
    local parts = { "[[", "]]", "--", "'", '"', "\\", "\n", " ", "a", "12", ".", "=", "[=[", "]=]", "(", "é", "%z" }
    for _ = 1, 2000 do
      local words = {}
      for i = 1, 12 do words[i] = parts[1 + math.floor(random:uniform() * #parts)] end
      local text, at = table.concat(words), 0
      for _, token in ipairs(tokens_of.of(text)) do
        assert(text:sub(at + 1, token.first - 1):find "^%s*$", text)
        assert(token.last >= token.first and token.last <= #text, text)
        at = token.last
      end
      assert(text:sub(at + 1):find "^%s*$", text)
      context_of.at(text)
    end
  end)
end)

describe("the place of the cursor", function()
  local function at(text)
    local found = context_of.at(text)
    found.object = nil
    return found
  end

  it("is told from what stands before it", function()
    assert.are.same({ kind = "command", typed = "sa" }, at ":sa")
    assert.are.same({ kind = "argument", command = "set", before = { "fast" }, typed = "1" }, at ":set fast 1")
    assert.are.same({ kind = "argument", command = "set", before = { "fast" }, typed = "" }, at ":set fast ")
    assert.are.same({ kind = "question", typed = "b.r" }, at "?b.r")
    assert.are.same({ kind = "member", typed = "rs", mark = ".", prefix = "b." }, at "x = b.rs")
    assert.are.same({ kind = "member", typed = "", mark = ":", prefix = 'b.rsi("SPY",14):' }, at 'b.rsi("SPY", 14):')
    assert.are.same({ kind = "string", typed = "SP", quote = '"', callee = "b.rsi" }, at 'b.rsi("SP')
    assert.are.same({ kind = "string", typed = "exa", quote = "'", callee = "b.import" }, at "b.import 'exa")
    assert.are.same({ kind = "string", typed = "we", quote = '"', callee = "b.strategy", key = "rebalance" },
      at 'b.strategy { name = "x", rebalance = "we')
    assert.are.same({ kind = "name", typed = "fa", callee = "b.run", key = "params" }, at "b.run(s, { params = { fa")
    assert.are.same({ kind = "name", typed = "", key = "x" }, at "x = ")
    assert.are.same({ kind = "nothing", typed = "" }, at "x = 1 -- wo")
    assert.are.same({ kind = "nothing", typed = "" }, at "x = 12")
  end)
end)
