-- SPDX-License-Identifier: MIT
-- Series from outside, end to end: imported, measured, swept, shown, and never seen too early.
local cjson = require "cjson"
local dates = require "banyan.dates"
local helper = require "spec.helper"
local runs = require "spec.runs"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

local function ok(words)
  local out, err, code = simulated.run(words)
  assert.equal(0, code, err)
  return out, err
end

-- Imports a text as a series into the simulated market.
local function import(name, text, ...)
  local path = helper.write(helper.scratch() .. "/in.csv", text)
  return ok { "data", "import", path, "--series", name, ... }
end

local function refused(wanted, node, ...)
  local out, err, code = simulated.run { "run", runs.script(node) }
  assert.same({ "", wanted }, { out, code }, err)
  for _, part in ipairs { ... } do has(err, part) end
end

-- Days and closes of a symbol of the simulated market.
local function closes(symbol)
  local list = {}
  local text = ok { "data", "export", symbol, "--timeframe", "1d" }
  for day, close in text:gmatch "\n(%d+%-%d+%-%d+),[^,]*,[^,]*,[^,]*,([^,]+)" do
    list[#list + 1] = { day = day, close = close }
  end
  return list
end

local function csv_of(list)
  local lines = { "date,value" }
  for i, each in ipairs(list) do lines[i + 1] = each.day .. "," .. each.close end
  return table.concat(lines, "\n") .. "\n"
end

local function when(condition)
  return ("b.when(%s, 'SPY'):otherwise('TLT')"):format(condition)
end

describe("a series", function()
  it("that repeats a ticker's closes is that ticker", function()
    import("spy_now", csv_of(closes "SPY"), "--known", "start")
    import("spy", csv_of(closes "SPY"))
    for _, condition in ipairs {
      "%s:gt(b.sma('SPY', 50))", "b.sma(%s, 20):gt(b.sma('SPY', 50))", "b.rsi(%s, 10):lt(60)",
      "(%s / b.close('TLT')):gt(1.5)", "(b.ema(%s, 9) * 2 - 3):lt(b.close('SPY') + b.sma(%s, 30))",
      "%s:days_ago(3):gt(%s):for_days(2)", "b.max_drawdown(%s, 60):lt(5)",
      "b.stdev_return(b.sma(%s, 5), 20):lt(0.5)" } do
      local function of(source) return runs.of(when((condition:gsub("%%s", source)))) end
      runs.same(of "b.close('SPY')", of "b.series('spy_now')")
      -- a day is known when it has ended: its value is one of the session before
      runs.same(of "b.close('SPY'):days_ago(1)", of "b.series('spy')")
    end
  end)

  it("does not change the sessions or what is held beside it", function()
    import("weekend", "time,value\n2016-01-02T12:00:00Z,1\n2016-01-03,2\n2017-07-01T12:00Z,3\n")
    local run = runs.of("b.when(b.series('weekend'):gt(5), b.cash):otherwise('SPY')", "--from", "2016-02-01")
    local alone = runs.of("'SPY'", "--from", "2016-02-01")
    runs.same(alone, run)
    assert.equal(alone.json.days, run.json.days)
  end)

  it("may be 0 or below, and is waited for", function()
    import("rate", "date,value\n2017-01-31,0\n2018-01-31,-0.5\n2019-01-31,2\n")
    local run = runs.of("b.when(b.series('rate'):lt(0), 'TLT'):elsewhen(b.series('rate'):eq(0), 'SPY')"
      .. ":otherwise('GLD')")
    assert.equal("2017-02-01", run.dates[1])
    runs.holds(run, function(day)
      return { [day <= "2018-01-31" and "SPY" or day <= "2019-01-31" and "TLT" or "GLD"] = 1 }
    end)
  end)

  it("is what was known before the close of New York, in its latest form", function()
    -- the month before, told at 8:30 and once after the close, and told again
    import("cpi", [[
date,value,known
2017-12-01,1,2018-01-12T08:30:00-05:00
2018-01-01,2,2018-02-14T16:00:00-05:00
2018-02-01,3,2018-03-13T08:30:00-04:00
2018-01-01,9,2018-03-14T08:30:00-04:00
2018-02-01,4,2018-03-20T15:59:59-04:00
2018-03-01,.,2018-04-11
]])
    local run = runs.of([[b.switch({ b.series("cpi"):gt(1), b.series("cpi"):gt(2), b.series("cpi"):gt(3) },
      { "SPY", "TLT", "GLD", "BIL" })]], "--to", "2018-12-31")
    assert.equal("2018-01-12", run.dates[1])
    runs.holds(run, function(day)
      return { [day <= "2018-02-14" and "SPY" or day <= "2018-03-12" and "TLT"
        or day <= "2018-03-19" and "GLD" or "BIL"] = 1 }
    end)
  end)
end)

describe("no session sees", function()
  it("what its CSV says of later days", function()
    math.randomseed(3)
    local lines, time = {}, dates.parse "2018-01-02"
    for i = 1, 80 do
      time = time + math.random(0, 5) * dates.DAY + math.random(2) * 3600 * 10
      lines[i] = { time = time, text = ("%s,%d,%s"):format(dates.format(time - math.random(9) * dates.DAY),
        math.random(0, 99), math.random(3) == 1 and dates.format(time) or dates.format_utc(time)) }
    end
    local function held(list, name)
      local text = { "date,value,known" }
      for _, each in ipairs(list) do text[#text + 1] = each.text end
      import(name, table.concat(text, "\n") .. "\n")
      return runs.of(("b.mixed(b.series('%s'), 0, 99, 'SPY', 'TLT')"):format(name), "--to", "2018-12-31").held
    end
    local whole = held(lines, "whole")
    for cut = 20, 80, 15 do
      local part, last = {}, dates.format(lines[cut].time)
      for i = 1, cut do part[i] = lines[i] end
      local days = held(part, "cut" .. cut)
      local compared = 0
      for day, weights in pairs(days) do
        if day <= last then
          assert.same(whole[day], weights, day)
          compared = compared + 1
        end
      end
      assert(compared > 10)
    end
  end)
end)

describe("minute bars", function()
  it("see what was known before their end", function()
    local folder = helper.scratch()
    local bars, open = { "time,close" }, dates.parse "2024-01-05" + 14.5 * 3600
    for i = 0, 389 do bars[#bars + 1] = ("%s,%d"):format(dates.format_utc(open + 60 * i), 100 + i % 7) end
    helper.write(folder .. "/A.csv", table.concat(bars, "\n") .. "\n")
    helper.write(folder .. "/x.csv", "time,value\n2024-01-05T14:30:59Z,1\n2024-01-05T15:00:00Z,2\n"
      .. "2024-01-05T15:00:30Z,3\n2024-01-05T15:00:31Z,4\n")
    local function run(words)
      words.env = { BANYAN_DATA = folder .. "/store" }
      local out, err, code = helper.run(words)
      assert.equal(0, code, err)
      return out
    end
    run { "data", "import", folder .. "/A.csv", "--timeframe", "1m" }
    run { "data", "import", folder .. "/x.csv", "--series", "x" }
    local script = runs.script "b.mixed(b.series('x'), 0, 10, b.cash, 'A')"
    run { "run", script, "--timeframe", "1m", "--weights", folder .. "/w.csv" }
    local weights, i = {}, 0
    for weight in helper.read(folder .. "/w.csv"):gmatch ",A,([^\n]+)" do
      weights[i], i = tonumber(weight), i + 1
    end
    assert.same({ 0.1, 0.1, 0.4, 0.4 }, { weights[0], weights[29], weights[30], weights[389] })
  end)
end)

describe("a sweep", function()
  local TEXT = [[
local b = require "banyan"
local which = b.param("which", "one", { "one", "two" })
local window = b.param("window", 5, { 5, 10 })
local strategy = b.strategy { name = "s",
  b.when(b.sma(b.series(which), window):gt(b.series(which)), "SPY"):otherwise("TLT") }
]]

  local function waves(factor)
    local lines, time = { "date,value" }, dates.parse "2015-12-01"
    for i = 1, 200 do
      lines[#lines + 1] = ("%s,%.3f"):format(dates.format(time + 20 * i * dates.DAY), math.sin(i * factor))
    end
    return table.concat(lines, "\n") .. "\n"
  end

  it("chooses the series by a param, goes on with the same values alone", function()
    import("one", waves(1))
    import("two", waves(2.3))
    local script = sweeps.script(TEXT .. "return b.sweep { strategy = strategy, to = '2020-12-31' }")
    local summary, store = sweeps.sweep(script, simulated.store())
    assert.equal(4, summary.combos)
    for _, combo in ipairs(cjson.decode((helper.run { "top", store, "-n", "9", "--json" })).rows) do
      local run = runs.of_script(sweeps.script(TEXT .. "return strategy"), "--to", "2020-12-31",
        "-p", "which=" .. combo.params.which, "-p", "window=" .. combo.params.window)
      assert.equal(combo.metrics.total_return, run.json.metrics.total_return)
    end
    local words = { "sweep", script, "--data", simulated.store(), "--store", store, "--json" }
    local _, err, code = helper.run(words)
    assert.equal(0, code, err)
    -- after the last session of the sweep: nothing that it saw
    import("two", "date,value\n2021-02-01,5\n")
    _, err, code = helper.run(words)
    assert.equal(0, code, err)
    import("two", "date,value\n2018-03-03,5\n")
    _, err, code = helper.run(words)
    assert.equal(7, code)
    has(err, "data")
    _, err, code = helper.run { "show", store, "1", "--data", simulated.store() }
    assert.same({ 7, true }, { code, err:find("the bars have changed", 1, true) ~= nil }, err)
  end)
end)

describe("a series is", function()
  setup(function() import("fed_funds", "date,value\n2016-01-04,0.5\n2016-06-01,-1\n") end)

  local NODE = "b.when(b.sma(b.series('fed_funds'), 2):lt(b.series('fed_funds') * 2), 'SPY'):otherwise('TLT')"

  it("written as it was, and kept in words", function()
    local script = runs.script(NODE)
    local text = ok { "import", script }
    has(text, 'b.when(b.sma(b.series("fed_funds"), 2):lt(b.series("fed_funds") * 2), "SPY")')
    assert.equal(text, (ok { "import", helper.write(helper.scratch() .. "/w.lua", text) }))
    has(ok { "tree", script }, "if sma(@fed_funds, 2) < 2 * @fed_funds")
    has(ok { "explain", script, "2016-07-01" }, "sma(@fed_funds, 2) < 2 * @fed_funds")
    has(ok { "lint", script }, "nothing found")
    local chosen = sweeps.script([[local b = require "banyan"
      local name = b.param("name", "fed_funds", { "fed_funds", "rate" })
      return b.strategy { name = "x", b.when(b.rsi(b.series(name), 5):gt(b.series(name)), "SPY"):otherwise("TLT") }]])
    has(ok { "import", chosen }, 'b.when(b.rsi(b.series(name), 5):gt(b.series(name)), "SPY")')
  end)

  it("no symbol that a backfill asks for", function()
    local script = runs.script(NODE)
    local plan = helper.write(script:gsub("[^/]*$", "plan.lua"), ([[
local b = require "banyan"
return b.backfill { provider = "sim", symbols = b.symbols_of("%s"), timeframes = { "1d" }, from = "2020-01-02" }
]]):format(script))
    local out = ok { "backfill", plan, "--dry-run", "--json" }
    assert.is_nil(out:find("fed_funds", 1, true))
    assert.same({ "SPY", "TLT" }, cjson.decode(out).symbols)
  end)

  it("measured, and not held", function()
    refused(3, "b.group('g', b.equal { 'SPY', '@fed_funds' })",
      "x: at g/weighted/@fed_funds: the series fed_funds can be measured, but not held; hold a ticker")
  end)

  it("there, and well named", function()
    local missing = when "b.series('fed_fund'):gt(1)"
    refused(4, missing, "no series fed_fund in the store", "(did you mean fed_funds?)",
      "banyan data import FILE.csv --series fed_fund")
    local out, _, code = simulated.run { "lint", runs.script(missing) }
    assert.equal(1, code)
    has(out, "the store has no series fed_fund, did you mean @fed_funds?")
    refused(3, when "b.series('a b'):gt(1)", "series takes the name of a series", "not 'a b'")
    refused(3, when "b.series(5):gt(1)", "series takes the name of a series", "not 5")
    refused(3, when "b.mfi(b.series('fed_funds'), 5):gt(1)", "mfi reads volume, which only a ticker has")
    refused(4, "b.when(b.series('fed_funds'):gt(1), b.cash):otherwise(b.void)",
      "a strategy needs a ticker with bars")
  end)

  it("told of when newer values should have come", function()
    local _, err = ok { "run", runs.script(NODE), "--to", "2018-12-31" }
    has(err, "the series fed_funds has no value after 2016-06-02, although they came within 149 days")
    _, err = ok { "run", runs.script(NODE), "--to", "2016-12-31" }
    assert.is_nil(err:find("no value after", 1, true))
    local _, why, code = simulated.run { "run", runs.script(NODE), "--fresh", "--to", "2018-12-31" }
    assert.equal(4, code)
    has(why, "import newer ones, or leave out --fresh")
  end)

  it("what a QuantMage file means by an economic series", function()
    import("T10Y2Y", "date,value\n2016-01-04,0.5\n2018-06-01,-1\n")
    local path = helper.write(helper.scratch() .. "/s.json", cjson.encode {
      name = "S", description = "", version = 2, benchmark_ticker = "SPY", trading_type = "Daily", threshold = 10,
      slippage_bps = 0, incantation = { incantation_type = "IfElse", name = "",
        condition = { condition_type = "SingleCondition", type = "IndicatorAndNumber", greater_than = true,
          for_days = 1, lh_days_ago = 0, lh_indicator = { type = "CurrentPrice", window = 0 },
          lh_ticker_symbol = "@T10Y2Y", lh_weight = 1, lh_bias = 0, rh_value = 0, rh_value_int = 0,
          rh_days_ago = 0, rh_indicator = { type = "CurrentPrice", window = 0 }, rh_ticker_symbol = "SPY",
          rh_weight = 1, rh_bias = 0 },
        then_incantation = { incantation_type = "Ticker", name = "", symbol = "SPY" },
        else_incantation = { incantation_type = "Ticker", name = "", symbol = "TLT" } } })
    runs.same(runs.of(when "b.series('T10Y2Y'):gt(0)"), runs.of_script(path))
    has(ok { "import", path }, 'b.when(b.series("T10Y2Y"):gt(0), "SPY")')
  end)
end)

describe("data", function()
  local function fresh()
    local folder = helper.scratch()
    return folder, function(words)
      words.env = { BANYAN_DATA = folder .. "/store" }
      return helper.run(words)
    end
  end

  it("lists, shows, checks, exports and drops series", function()
    local folder, run = fresh()
    local path = helper.write(folder .. "/rate.csv",
      "observation_date,DFF\n2024-01-05,1.5\n2024-01-08,.\n2024-01-09,-2\n2024-01-09,-2\n2024-13-01,1\n")
    local out, err, code = run { "data", "import", path, "--series", "dff" }
    assert.same({ "series dff: 2 new, 1 without a value, 1 repeated, 1 refused\n", 4 }, { out, code })
    has(err, "rate.csv:6: '2024-13-01' is a date that is not in the calendar")
    helper.write(folder .. "/A.csv", "date,close\n2024-01-05,1\n2024-01-08,2\n")
    run { "data", "import", folder .. "/A.csv" }
    out = run { "data", "ls" }
    has(out, "series   asof       dff        2  2024-01-06 00:00  2024-01-10 00:00")
    out = run { "data", "show", "dff" }
    has(out, "known since       of                value")
    has(out, "2024-01-10 00:00  2024-01-09 00:00     -2")
    has(run { "data", "check" }, "2 series, 4 bars: no faults")
    out = run { "data", "export", "dff" }
    assert.equal("date,known,value\n2024-01-05,2024-01-05,1.5\n2024-01-09,2024-01-09,-2\n", out)
    assert.equal("date,open,high,low,close,volume\n2024-01-05,,,,1,\n2024-01-08,,,,2,\n",
      (run { "data", "export", "A" }))
    run { "data", "export", "-o", folder .. "/out" }
    assert.truthy(helper.read(folder .. "/out/A.csv"))
    assert.is_nil(helper.read(folder .. "/out/dff.csv"))
    run { "data", "export", "-o", folder .. "/out", "--dataset", "series" }
    assert.equal(out, helper.read(folder .. "/out/dff.csv"))
    has(run { "data", "drop", "dff" }, "dff asof of series: 2 bars dropped")
    has(run { "data", "ls" }, "1 series, 2 bars")
  end)

  it("tells of values that differ, and takes them when asked", function()
    local folder, run = fresh()
    local function import_one(text, ...)
      return run { "data", "import", helper.write(folder .. "/x.csv", text), "--series", "x", ... }
    end
    import_one "date,value\n2024-01-05,1\n2024-01-08,2\n"
    local out, err, code = import_one "date,value\n2024-01-05,1\n2024-01-08,3\n2024-01-09,4\n"
    assert.same({ "series x: 1 new, 1 unchanged, 1 different and not taken\n", 0 }, { out, code })
    has(err, "x: 1 value differs from the store, the first known since 2024-01-09 00:00, and was not written; "
      .. "--replace takes it, and a column `known` tells revisions apart")
    assert.equal("series x: 0 new, 1 replaced\n", (import_one("date,value\n2024-01-08,3\n", "--replace")))
    assert.equal("date,known,value\n2024-01-05,2024-01-05,1\n2024-01-08,2024-01-08,3\n2024-01-09,2024-01-09,4\n",
      (run { "data", "export", "x" }))
  end)

  it("takes what another program writes", function()
    local folder = helper.scratch()
    local out, err, code = helper.shell("printf 'date,value\\n2024-01-05,1\\n' | "
      .. helper.command { "data", "import", "/dev/stdin", "--series", "x", "--data", folder .. "/store" })
    assert.same({ "series x: 1 new\n", 0 }, { out, code }, err)
  end)

  it("says what is wrong with a command or a file", function()
    local folder, run = fresh()
    local path = helper.write(folder .. "/x.csv", "date,a,b\n2024-01-05,1,2\n")
    local function refuses(wanted, part, ...)
      local out, err, code = run { "data", "import", ... }
      assert.same({ "", wanted }, { out, code }, err)
      has(err, part)
    end
    refuses(4, "no value column; found: date, a, b", path, "--series", "x")
    refuses(4, "none.csv: no such file", folder .. "/none.csv", "--series", "x")
    refuses(2, "--series takes one file", path, path, "--series", "x")
    refuses(2, "--series takes one file", folder, "--series", "x")
    refuses(2, "--series a/b: the name must be", path, "--series", "a/b")
    refuses(2, "--symbol names the ticker of bars", path, "--series", "x", "--symbol", "A")
    refuses(2, "--known goes with --series", path, "--known", "start")
  end)
end)
