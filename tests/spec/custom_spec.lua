-- SPDX-License-Identifier: MIT
-- Indicators that scripts define: their values against those of the engine, wherever they may stand, and that
-- threads, sharing and memory do not show in them.
local b = require "banyan"
local helper = require "spec.helper"
local json = require "banyan.json"
local runs = require "spec.runs"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local function ema(bars, out, n, w)
  local close, weight = bars.close, 2 / (w + 1)
  local value = close[1]
  for i = 1, n do
    value = i == 1 and value or weight * close[i] + (1 - weight) * value
    if i >= w then out[i] = value end
  end
end

local my_ema = b.indicator { name = "my_ema", windows = 1, compute = ema }

local EMA = [[
local my_ema = b.indicator {
  name = "my_ema", windows = 1, first = function(w) return w end,
  compute = function(bars, out, n, w)
    local close, weight = bars.close, 2 / (w + 1)
    local value = close[1]
    for i = 1, n do
      value = i == 1 and value or weight * close[i] + (1 - weight) * value
      if i >= w then out[i] = value end
    end
  end,
}
]]

local function eval(series, options)
  options = options or {}
  options.data = simulated.store()
  return b.eval(series, options)
end

local function same_values(expected, found)
  assert.equal(expected.n, found.n)
  local known = 0
  for i = 1, expected.n do
    local both = expected[i] ~= expected[i] and found[i] ~= found[i]
    assert(both or expected[i] == found[i], ("%s: %.17g, not %.17g"):format(expected.date[i], found[i],
      expected[i]))
    known = known + (both and 0 or 1)
  end
  assert.truthy(known > 100)
end

