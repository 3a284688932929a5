-- SPDX-License-Identifier: MIT
-- What scripts give indicators: windows, numbers, options, a second series; and crossings.
local b = require "banyan"
local runs = require "spec.runs"
local simulated = require "spec.simulated"

local function refused(expression, message)
  local ok, err = pcall(assert(loadstring("local b = ... return " .. expression)), b)
  assert.is_false(ok)
  assert.truthy(tostring(err.message or err):find(message, 1, true), tostring(err.message or err))
end

-- The error of a run of "hold SPY when the condition holds".
local function run_refused(condition, message)
  local _, err, code = simulated.run { "run",
    runs.script("b.when(" .. condition .. ", 'SPY'):otherwise('TLT')") }
  assert.equal(3, code)
  assert.truthy(err:find(message, 1, true), err)
end

describe("an indicator", function()
  it("says what it takes", function()
    refused("b.bollinger_upper('SPY', 20)",
      "bollinger_upper takes a ticker, 1 window and 1 number, not 2 arguments")
    refused("b.sar('SPY', 0.02)", "sar takes a ticker and 2 numbers, not 2 arguments")
    refused("b.beta('QQQ', 'SPY')", "beta takes a ticker, another one and 1 window")
    refused("b.beta('QQQ', 5, 60)", "beta: the series that it is measured against is a ticker such "
      .. "as \"SPY\" or an indicator, not 5")
    refused("b.close('SPY'):crosses_above('QQQ')", "close:crosses_above takes a number, a param or an indicator, not")
    refused("b.rsi('SPY', 10, { flatt = 0 })", "did you mean 'flat'?")
  end)

  it("takes numbers above 0", function()
    run_refused("b.bollinger_upper('SPY', 20, 0):gt(5)",
      "a number of an indicator must be above 0 and at most 1000, not 0")
    run_refused("b.sar('SPY', 0.02, 'x'):gt(5)", "a number of an indicator must be above 0")
    run_refused("b.sar('SPY', 1 / 0, 0.2):gt(5)", "a number of an indicator must be above 0")
  end)

  it("takes words of its options alone", function()
    run_refused("b.rsi('SPY', 10, { smoothing = 'wylder' }):gt(5)",
      "x: at if: rsi: smoothing must be wilder, simple, exponential, adjusted, not 'wylder', did you mean 'wilder'?")
    refused("b.rsi('SPY', 10, 'simple')", "rsi takes a ticker and 1 window, not 3 arguments; options go into a "
      .. "table, such as { smoothing = \"simple\" }")
    run_refused("b.zscore('SPY', 10, { ddof = 2 }):gt(5)", "ddof must be 0, 1, not '2'")
  end)

  it("is written as a script would", function()
    local conditions = {
      "b.bollinger_upper(\"SPY\", 20, 2.5, { ddof = 1 }):gt(b.keltner_upper(\"SPY\", 20, 10, 1.5))",
      "b.rsi(\"SPY\", 10, { flat = 0, smoothing = \"simple\" }):gt(50)",
      "b.correlation(\"SPY\", b.close(\"TLT\"), 20, { input = \"closes\" }):lt(0)",
      "b.beta(b.sma(\"QQQ\", 5), b.sma(\"SPY\", 5), 60):gt(1)",
    }
    for _, condition in ipairs(conditions) do
      local path = runs.script("b.when(" .. condition .. ", 'SPY'):otherwise('TLT')")
      local out, err, code = simulated.run { "import", path }
      assert.equal(0, code, err)
      assert.truthy(out:gsub("%s+", " "):find(condition:gsub("%s+", " "), 1, true), out)
    end
  end)
end)

describe("a second series", function()
  it("is the same for each child of a ranking", function()
    local spelt = "b.when(b.beta('QQQ', 'SPY', 20):gte(b.beta('TLT', 'SPY', 20)), 'QQQ'):otherwise('TLT')"
    runs.same(runs.of(spelt), runs.of "b.top(1, b.beta('SPY', 20), { 'QQQ', 'TLT' })", 0)
  end)

  it("is measured against what a node is worth, too", function()
    local group = "b.group('pair', b.equal { 'QQQ', 'TLT' })"
    local run = runs.of(("b.when(b.beta(b.close('QQQ'), b.close(%s), 20):gt(1), 'QQQ')"
      .. ":otherwise('TLT')"):format(group))
    assert.is_true(#run.dates > 100)
  end)
end)

describe("a crossing", function()
  it("holds on the day after which a series lies on the other side", function()
    local crossing = runs.of "b.when(b.close('SPY'):crosses_above(b.sma('SPY', 20)), 'QQQ'):otherwise('TLT')"
    local spelt = runs.of("b.when(b.all { b.close('SPY'):gt(b.sma('SPY', 20)), "
      .. "b.close('SPY'):lte(b.sma('SPY', 20)):days_ago(1) }, 'QQQ'):otherwise('TLT')")
    runs.same(spelt, crossing, 0)
    local back = runs.of "b.when(b.rsi('SPY', 5):crosses_below(50), 'QQQ'):otherwise('TLT')"
    runs.same(runs.of("b.when(b.all { b.rsi('SPY', 5):lt(50), b.rsi('SPY', 5):gte(50):days_ago(1) }, "
      .. "'QQQ'):otherwise('TLT')"), back, 0)
  end)
end)
