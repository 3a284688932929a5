-- SPDX-License-Identifier: MIT
-- Strategies that cannot be run: each has its exit code and a message that says what is wrong,
-- where, and what to do.
local helper = require "spec.helper"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local HEAD = 'local b = require "banyan"\n'

local function check(parts, err, code, wanted)
  assert.equal(wanted, code, err)
  for _, part in ipairs(parts) do
    assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
  end
  assert.equal(1, select(2, err:gsub("\n", "")), err)
end

-- A script that `banyan run` refuses with an exit code, and parts of the message.
local function script_refused(wanted, text, ...)
  local path = sweeps.script(HEAD .. text, "bad.lua")
  local out, err, code = simulated.run { "run", path }
  assert.equal("", out)
  check({ ... }, err, code, wanted)
end

-- The same for a strategy of one node, written with `preparation` in front.
local function node_refused(wanted, node, ...)
  script_refused(wanted, "return b.strategy { name = 'x', " .. node .. " }", ...)
end

local function run_refused(wanted, words, ...)
  local out, err, code = simulated.run(words)
  assert.equal("", out)
  check({ ... }, err, code, wanted)
end

describe("data that are not there", function()
  local spy = sweeps.script(HEAD .. "return b.strategy { name = 'x', 'SPY' }")

  it("are no store at all", function()
    local folder = helper.scratch() .. "/none"
    local _, err, code = helper.run { "run", spy, "--data", folder }
    check({ "no bar store in " .. folder .. " yet", "`banyan data import PATH`" }, err, code, 4)
  end)

  it("are of an unknown ticker", function()
    node_refused(4, "b.equal { 'SPYY', 'TLT' }", "no bars of SPYY (did you mean SPY?)",
      "in dataset sim/all", "import or backfill them, or change the ticker")
    run_refused(4, { "run", spy, "--dataset", "a/b" }, "has no dataset 'a/b' of 1d bars",
      "it has sim/all")
    run_refused(4, { "run", spy, "--timeframe", "5m" }, "has no 5m bars yet; it has bars of 1d, to be chosen with")
  end)

  it("are too few for a window", function()
    node_refused(4, "b.when(b.sma('SPY', 5000):gt(5), 'QQQ'):otherwise('TLT')",
      "sma 5000 of SPY needs 5000 bars, and there are 2517", "shorten the window")
  end)

  it("are outside of the dates", function()
    run_refused(4, { "run", spy, "--from", "2050-01-01" }, "no session from 2050-01-01",
      "go from 2014-01-02 to 2023-12-29")
    run_refused(4, { "run", spy, "--to", "2001-01-01" }, "no session up to 2001-01-01")
    run_refused(4, { "run", spy, "--from", "2020-01-04", "--to", "2020-01-05" },
      "no session from 2020-01-04 to 2020-01-05")
    run_refused(2, { "run", spy, "--from", "2020-01-01", "--to", "2019-01-01" },
      "from 2020-01-01 to 2019-01-01 is no range of days; swap them")
  end)
end)

describe("a script", function()
  it("with a syntax error is named with its line", function()
    script_refused(3, "\nreturn b.strategy { name = 'x' 'SPY' }", "bad.lua:3: '}' expected")
    script_refused(3, "return b.strategy {", "bad.lua:2: unexpected symbol near '<eof>'")
  end)

  it("with an error when it runs is named with its line", function()
    script_refused(3, "local x\nreturn b.strategy { name = 'x', x.y }", "bad.lua:3: attempt to ")
    script_refused(3, "error 'boom'", "bad.lua:2: boom")
    script_refused(3, "error {}", "bad.lua: the script raised an error without a text")
    script_refused(3, "local function f() return 1 + f() end f()", "bad.lua: stack overflow")
    script_refused(3, "string.rep('x', 1e13)", "bad.lua")
  end)

  it("with a wrong word gets a suggestion", function()
    script_refused(3, "return b.strategy { nmae = 'x', 'SPY' }",
      "unknown key 'nmae', did you mean 'name'?")
    script_refused(3, "return b.strategy { name = 'x', 'SPY', 'TLT' }",
      "has several nodes; put them into one, such as b.equal")
    node_refused(3, "b.when(b.rssi('SPY', 10):gt(5), 'QQQ'):otherwise('TLT')", "rssi", "'rsi'")
  end)

  it("that gives no strategy is told how to end", function()
    for _, text in ipairs { "", "return 5", "return {}", "return function() end" } do
      script_refused(3, text, "bad.lua must return a strategy, a sweep or a plan; end it with "
        .. "`return b.strategy { ... }`")
    end
    script_refused(3, "return b.strategy { name = 'x' }", "strategy x: has no node")
    script_refused(3, "return b.strategy { 'SPY' }", "give it a name")
    node_refused(3, "b.cash", "x holds no ticker")
    node_refused(3, "b.when(b.rsi('SPY', 10):gt(5), 'SPY')", "a when without otherwise")
    node_refused(3, "{ 'SPY' }", "write b.equal { ... } to hold several")
  end)

  it("that is no file is said so", function()
    local folder = helper.scratch()
    run_refused(3, { "run", folder .. "/none.lua" }, folder .. "/none.lua: No such file")
    run_refused(3, { "run", folder .. "/none.json" }, folder .. "/none.json: No such file")
    run_refused(3, { "run", folder }, folder .. ": Is a directory")
    os.execute("mkdir " .. helper.quote(folder .. "/a.lua"))
    run_refused(3, { "run", folder .. "/a.lua" }, "a.lua is a folder")
    os.execute("mkfifo " .. helper.quote(folder .. "/b.lua"))
    run_refused(3, { "run", folder .. "/b.lua" }, "b.lua is no plain file")
    local compiled = helper.write(folder .. "/c.lua", "\27LJ\2")
    run_refused(3, { "run", compiled }, "c.lua: compiled Lua is not taken")
  end)
end)

