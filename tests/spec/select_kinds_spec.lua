-- SPDX-License-Identifier: MIT
-- Params by selection in every kind of node, condition and series, and how a tree prints them.
local helper = require "spec.helper"
local runs = require "spec.runs"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local TREE = [[
local b = require "banyan"
local rising = b.close("SPY"):gt(b.sma("SPY", 50) * 1.02 - 1):for_days(2)
local t = b.strategy { name = "x", b.group("outer", b.equal {
  b.top(2, b.rsi(10), { "SPY", "QQQ", "TLT" }, { inverse_vol = 30 }),
  b.bottom(2, b.stdev_return(15, { ddof = 0 }), { "SPY", "QQQ", "TLT" }, { weights = { 0.7, 0.3 } }),
  b.inverse_vol(20, { "SPY", "GLD" }),
  b.mixed(b.rsi(b.group("held", b.equal { "GLD", b.top(1, b.ema(7), { "SPY", "TLT" }) }), 11), 30, 70,
    "TLT", "SPY"),
  b.switch({ rising, b.at_least(1, { b.rsi("QQQ", 12):lt(40), b.month():eq(3) }):days_ago(1) },
    { "SPY", "TLT", b.void }),
  b.enter_exit { enter = b.percentile(b.rsi("GLD", 13), 60):gt(80),
    exit = (b.ema("GLD", 5) - b.ema("GLD", 9):days_ago(4)):lt(0), inside = "GLD", outside = b.cash },
}) }
]]

-- What a dry run says that a selection touches: "window in 2: path path".
local function touched(selection)
  local script = sweeps.script(TREE .. selection .. "\nreturn b.sweep { strategy = t }")
  local out, err, code = simulated.run { "sweep", script, "--dry-run", "-v" }
  if code ~= 0 then return err end
  local field, count, list = out:match "\np sets the ([%w_]+) in (%d+) places?:\n(.*)$"
  return ("%s in %s: %s"):format(field, count, (list:gsub("  ([^\n]+)\n", "%1 "):gsub(" $", "")))
end

local function by_param(keys, field, value)
  return touched(('t:select { %s }:param("%s", "p", %s)'):format(keys, field, value or 5))
end

local TOP = "outer/weighted/filter"
local SWITCH, ENTER = "outer/weighted/switch", "outer/weighted/enter_exit"
local MIXED = "outer/weighted/mixed"

describe("a selection", function()
  it("finds windows of every kind", function()
    assert.equal("window in 1: " .. TOP, by_param('indicator = "rsi", window = 10', "window"))
    assert.equal("window in 1: outer/weighted/inverse_vol", by_param('kind = "inverse_vol"', "window"))
    assert.equal("window in 1: outer/weighted/inverse_vol", by_param("window = 20", "window"))
    assert.equal("window in 1: " .. TOP, by_param('indicator = "rsi", kind = "filter"',
      "volatility.window"))
    assert.equal("window in 1: " .. MIXED, by_param('kind = "mixed"', "window"))
    assert.equal("window in 1: " .. ENTER, by_param('indicator = "percentile"', "window"))
    assert.equal("window in 1: " .. ENTER, by_param("window = 13", "window"))
    assert.equal(("window in 2: %s %s"):format(ENTER, ENTER),
      by_param('indicator = "ema", ticker = "GLD"', "left.window"))
    assert.equal(("window in 1: %s/held/weighted/filter"):format(MIXED),
      by_param('indicator = "ema", window = 7', "window"))
  end)

  it("finds the weights of ranks", function()
    assert.equal("weight in 1: " .. TOP, by_param('kind = "filter"', "weights.2", 0.5))
    assert.truthy(by_param('kind = "filter"', "weights.3", 0.5):find("has a weights.3", 1, true))
  end)

  it("finds conditions wherever they are", function()
    assert.equal("for_days in 1: " .. SWITCH, by_param('indicator = "sma"', "for_days"))
    assert.equal("days_ago in 1: " .. SWITCH, by_param('kind = "at_least"', "days_ago"))
    assert.equal("n in 1: " .. SWITCH, by_param('kind = "at_least"', "n", 2))
    assert.equal("threshold in 2: " .. SWITCH .. " " .. SWITCH, by_param('kind = "switch"', "threshold"))
    assert.equal("threshold in 2: " .. ENTER .. " " .. ENTER,
      by_param('kind = "enter_exit"', "threshold"))
    assert.equal("comparator in 1: " .. SWITCH, by_param('threshold = 40', "comparator", '"lte"'))
  end)

  it("finds what series are shifted and scaled by", function()
    assert.equal("factor in 1: " .. SWITCH, by_param('indicator = "sma"', "right.factor"))
    assert.equal("offset in 1: " .. SWITCH, by_param('indicator = "sma"', "offset"))
    assert.equal("days_ago in 1: " .. ENTER, by_param("window = 9", "left.days_ago"))
    assert.equal("days_ago in 1: " .. MIXED, by_param('kind = "mixed"', "days_ago"))
    assert.equal("factor in 1: " .. TOP, touched 't:select { window = 10 }:scale("factor", "p", 2)')
  end)

  it("finds bounds, counts and definitions", function()
    assert.equal("low in 1: " .. MIXED, by_param('kind = "mixed"', "low"))
    assert.equal("high in 1: " .. MIXED, touched 't:select { kind = "mixed" }:shift("high", "p", 1)')
    assert.equal("n in 3: " .. TOP .. " " .. TOP .. " " .. MIXED .. "/held/weighted/filter",
      by_param('kind = "filter"', "n", 1))
    assert.equal("ddof in 1: " .. TOP, by_param('indicator = "stdev_return"', "ddof", 1))
    assert.equal("history in 1: " .. TOP, by_param('window = 10', "history", 250))
    assert.equal("seed in 1: " .. ENTER, by_param('window = 9', "seed", '"sma"'))
  end)

  it("says what nothing has", function()
    local function says(text, ...)
      assert.truthy(by_param(...):find(text, 1, true), (by_param(...)))
    end
    says("matches has a low", 'kind = "filter"', "low")
    says("matches has a seed", 'indicator = "rsi"', "seed")
    says("unknown field 'fordays', did you mean 'for_days'?", 'kind = "filter"', "fordays")
    says("the number of for_days must be a whole number from 1 to 100000, not 0",
      'indicator = "sma"', "for_days", 0)
    says("the factor must be a number from -1e+300 to 1e+300, not the text 'x'", 'indicator = "sma"', "factor", '"x"')
    says("ddof must be 0, 1, not '3'", 'indicator = "stdev_return"', "ddof", 3)
  end)

  it("gives what is written out", function()
    local node = [[b.when(b.rsi("SPY", 10):gt(%s)%s, "SPY"):otherwise(b.mixed(b.rsi("QQQ", 10), %s, 70,
      "TLT", "SPY"))]]
    local script = sweeps.script('local b = require "banyan"\nlocal t = b.strategy { name = "x", '
      .. node:format('b.rsi("QQQ", 10)', "", "30") .. [[ }
      t:select { kind = "mixed" }:param("low", "low", 30)
      t:select { kind = "condition" }:param("for_days", "days", 1):scale("right.factor", "times", 1)
      return t]])
    local run = runs.of_script(script, "-p", "low=40", "-p", "days=2", "-p", "times=0.9")
    runs.same(runs.of(node:format('0.9 * b.rsi("QQQ", 10)', ":for_days(2)", "40")), run)
  end)
