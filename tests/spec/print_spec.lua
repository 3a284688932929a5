-- SPDX-License-Identifier: MIT
local nearest = require "banyan.nearest"
local print_ = require "banyan.print"
local sparkline = require "banyan.sparkline"

local NAN = 0 / 0

describe("print", function()
  it("separates thousands", function()
    assert.equal("0", print_.thousands(0))
    assert.equal("999", print_.thousands(999))
    assert.equal("1,000", print_.thousands(1000))
    assert.equal("-1,034,731", print_.thousands(-1034731))
    assert.equal("123,456.8", print_.thousands(123456.78, 1))
    assert.equal("1,234", print_.thousands(1234LL))
    assert.equal("n/a", print_.thousands(NAN))
    assert.equal("n/a", print_.thousands(math.huge))
  end)

  it("shows percentages, counts and sizes", function()
    assert.equal("12.3%", print_.percent(0.1234))
    assert.equal("-0.50%", print_.percent(-0.005, 2))
    assert.equal("+12.3%", print_.change(0.1234))
    assert.equal("-0.1%", print_.change(-0.0005))
    assert.equal("0.0%", print_.change(-0.0001))
    assert.equal("0.00%", print_.change(0, 2))
    assert.equal("n/a", print_.change(0 / 0))
    assert.equal("1,234.5%", print_.percent(12.345))
    assert.equal("n/a", print_.percent(NAN))
    assert.equal("1 file", print_.count(1, "file"))
    assert.equal("0 series", print_.count(0, "series", "series"))
    assert.equal("2,000 bars", print_.count(2000LL, "bar"))
    assert.equal("999 B", print_.bytes(999))
    assert.equal("1.0 kB", print_.bytes(1000))
    assert.equal("48.2 MB", print_.bytes(48.2e6))
    assert.equal("1.0 GB", print_.bytes(999.96e6))
  end)

  it("gives what rounds to 0 no sign", function()
    assert.equal("0.0", print_.fixed(-0.04, 1))
    assert.equal("0", print_.fixed(-0.4, 0))
    assert.equal("-0.1", print_.fixed(-0.06, 1))
    assert.equal("0.0%", print_.percent(-0.0004))
    assert.equal("0.00", print_.metric("sharpe", -0.004))
    assert.equal("0", print_.metric("omega", -0.0))
    assert.equal("0.0%", print_.signed(-1e-5, "0.0%"))
    assert.equal("-10", print_.signed(-10, "10"))
  end)

  it("does so in what a change of params changes", function()
    local function metrics(of) return setmetatable(of, { __index = function() return 0 end }) end
    local change = require "banyan.show.change".new { names = {}, spans = {}, other = 0, sessions = 1, seconds = 0,
      parts = 1, before = metrics { total_return = 0.5, sharpe = 1, trades = 7 },
      after = metrics { total_return = 0.49999, sharpe = 1.001, trades = 6 } }
    local text = require "banyan.show".text(change)
    assert.truthy(text:find "50.0%% +50.0%% +0.0%%\n", text)
    assert.truthy(text:find " 1.00 +1.00 +0.00\n" and text:find "7 +6 +%-1\n", text)
  end)

  it("shows durations", function()
    assert.equal("812 µs", print_.duration(812e-6))
    assert.equal("12.3 ms", print_.duration(0.01234))
    assert.equal("1.00 s", print_.duration(0.9996))
    assert.equal("59.99 s", print_.duration(59.99))
    assert.equal("1:00", print_.duration(59.999))
    assert.equal("1:02:03", print_.duration(3723))
    assert.equal("00:03", print_.eta(2.2))
    assert.equal("1:00:00", print_.eta(3600))
    assert.equal("--:--", print_.eta(math.huge))
  end)

  it("shows metrics in their units", function()
    assert.equal("1.42", print_.metric("sharpe", 1.4199))
    assert.equal("-23.4%", print_.metric("max_drawdown", -0.2342))
    assert.equal("1,234", print_.metric("trade_days", 1234))
    assert.equal("1,234", print_.metric("trades", 1234))
    assert.equal("-0.35", print_.metric("skewness", -0.3481))
    assert.equal("7.13", print_.metric("kurtosis", 7.1294))
    assert.equal("n/a", print_.metric("sharpe", NAN))
    assert.equal("n/a", print_.metric("sharpe", nil))
    assert.equal("0.1235", print_.metric("of tomorrow", 0.12345))
  end)

  it("keeps every bit where machines read", function()
    for _, value in ipairs { 0.1, 1 / 3, 1e-310, 123456789.123456789, -0.0005 } do
      assert.equal(value, tonumber(print_.exact(value)))
    end
    assert.equal("", print_.exact(NAN))
  end)

  it("aligns columns", function()
    local lines = print_.columns({ { "a", "1" }, { "µµ", "22" }, { "ccc", "" } }, "lr", "  ")
    assert.same({ "  a     1", "  µµ   22", "  ccc" }, lines)
  end)

  it("measures and cuts what shows", function()
    assert.equal(3, print_.width "\27[1mµ█a\27[0m")
    assert.equal("µ█", print_.cut("µ█a", 2))
    assert.equal("abc", print_.cut("abc", 3))
  end)

  it("wraps words", function()
    assert.same({ "one two", "three", "a_long_word", "x" },
      print_.wrap("one  two three a_long_word x", 8))
    assert.same({ "" }, print_.wrap("", 8))
  end)

  it("draws sparklines", function()
    assert.equal("▁▅█", sparkline.of({ 1, 2, 3 }, 3))
    assert.equal("▁█", sparkline.of({ 1, 5, 3, 9 }, 2))
    assert.equal("▁ █", sparkline.of({ 1, NAN, 9 }, 9))
    assert.equal("▁▁", sparkline.of({ 2, 2 }, 9))
    assert.equal("", sparkline.of({}, 9))
  end)

  it("colours only when asked to", function()
    assert.equal("x", print_.styler(false)("x", "bold"))
    assert.equal("\27[1mx\27[0m", print_.styler(true)("x", "bold"))
  end)
end)

describe("nearest", function()
  it("finds what was meant", function()
    local names = { "sharpe", "sortino", "calmar", "import", "show" }
    assert.equal("sharpe", nearest("shrape", names))
    assert.equal("sortino", nearest("sort", names))
    assert.equal("import", nearest("IMPRT", names))
    assert.is_nil(nearest("volatility", names))
    assert.is_nil(nearest("", names))
  end)
end)