describe("a tree", function()
  it("that contains itself is refused with the place", function()
    script_refused(3, "local n = b.equal { 'SPY' } n.children[1] = n\n"
      .. "return b.strategy { name = 'x', n }", "x: at weighted/weighted: the tree contains itself")
    script_refused(3, "local c = b.all { b.rsi('SPY', 10):gt(5) }\nlocal d = b.any { c }\n"
      .. "c.condition.conditions[1] = d.condition\nreturn b.strategy { name = 'x', b.when(c, 'SPY'):otherwise('TLT') }",
      "x: at if: a condition contains itself")
  end)

  it("is refused with the line that asks for what is not there", function()
    script_refused(3, "local w = 10\nlocal r = b.sma('SPY', w, w)\nreturn r", "bad.lua:3: sma takes")
    local inner = sweeps.script(HEAD .. "\n\nlocal n = b.weighted { 3 }\nreturn n", "inner.lua")
    local outer = helper.write((inner:gsub("inner", "outer")), "local inner = require 'inner'\nreturn inner")
    local _, err = simulated.run { "run", outer }
    check({ "outer.lua:1: ", "inner.lua:4: weighted" }, err, 3, 3)
  end)

  it("is told that a window has no deviation", function()
    node_refused(4, "b.when(b.stdev_return('SPY', 1):gt(5), 'QQQ'):otherwise('TLT')",
      "no value: stdev_return 1 of SPY is not defined on any of", "take a longer window")
  end)

  it("has whole windows within limits", function()
    for _, window in ipairs { "0", "1e9", "2.5", "-1", "'10'", "0/0" } do
      node_refused(3, "b.when(b.rsi('SPY', " .. window .. "):gt(5), 'QQQ'):otherwise('TLT')",
        "x: at if: the window must be a whole number from 1 to 100000, not ")
    end
    node_refused(3, "b.when(b.rsi('SPY', nil):gt(5), 'QQQ'):otherwise('TLT')", "rsi needs 1 window")
    node_refused(3, "b.when(b.rsi('SPY', 10):gt('5'), 'QQQ'):otherwise('TLT')",
      "rsi:gt takes a number")
  end)

  it("has weights within limits that sum to 1 at most", function()
    node_refused(3, "b.weighted { { 0.7, 'SPY' }, { 0.7, 'TLT' } }",
      "x: at weighted: the weights sum to 1.4; at most 1 can be held")
    for _, weight in ipairs { "-10.1", "11", "0/0", "'a'" } do
      node_refused(3, "b.weighted { { " .. weight .. ", 'SPY' }, { 0.1, 'TLT' } }",
        "x: at weighted: a weight must be a number from -10 to 10, not ")
    end
  end)

  it("has stated limits, which are found soon", function()
    local begin = os.time()
    script_refused(6, "local l = {} for i = 1, 1000001 do l[i] = b.asset('SPY') end\n"
      .. "return b.strategy { name = 'x', b.equal(l) }", "x: the tree has more than 1000000 nodes")
    script_refused(3, "local n = b.asset('SPY') for _ = 1, 1e5 do n = b.group('g', n) end\n"
      .. "return b.strategy { name = 'x', n }", "the tree is deeper than 1000 levels")
    script_refused(3, "local c = b.rsi('SPY', 10):gt(5) for _ = 1, 1e5 do c = b.all { c } end\n"
      .. "return b.strategy { name = 'x', b.when(c, 'SPY'):otherwise('TLT') }",
      "conditions of a node are deeper than 1000 levels")
    script_refused(6, "local l = {} for i = 1, 5000 do l[i] = b.asset('T' .. i) end\n"
      .. "return b.strategy { name = 'x', b.equal(l) }", "5000 tickers; 1 to 4096 are allowed")
    assert(os.time() - begin < 60)
  end)

  it("that is written with few tables is not walked 2^60 times", function()
    local path = sweeps.script(HEAD
      .. "local n, c = b.equal { 'SPY', 'TLT' }, b.rsi('SPY', 10):gt(5)\n"
      .. "for _ = 1, 60 do n = b.equal { n, n } c = b.all { c, c } end\n"
      .. "local s = b.strategy { name = 'x', b.when(c, n):otherwise('TLT') }\n"
      .. "s:select { ticker = 'SPY', kind = 'asset' }:param('ticker', 'p', 'SPY')\nreturn s")
    for _, verb in ipairs { "run", "tree" } do
      local words = verb == "tree" and { verb, path, "--depth", "3" } or { verb, path }
      local _, err, code = simulated.run(words)
      assert.equal(0, code, err)
    end
  end)
end)