describe("an indicator of a script", function()
  it("has the values of its twin among the engine's, over whatever it is measured", function()
    same_values(eval(b.ema("SPY", 20)), eval(my_ema("SPY", 20)))
    same_values(eval(b.ema(b.rsi("SPY", 10), 5)), eval(my_ema(b.rsi("SPY", 10), 5)))
    same_values(eval(b.rsi(b.ema("SPY", 20), 5)), eval(b.rsi(my_ema("SPY", 20), 5)))
    same_values(eval(b.ema("SPY", 20) - b.ema("TLT", 9):days_ago(3)),
      eval(my_ema("SPY", 20) - my_ema("TLT", 9):days_ago(3)))
    local node = b.when(b.rsi("SPY", 10):gt(50), "SPY"):otherwise("TLT")
    same_values(eval(b.ema(node, 20)), eval(my_ema(node, 20)))
    same_values(eval(b.on("1w", b.ema("SPY", 5))), eval(b.on("1w", my_ema("SPY", 5))))
  end)

  it("takes windows, numbers, a second series, and all columns of a bar", function()
    local mine = b.indicator {
      name = "mine", windows = 2, numbers = 2, reads = { "open", "high", "low", "volume", "other", "time" },
      compute = function(bars, out, n, v, w, x, y)
        for i = math.max(v, w), n do
          out[i] = bars.high[i] - bars.low[i - v + 1] + x * bars.open[i - w + 1] - y * bars.other[i]
            + bars.volume[i] + bars.time[i]
        end
        assert(#bars.close == n and #out == n)
      end,
    }
    local bars, other = b.bars("SPY", { data = simulated.store() }), eval(b.sma("TLT", 7))
    local found = eval(mine("SPY", b.sma("TLT", 7), 5, 3, 0.5, 2))
    -- The stretch begins where the second series does.
    for i = 7 + 4, found.n do
      assert.equal(bars.high[i] - bars.low[i - 4] + 0.5 * bars.open[i - 2] - 2 * other[i] + bars.volume[i]
        + bars.time[i], found[i])
    end
    assert(found[10] ~= found[10])
  end)

  it("begins anew behind a NaN, with all that it remembers as it was", function()
    local seen, calls = {}, 0
    local counting = b.indicator {
      name = "counting", windows = 1,
      compute = function(bars, out, n, w)
        calls = calls + 1
        seen[#seen + 1] = calls
        for i = w, n do out[i] = 100 * calls + #seen + 0 * bars.close[i] end
      end,
    }
    local holes = b.indicator { name = "holes", compute = function(bars, out, n)
      for i = 1, n do
        if i % 100 > 2 then out[i] = bars.close[i] end
      end
    end }
    same_values(eval(b.ema(holes("SPY"), 7)), eval(my_ema(holes("SPY"), 7)))
    local found = eval(counting(holes("SPY"), 2) + counting("TLT", 3) + counting("TLT", 4))
    for i = 1, found.n do
      assert.equal(i > 3 and i % 100 > 3, found[i] == found[i], found.date[i])
      assert(found[i] ~= found[i] or found[i] == 303)
    end
    assert.same({ 0, 0 }, { calls, #seen })
  end)

  it("may use functions, tables and libraries that stand beside it", function()
    local weights = { 0.5, 0.25, { 0.25 } }
    weights.last = weights[3]
    local floor, scale, m = math.floor, 1 / 3, math
    local function square(x) return x * x end
    local recursive
    function recursive(k) return k > 0 and 1 + recursive(k - 1) or 0 end
    local mine = b.indicator {
      name = "mine",
      compute = function(bars, out, n)
        for i = 3, n do
          local x = weights[1] * bars.close[i] + weights[2] * bars.close[i - 1] + weights.last[1]
          out[i] = square(floor(m.abs(x))) * scale + recursive(5) + bit.band(i, 3)
        end
      end,
    }
    local bars, found = b.bars("SPY", { data = simulated.store() }), eval(mine("SPY"))
    for i = 3, found.n do
      assert.equal(math.floor(0.5 * bars.close[i] + 0.25 * bars.close[i - 1] + 0.25) ^ 2 * (1 / 3) + 5
        + bit.band(i, 3), found[i])
    end
  end)

  it("ranks, mixes and decides like its twin", function()
    local node = [[b.weighted {
      { 0.4, b.top(2, %s(10) / b.close(), { "SPY", "QQQ", "TLT", b.equal { "GLD", "BIL" } }) },
      { 0.3, b.mixed(%s("SPY", 20), 100, 300, "SPY", "BIL") },
      { 0.3, b.when(%s("QQQ", 30):crosses_above(b.sma("QQQ", 40)):for_days(1), "QQQ"):otherwise("GLD") },
    }]]
    local mine = runs.of_script(runs.script(node:gsub("%%s", "my_ema"), EMA))
    local twin = runs.of_script(runs.script(node:gsub("%%s", "b.ema"), ""))
    assert.same(twin.equity, mine.equity)
    assert.same(twin.held, mine.held)
  end)
end)

describe("an indicator of a script", function()
  it("that looks ahead is found by an audit, and one that does not is not", function()
    local function audit(row)
      local out, err, code = simulated.run { "audit", runs.script(
        [[b.when(mine("SPY"):gt(b.close("SPY")), "SPY"):otherwise("TLT")]], ([[
local mine = b.indicator { name = "mine", compute = function(bars, out, n)
  for i = 2, n - 1 do out[i] = bars.close[%s] end
  out[n] = bars.close[n]
end }]]):format(row)) }
      assert(code < 2, err)
      return code, out
    end
    assert.equal(0, (audit "i"))
    local code, out = audit "i + 1"
    assert.equal(1, code)
    assert.truthy(out:find("indicator mine(SPY)", 1, true), out)
  end)
end)

describe("a sweep over an indicator of a script", function()
  local SWEEP = [[
local b = require "banyan"
%s
local fast, slow = b.param("fast", 5, b.range(2, 9)), b.param("slow", 20, b.range(10, 24, 2))
return b.sweep { strategy = b.strategy { name = "x",
  b.when(%s("QQQ", fast):gt(%s("QQQ", slow)), "QQQ"):elsewhen(%s("TLT", fast):gt(%s("TLT", slow)), "TLT")
    :otherwise("BIL") }, from = "2018-01-02" }
]]
  local function script(name, preparation)
    return sweeps.script((SWEEP:gsub("%%s", preparation, 1):gsub("%%s", name)))
  end

  it("has the same rows with any number of threads, memory and sharing, and as the twin", function()
    local file, store = script("my_ema", EMA), simulated.store()
    local summary, directory = sweeps.sweep(file, store, "-j", "1")
    assert.equal(64, summary.done)
    local rows = json.encode(sweeps.rows(directory))
    for _, words in ipairs { { "-j", "2" }, { "-j", "3" }, { "-j", "3", "--mem", "300K" },
      { "-j", "2", "--no-share", "--mem", "300K" } } do
      local _, other = sweeps.sweep(file, store, unpack(words))
      assert.equal(rows, json.encode(sweeps.rows(other)), table.concat(words, " "))
    end
    local _, twin = sweeps.sweep(script("b.ema", ""), store)
    assert.equal(rows, json.encode(sweeps.rows(twin)))
  end)

  it("goes on with its store, and not when the indicator is another one", function()
    local store, results = simulated.store(), helper.scratch() .. "/results"
    local function run(preparation)
      return helper.run { "sweep", script("my_ema", preparation), "--data", store, "--store", results,
        "--json" }
    end
    local _, err, code = run(EMA)
    assert.equal(0, code, err)
    -- Other names and lines are no other indicator.
    _, err, code = run("-- a remark\n\n" .. EMA:gsub("weight", "share"))
    assert.equal(0, code, err)
    for _, edit in ipairs { { "2 / %(w %+ 1%)", "2 / (w + 2)" }, { "return w end", "return w + 1 - 1 end" } } do
      _, err, code = run((EMA:gsub(edit[1], edit[2])))
      assert.equal(7, code, err)
      assert.truthy(err:find("indicator my_ema", 1, true), err)
    end
  end)
end)
