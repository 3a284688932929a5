-- SPDX-License-Identifier: MIT
-- Tickers that are made of others: the ratio of two prices, and leverage of one.
local helper = require "spec.helper"
local runs = require "spec.runs"
local simulated = require "spec.simulated"

local function when(condition)
  return runs.of(("b.when(%s, 'SPY'):otherwise('TLT')"):format(condition))
end

local function refused(wanted, node, ...)
  local out, err, code = simulated.run { "run", runs.script(node) }
  assert.same({ "", wanted }, { out, code }, err)
  for _, part in ipairs { ... } do
    assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
  end
end

describe("a ratio", function()
  it("is one price over another", function()
    runs.same(when "(b.close('SPY') / b.close('TLT')):gt(1.5)",
      when "b.close(b.ratio('SPY', 'TLT')):gt(1.5)")
    local condition = "b.rsi('SPY/TLT', 10):gt(b.rsi(b.ratio('TLT', 'SPY'), 10))"
    local run = when(condition)
    assert(run.json.metrics.average_turnover > 0.05)
  end)

  it("cannot be held", function()
    refused(3, "b.group('g', b.equal { 'SPY', b.ratio('SPY', 'TLT') })",
      "x: at g/weighted/SPY/TLT: the ratio SPY/TLT can be measured, but not held; hold SPY or TLT")
  end)

  it("has parts that are there", function()
    refused(4, "b.when(b.close('SPY/TLTT'):gt(1), 'SPY'):otherwise('TLT')",
      "no bars of TLTT (of SPY/TLTT) (did you mean TLT?)")
    refused(3, "b.when(b.close(b.ratio('SPY', 5)):gt(1), 'SPY'):otherwise('TLT')",
      "ratio takes tickers such as \"SPY\", not 5")
  end)

  it("gives way to a symbol of that name, and misses no day of either", function()
    local folder = helper.scratch()
    local function import(symbol, rows)
      local path = helper.write(folder .. "/in.csv", "date,close\n" .. rows)
      local _, err, code = helper.run { "data", "import", path, "--symbol", symbol, "--data",
        folder .. "/store" }
      assert.equal(0, code, err)
    end
    import("A", "2020-01-01,10\n2020-01-02,20\n2020-01-03,30\n2020-01-06,40\n")
    import("B", "2020-01-02,10\n2020-01-06,40\n2020-01-07,20\n")
    import("C", "2020-01-01,1\n2020-01-02,1\n2020-01-03,1\n2020-01-06,1\n2020-01-07,1\n")
    -- A/B is 2, 3 (10 kept), 1, 2 (40 kept) on its days.
    local function held(threshold)
      local script = runs.script(("b.when(b.close('A/B'):gt(%g), 'C'):otherwise(b.cash)"):format(
        threshold))
      local out = folder .. "/w.csv"
      local _, err, code = helper.run { "run", script, "--data", folder .. "/store", "--weights", out,
        "--to", "2020-01-07" }
      assert.equal(0, code, err)
      local days = {}
      for day in helper.read(out):gmatch "2020%-01%-(%d%d),C" do days[#days + 1] = day end
      return table.concat(days, " ")
    end
    assert.equal("02 03 07", held(1.5))
    assert.equal("03", held(2.5))
    import("A/B", "2020-01-01,5\n2020-01-07,1\n")
    assert.equal("01 02 03 06", held(1.5))
  end)
end)

describe("a leverage", function()
  it("moves so many times as far a day", function()
    local plain = runs.of "'SPY'"
    for _, factor in ipairs { 1, 0.75, 2, -1 } do
      local run = runs.of(("b.leverage('SPY', %g)"):format(factor))
      assert.same(plain.dates, run.dates)
      for i = 2, #plain.dates do
        local wanted = 1 + factor * (plain.equity[i] / plain.equity[i - 1] - 1)
        assert(math.abs(run.equity[i] / run.equity[i - 1] - wanted) < 1e-12, plain.dates[i])
      end
    end
  end)

  it("has opens, too", function()
    local plain = runs.of("'SPY'", "--fill", "open")
    local run = runs.of("b.leverage('SPY', 1)", "--fill", "open")
    runs.holds(run, function() return { ["SPY?L=1"] = 1 } end)
    for i = 1, #plain.dates do
      assert(math.abs(run.equity[i] / plain.equity[i] - 1) < 1e-12, plain.dates[i])
    end
  end)

  it("has limits", function()
    refused(3, "'SPY?L=11'", "the ticker SPY?L=11: the leverage must be from -10 to 10")
    refused(3, "b.leverage('SPY', 'x')", "leverage takes a ticker and a number such as 0.75, not x")
    refused(4, "'SPYX?L=2'", "no bars of SPYX (of SPYX?L=2)")
    refused(4, "'UVXY?L=10'", "UVXY?L=10 falls to 0 on ", "use a smaller leverage")
  end)

  it("can be walked by a sweep", function()
    local script = runs.script("b.leverage('SPY', p)", "local p = b.param('p', 1, { 0.5, 2 })")
    local run = runs.of_script(script, "-p", "p=2")
    runs.holds(run, function() return { ["SPY?L=2"] = 1 } end)
    local _, err, code = simulated.run { "sweep", script, "--store", helper.scratch() .. "/s" }
    assert.equal(0, code, err)
  end)
end)
