-- SPDX-License-Identifier: MIT
-- Values as text, exactly: what a person sees of them at the prompt.
local b = require "banyan"
local print_ = require "banyan.print"
local show = require "banyan.show"
local simulated = require "spec.simulated"
local values_of = require "banyan.show.values"

local NAN, HUGE = 0 / 0, math.huge

local function is(wanted, value, options)
  assert.equal(wanted, show.text(value, options))
end

-- A series of the days 2020-01-01, 2020-01-02, ...
local function series(list, name)
  local values = { n = #list, date = {} }
  for i, value in ipairs(list) do values[i], values.date[i] = value, ("2020-01-%02d"):format(i) end
  return values_of.values(values, name or "x")
end

describe("numbers and texts", function()
  it("are as long as it takes", function()
    for text, value in pairs { ["1"] = 1, ["0.1"] = 0.1, ["0.30000000000000004"] = 0.1 + 0.2, ["-2.5"] = -2.5,
      ["0.3333333333333333"] = 1 / 3, ["1e+300"] = 1e300, ["1e-300"] = 1e-300, ["inf"] = HUGE, ["-inf"] = -HUGE,
      ["123456789012"] = 123456789012 } do
      is(text, value)
    end
    is("nan", NAN)
    is("nil", nil)
    is("true", true)
  end)

  it("move no cursor", function()
    is("a [31mb\n  c", "a\27[31mb\n\tc")
    is("one\ntwo", "one\r\ntwo\n")
    is("x", "x")
    is("", "")
    is("\239\191\189", "\255")
    is("?", "é", { unicode = false })
  end)

  it("never flood", function()
    local lines = select(2, show.text(("line\n"):rep(1000)):gsub("\n", "\n")) + 1
    assert.equal(40, lines)
    assert(#show.text(("x"):rep(1e6)) < 5000)
    assert.equal(1e6, #show.text(("x"):rep(1e6), { whole = true }))
  end)
end)

describe("tables", function()
  it("of alike rows are aligned", function()
    is("name  share\nA     0.500\nBB    0.125", { { name = "A", share = 0.5 }, { name = "BB", share = 0.125 } },
      { color = false })
    is("\27[1mname\27[0m\nA", { { name = "A" } }, { color = true })
    is("name  v\nA     1\nB", { { name = "A", v = 1 }, { name = "B" } })
    is("1  2\n3  4", { { 1, 2 }, { 3, 4 } })
    is("name  v\n東京  1\nx     2", { { name = "東京", v = 1 }, { name = "x", v = 2 } })
  end)

  it("show huge and tiny numbers, and what is none", function()
    is("    v\n  n/a\n1e-12\n1e+15", { { v = NAN }, { v = 1e-12 }, { v = 1e15 } })
    is("   v\n-inf\n   2", { { v = -HUGE }, { v = 2 } })
    is("  v\n0.0\n1.5", { { v = -0.0 }, { v = 1.5 } })
  end)

  it("are lists, maps, or nothing", function()
    is("{}", {})
    is("{ 1, 2, 0.5 }", { 1, 2, 0.5 })
    is('a  1\nb  "x"\nc  { 1, { 2, { {…} } } }', { a = 1, b = "x", c = { 1, { 2, { { 3 } } } } })
    is("[1.5]  true\nkey    <function>", { [1.5] = true, key = print })
    is("{ 1000, 2000,\n  3000, 4000 }", { 1000, 2000, 3000, 4000 }, { width = 20 })
  end)

  it("are cut where they are long or go round", function()
    local list, round = {}, {}
    for i = 1, 5000 do list[i] = { i = i } end
    round.round = round
    local text = show.text(list)
    assert.truthy(text:find("\n… 4,962 more rows$"))
    is("round  { round = { round = { round = {…} } } }", round)
    for i = 1, 5000 do list[i] = i end
    assert.truthy(show.text(list):find "more }$")
    assert(select(2, show.text(list):gsub("\n", "")) < 15)
    for i = 1, 500 do round["key" .. i] = i end
    assert.truthy(show.text(round):find "\n… 462 more lines$")
  end)

  it("never raise", function()
    local evil = setmetatable({}, { __index = function() error "no" end, __tostring = function() error "no" end })
    is("{}", evil)
    is("a  {}", { a = evil })
    is("<table>", setmetatable({}, { __show = function() error "no" end }))
  end)
end)

describe("what scripts are made of", function()
  local fast = b.param("fast", 10, b.range(5, 30))

  it("is written as the tree writes it", function()
    is("param fast = 10, swept over 5, 6, 7, 8, 9 … 30 (26 values)", fast)
    is("a function of the param fast: 20 when it is 10", fast * 2)
    is("indicator rsi(SPY, $fast)", b.rsi("SPY", fast))
    is("condition rsi(SPY, $fast) > 70", b.rsi("SPY", fast):gt(70))
    is("equal\n  SPY\n  TLT", b.equal { "SPY", "TLT" })
    is("function b.rsi; ?b.rsi tells more", b.rsi)
    is("function", print)
  end)

  it("is a tree, its params and its figures", function()
    local strategy = b.strategy { name = "A \27[2J name",
      b.when(b.rsi("SPY", fast):gt(70), "SPY"):otherwise "TLT" }
    is([[
A  [2J name
  if rsi(SPY, $fast) > 70
    SPY
  else
    TLT
param fast = 10, swept over 5, 6, 7, 8, 9 … 30 (26 values)
3 nodes (3 distinct), 2 levels, 2 tickers: SPY TLT]], strategy)
    is("sweep of A  [2J name\n  fast  1, 2\n2 points, 2020-01-01 to the last, ranked by calmar",
      b.sweep { strategy = strategy, over = { fast = { 1, 2 } }, from = "2020-01-01", rank = "calmar" })
    is("{ strategy A  [2J name, rsi(SPY, 3), <function> }", { strategy, b.rsi("SPY", 3), b.rsi })
    is("1 part of A  [2J name selected; :param, :shift and :scale make a param of them",
      strategy:select { ticker = "TLT" }, { width = 200 })
  end)

  it("stops at the height of the terminal", function()
    local node = "SPY"
    for i = 1, 100 do node = b.when(b.rsi("SPY", 10):gt(i), "TLT"):otherwise(node) end
    local text = show.text(b.strategy { name = "Deep", node }, { width = 40, height = 20 })
    local count = select(2, text:gsub("\n", "")) + 1
    assert(count <= 20, count)
    for line in text:gmatch "[^\n]+" do assert(print_.width(line) <= 40, line) end
    assert.truthy(text:find("  … %d+ more lines\n"))
  end)
end)

describe("series", function()
  it("have a sparkline, extremes and both ends", function()
    local list = {}
    for i = 1, 20 do list[i] = i * 1.5 end
    is([[
x: 20 sessions, 2020-01-01 to 2020-01-20
  ▁▁▁▂▂▃▃▃▄▄▅▅▆▆▆▇▇███
  low 1.5 on 2020-01-01, high 30.0 on 2020-01-20
  2020-01-01   1.5
  2020-01-02   3.0
  2020-01-03   4.5
  2020-01-04   6.0
  …
  2020-01-17  25.5
  2020-01-18  27.0
  2020-01-19  28.5
  2020-01-20  30.0]], series(list))
    is([[
x: 3 sessions, 2020-01-01 to 2020-01-03, 1 n/a
  . @
  low 1 on 2020-01-01, high 2 on 2020-01-03
  2020-01-01    1
  2020-01-02  n/a
  2020-01-03    2]], series { 1, NAN, 2 }, { unicode = false })
  end)

  it("may be empty, constant, of one value, or without any", function()
    is("x: no session", series {})
    is("x: 1 session, 2020-01-01\n  2020-01-01  5", series { 5 })
    is("x: 2 sessions, 2020-01-01 to 2020-01-02\n  ▁▁\n  always 7\n  2020-01-01  7\n  2020-01-02  7",
      series { 7, 7 })
    is("x: 2 sessions, 2020-01-01 to 2020-01-02, 2 n/a\n  2020-01-01  n/a\n  2020-01-02  n/a", series { NAN, NAN })
    is("x: 1 session, 2020-01-01, 1 n/a\n  2020-01-01  n/a", series { NAN })
    is([[
x: 2 sessions, 2020-01-01 to 2020-01-02
  ▁█
  low -1e+308 on 2020-01-01, high 1e+308 on 2020-01-02
  2020-01-01  -1e+308
  2020-01-02   1e+308]], series { -1e308, 1e308 })
    is("x: 2 sessions, 2020-01-01 to 2020-01-02, 1 n/a\n  ▁ \n  always 1e-300\n  2020-01-01  1e-300\n"
      .. "  2020-01-02     inf", series { 1e-300, HUGE })
  end)

  it("fit a narrow terminal", function()
    local list = {}
    for i = 1, 200 do list[i] = math.sin(i) end
    for line in show.text(series(list, ("name "):rep(30)), { width = 30 }):gmatch "[^\n]+" do
      assert(print_.width(line) <= 30, line)
    end
  end)

  it("come from b.eval and b.bars, and stay plain tables", function()
    local options = { data = simulated.store(), from = "2020-01-02", to = "2020-01-06" }
    local values, bars = b.eval(b.sma("SPY", 2), options), b.bars("SPY", options)
    is([[
sma(SPY, 2): 3 sessions, 2020-01-02 to 2020-01-06
  ▁▄█
  low 233.320 on 2020-01-02, high 236.260 on 2020-01-06
  2020-01-02  233.320
  2020-01-03  234.620
  2020-01-06  236.260]], values)
    assert.equal("values of sma(SPY, 2)", tostring(values))
    assert.equal(3, #values)
    is([[
SPY: 3 bars, 2020-01-02 to 2020-01-06
  ▁██
  low 233.172 on 2020-01-02, high 236.453 on 2020-01-06
                 open     high      low    close     volume
  2020-01-02  232.594  233.271  231.942  233.172   68785345
  2020-01-03  234.221  236.275  233.840  236.068  112995691
  2020-01-06  236.229  236.589  235.003  236.453   42514537]], bars)
    is("a  values of sma(SPY, 2)\nb  bars of SPY", { a = values, b = bars })
  end)
end)

describe("backtests", function()
  local strategy = b.strategy { name = "Hold", "SPY" }

  it("are tear sheets that fit", function()
    local run = b.run(strategy, { data = simulated.store(), from = "2020-01-01", to = "2020-12-31" })
    local text = show.text(run)
    assert.truthy(text:find("^Hold\nSIMULATED prices"))
    assert.truthy(text:find "\n  2020 ")
    for line in text:gmatch "[^\n]+" do assert(print_.width(line) <= 80, line) end
    assert.falsy(text:find "\27")
    assert.truthy(show.text(run, { color = true }):find "^\27%[1mHold")
    assert.falsy(show.text(run, { unicode = false }):find "[\128-\255]")
    assert.truthy(show.text(run, { width = 60 }):find "\n  return\n")
    assert.equal("backtest of Hold from 2020-01-02 to 2020-12-31", tostring(run))
    is("run  backtest of Hold from 2020-01-02 to 2020-12-31", { run = run })
    local seen = {}
    for key in pairs(run) do seen[key] = true end
    assert(seen.metrics and seen.equity and not seen.plot)
  end)
end)
