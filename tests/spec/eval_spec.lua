-- SPDX-License-Identifier: MIT
-- Looking at single series in scripts: b.bars and b.eval.
local b = require "banyan"
local runs = require "spec.runs"
local simulated = require "spec.simulated"

local function data(options)
  options = options or {}
  options.data = simulated.store()
  return options
end

local function refused(message, f, ...)
  local ok, err = pcall(f, ...)
  assert.is_false(ok)
  assert.truthy(tostring(err):find(message, 1, true), tostring(err))
end

describe("b.bars", function()
  it("has the columns of a ticker between two days", function()
    local all, some = b.bars("SPY", data()), b.bars("SPY", data { from = "2020-01-01", to = "2020-01-10" })
    assert.same({ 2517, "2014-01-02", "2023-12-29" }, { all.n, all.date[1], all.date[all.n] })
    assert.same({ "2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07", "2020-01-08", "2020-01-09",
      "2020-01-10" }, some.date)
    assert.equal(7, some.n)
    assert.equal(1577923200, some.time[1])
    local first
    for i = 1, all.n do first = all.date[i] == some.date[1] and i or first end
    for _, name in ipairs { "open", "high", "low", "close", "volume" } do
      assert.equal(7, #some[name])
      for i = 1, some.n do assert.equal(all[name][first + i - 1], some[name][i]) end
    end
    assert(some.low[1] <= some.close[1] and some.close[1] <= some.high[1] and some.volume[1] > 0)
  end)

  it("refuses what is none", function()
    refused("bars takes a ticker", b.bars, b.rsi("SPY", 5), data())
    refused("no bars of NONE", b.bars, "NONE", data())
    refused("bars: unknown key 'form', did you mean 'from'?", b.bars, "SPY", data { form = "2020-01-01" })
    refused("from must be a day", b.bars, "SPY", data { from = "yesterday" })
  end)
end)

describe("b.eval", function()
  it("has a value for each session, NaN where there is none", function()
    local bars, closes, means = b.bars("SPY", data()), b.eval("SPY", data()), b.eval(b.sma("SPY", 3), data())
    assert.same({ bars.n, bars.n }, { closes.n, means.n })
    assert.same(bars.date, means.date)
    for i = 1, bars.n do
      assert.equal(bars.close[i], closes[i])
      assert.equal(i < 3, means[i] ~= means[i])
    end
    assert(math.abs(means[3] - (closes[1] + closes[2] + closes[3]) / 3) < 1e-9)
    local part = b.eval(b.sma("SPY", 3), data { from = "2020-01-02", to = "2020-01-02" })
    assert.equal(1, part.n)
    for i = 1, means.n do
      if means.date[i] == "2020-01-02" then assert.equal(means[i], part[1]) end
    end
  end)

  it("takes params by name", function()
    local w = b.param("w", 3, { 3, 5 })
    local found = b.eval(b.sma("SPY", w), data { params = { w = 5 } })
    assert(found[4] ~= found[4] and found[5] == found[5])
    refused("has no param 'v'", b.eval, b.sma("SPY", w), data { params = { v = 5 } })
  end)

  it("refuses what it cannot evaluate", function()
    refused("eval takes an indicator such as", b.eval, 5, data())
    refused("eval: rsi needs a ticker as its first argument", b.eval, b.rsi(14), data())
    refused("sma 5000 of SPY needs 5000 bars", b.eval, b.sma("SPY", 5000), data())
    refused("the window must be a whole number", b.eval, b.sma("SPY", 0), data())
  end)

  it("is closed to strategies, which would know the future", function()
    for _, call in ipairs { 'b.eval("SPY")', 'b.bars("SPY")' } do
      local _, err, code = simulated.run { "run", runs.script('"SPY"', "local x = " .. call) }
      assert.equal(3, code)
      assert.truthy(err:find("reads prices, which a strategy does not see before its sessions", 1, true), err)
    end
  end)
end)