end)

describe("a tree", function()
  it("prints every kind", function()
    local out, err, code = simulated.run { "tree", sweeps.script(TREE .. "return t") }
    assert.equal(0, code, err)
    assert.equal([[
group "outer"
  equal
    top 2 by rsi(10), inverse volatility 30
      SPY
      QQQ
      TLT
    bottom 2 by stdev_return(15, ddof 0), weights 0.7 0.3
      SPY
      QQQ
      TLT
    inverse volatility 20
      SPY
      GLD
    mixed by rsi([held], 11) from 30 to 70
    [held] is
      group "held"
        equal
          GLD
          top 1 by ema(7)
            SPY
            TLT
    at the low end
      TLT
    at the high end
      SPY
]] .. '    switch by how many hold of close(SPY) > 1.02 * sma(SPY, 50) - 1 for 2 days, '
      .. 'at_least 1(rsi(QQQ, 12) < 40, month() = 3), 1 day ago\n' .. [[
    none holds
      SPY
    1 holds
      TLT
    2 hold
      void
    enter when percentile(rsi(GLD, 13), 60) > 80, exit when (ema(GLD, 5) - ema(GLD, 9) 4 days ago) < 0
    inside
      GLD
    outside
      cash
]], out:match "^(.-)\n\n" .. "\n")
  end)
end)

describe("a number and an option of an indicator", function()
  it("are bound by a selection as by the script itself", function()
    local function sweep(text)
      local store = helper.scratch() .. "/results"
      local _, err, code = simulated.run { "sweep", sweeps.script('local b = require "banyan"\n' .. text),
        "--store", store }
      assert.equal(0, code, err)
      return (simulated.run { "export", store })
    end
    local tree = [[local t = b.strategy { name = "x",
      b.when(b.close("SPY"):lt(b.bollinger_lower("SPY", 20, %s)), "SPY")
       :elsewhen(b.rsi("SPY", 10%s):gt(60), "GLD"):otherwise("TLT") }
    ]]
    local written = sweep('local k = b.param("k", 2, { 1, 2 })\n'
      .. 'local s = b.param("s", "wilder", { "wilder", "simple" })\n'
      .. tree:format("k", ", { smoothing = s }") .. "return t")
    local selected = sweep(tree:format("2", "") .. [[
t:select { indicator = "bollinger_lower" }:param("number", "k", 2, { 1, 2 })
t:select { indicator = "rsi" }:param("smoothing", "s", "wilder", { "wilder", "simple" })
return t]])
    assert.equal(5, select(2, written:gsub("\n", "")))
    assert.equal(written, selected)
  end)
end)