describe("the sandbox", function()
  it("has nothing that reaches out", function()
    for _, name in ipairs { "io", "os", "ffi", "debug", "package", "jit", "load", "loadstring",
      "loadfile", "dofile", "module", "getfenv", "setfenv", "getmetatable", "setmetatable",
      "rawset", "rawget", "newproxy", "collectgarbage", "string.dump", "_G.io" } do
      local path = sweeps.script(HEAD .. "assert(" .. name .. " == nil)\n"
        .. "return b.strategy { name = 'x', 'SPY' }")
      local _, err, code = simulated.run { "tree", path }
      assert.equal(0, code, name .. ": " .. err)
    end
  end)

  it("is told at which line it is refused", function()
    script_refused(3, "local function hot(ticker)\n  return b.rsi(ticker, 10, { smooth = 1 }):gt(70)\nend\n"
      .. "return b.when(hot 'SPY', 'BIL')", "bad.lua:3: rsi: unknown key 'smooth', did you mean 'smoothing'?")
  end)

  it("requires banyan and files beside the script only", function()
    for _, name in ipairs { "ffi", "io", "os", "cjson", "banyan.ffi", "banyan.host", "jit.util" } do
      script_refused(3, "require '" .. name .. "'", "bad.lua:2: require '" .. name .. "': there is",
        "scripts see banyan and files beside them, no other modules")
    end
    for _, name in ipairs { "../x", "/etc/passwd", "" } do
      script_refused(3, "require '" .. name .. "'",
        "require takes the name of a file beside the script")
    end
    script_refused(3, "return require 'bad'", "the files require each other in a circle")
  end)

  it("can be left by Ctrl-C", function()
    if helper.signals_wait then return pending "skipped: the thread sanitizer holds signals back" end
    for _, loop in ipairs { "while true do end", "repeat until false",
      "while true do pcall(function() while true do end end) end" } do
      local path = sweeps.script(HEAD .. loop, "bad.lua")
      local line = helper.command { "run", path } .. " & p=$!; sleep 0.3; kill -INT $p; wait $p"
      local _, err, code = helper.shell(line)
      check({ "bad.lua: interrupted" }, err, code, 130)
    end
  end)

  it("can be left by Ctrl-C in the where of a sweep", function()
    if helper.signals_wait then return pending "skipped: the thread sanitizer holds signals back" end
    local path = sweeps.script(HEAD .. "local w = b.param('w', 10, { 10, 20 })\n"
      .. "return b.sweep { where = function() while true do ('x'):rep(1000) end end, strategy = b.strategy {\n"
      .. "name = 'x', b.when(b.rsi('SPY', w):gt(5), 'SPY'):otherwise('TLT') } }")
    local line = helper.command { "sweep", path, "--data", simulated.store() }
    local _, err, code = helper.shell(line .. " & p=$!; sleep 0.5; kill -INT $p; wait $p")
    check({ "interrupted in where" }, err, code, 130)
  end)
end)
