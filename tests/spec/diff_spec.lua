-- SPDX-License-Identifier: MIT
-- banyan diff: what was planted is what is named, and nothing else.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local cjson = require "cjson"
local helper = require "spec.helper"
local planted = require "spec.planted_bars"
local shared = require "spec.shared"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local N = 220
local bars = planted.walks({ AAA = 48.2, BBB = 21, CCC = 4.7 }, N)
local store = planted.write(bars)
local folder = helper.scratch()

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

local function script(name, body, settings)
  return helper.write(("%s/%s.lua"):format(folder, name), ([[
local b = require "banyan"
local hot = b.param("hot", 55, { 50, 55, 60 })
return b.strategy { name = "%s", %s %s }]]):format(name, settings or "", body))
end

local function diff(...)
  return helper.run { "diff", "--data", store, ... }
end

local function json_of(...)
  local out, err, code = diff("--json", ...)
  assert.equal("", err)
  return cjson.decode(out), code
end

local PLAIN = [[b.when(b.rsi("AAA", 10):gt(hot), "AAA"):elsewhen(b.rsi("BBB", 10):gt(50), "BBB"):otherwise("CCC")]]
local plain = script("plain", PLAIN)

-- The rows of a weights file by date.
local function weights_of(path, data, ...)
  local file = helper.scratch() .. "/w.csv"
  local _, err, code = helper.run { "run", path, "--data", data or store, "--weights", file, ... }
  assert.equal(0, code, err)
  local rows = {}
  for date, rest in helper.read(file):gmatch "(%d+%-%d+%-%d+),([^\n]+)" do rows[date] = (rows[date] or "") .. rest end
  return rows, file
end

-- How many days of two files differ, and the first of them.
local function compared(a, b)
  local count, first = 0, nil
  for date, row in pairs(a) do
    if b[date] ~= row then
      count, first = count + 1, (not first or date < first) and date or first
    end
  end
  return count, first
end

describe("banyan diff of two strategies", function()
  it("finds equal what is written otherwise and means the same", function()
    local twin = script("twin", [[b.group("x", b.when(b.rsi("AAA", 10):gt(hot), "AAA"):otherwise(
      b.when(b.rsi("BBB", 10):gt(50), "BBB"):otherwise("CCC")))]])
    local found, code = json_of(plain, twin)
    assert.same({ 0, true, 0, 0 }, { code, found.equal, found.weights.sessions, found.equity.sessions })
    assert.same({}, found.params)
    assert.equal(0, select(3, diff(plain, plain)))
  end)

  it("names the first session, the condition, and how many differ", function()
    local other = script("other", (PLAIN:gsub('"BBB", 10%):gt%(50%)', '"BBB", 10):gt(58)')))
    local found, code = json_of(plain, other)
    local count, first = compared(weights_of(plain), (weights_of(other)))
    assert.same({ 1, count, first, false }, { code, found.weights.sessions, found.first.date, found.equal })
    assert.equal(1, #found.first.causes)
    local cause = found.first.causes[1]
    assert.same({ "condition", "rsi(BBB, 10) > 50", true, "rsi(BBB, 10) > 58", false },
      { cause.kind, cause.a.text, cause.a.holds, cause.b.text, cause.b.holds })
    assert.equal(cause.a.days[1].left, cause.b.days[1].left)
    assert.is_true(cause.a.days[1].left > 50 and cause.a.days[1].left <= 58)
    assert.same({ { path = "if", a = "if rsi(BBB, 10) > 50", b = "if rsi(BBB, 10) > 58" } }, found.trees)
    local text = diff(plain, other)
    has(text, "yes  A: rsi(BBB, 10) > 50")
    has(text, "no   B: rsi(BBB, 10) > 58")
    has(text, "the trees differ in 1 place")
  end)

  it("names params that differ and gives -p to both", function()
    local warm = script("warm", PLAIN)
    helper.write(warm, (helper.read(warm):gsub('param%("hot", 55', 'param("hot", 60')))
    local found, code = json_of(plain, warm)
    assert.equal(1, code)
    assert.same({ { name = "hot", a = 55, b = 60 } }, found.params)
    assert.same({}, found.trees)
    assert.equal(0, select(3, diff(plain, warm, "-p", "hot=57")))
    local _, err, none = diff(plain, warm, "-p", "cold=1")
    assert.equal(3, none)
    has(err, "no param 'cold'")
  end)

  it("finds the nodes that were added, taken away and changed", function()
    local function trees(body) return json_of(plain, script("changed", body)).trees end
    local added = trees([[b.when(b.close("CCC"):gt(1e6), "BBB"):elsewhen(b.rsi("AAA", 10):gt(hot), "AAA")
      :elsewhen(b.rsi("BBB", 10):gt(50), "BBB"):otherwise("CCC")]])
    assert.same({ { path = "if", a = cjson.null, b = "if close(CCC) > 1000000" } }, added)
    local taken = trees([[b.when(b.rsi("AAA", 10):gt(hot), "AAA"):otherwise("CCC")]])
    assert.same({ { path = "if", a = "if rsi(BBB, 10) > 50", b = cjson.null } }, taken)
    local ticker = trees((PLAIN:gsub('"BBB"%)%:otherwise', '"AAA"):otherwise')))
    assert.same({ { path = "if/BBB", a = "BBB", b = "AAA" } }, ticker)
    local twice = [[local x = %s
      return b.strategy { name = "m", b.equal { b.when(b.rsi("AAA", 10):gt(50), x):otherwise("BBB"),
        b.when(b.cumulative_return(x, 5):gt(0), x):otherwise(b.top(1, b.rsi(5), { x, "CCC" })) } }
    ]]
    local function measuring(x)
      return helper.write(helper.scratch() .. "/m.lua", 'local b = require "banyan"\n' .. twice:format(x))
    end
    local inside = json_of(measuring [[b.equal { "AAA", "BBB" }]], measuring [[b.equal { "AAA", "CCC" }]]).trees
    assert.same({ { path = "weighted/if/weighted/BBB", a = "BBB", b = "CCC" } }, inside)
    local kind = trees((PLAIN:gsub('otherwise%("CCC"%)', 'otherwise(b.equal { "AAA", "CCC" })')))
    assert.same({ { path = "if/CCC", a = "CCC", b = "equal" } }, kind)
  end)

  it("names settings, and equity when holdings are the same", function()
    local dear = script("dear", PLAIN, "costs = { slippage = 0.01 },")
    local found, code = json_of(plain, dear)
    assert.same({ 1, 0, true }, { code, found.weights.sessions, found.equity.sessions > 0 })
    assert.same({ { name = "settings.costs.slippage", a = 0, b = 0.01 } }, found.facts)
    assert.equal(0, select(3, diff(plain, dear, "--slippage", "0.001")))
  end)

  it("names what a ranking, a weight, a choice and a ticker did", function()
    local function cause(a, b)
      return json_of(script("a", a), script("b", b)).first.causes[1]
    end
    local ranked = cause([[b.top(1, b.rsi(10), { "AAA", "BBB", "CCC" })]],
      [[b.top(1, b.rsi(20), { "AAA", "BBB", "CCC" })]])
    assert.same({ "ranking", "rsi(10)", "rsi(20)" }, { ranked.kind, ranked.a.indicator, ranked.b.indicator })
    local weighed = cause([[b.weighted { { 0.6, "AAA" }, { 0.4, "BBB" } }]],
      [[b.weighted { { 0.5, "AAA" }, { 0.5, "BBB" } }]])
    assert.same({ "weights", "0.6 of AAA, 0.4 of BBB" }, { weighed.kind, weighed.a })
    local held = cause([[b.equal { "AAA", "BBB" }]], [[b.equal { "AAA", "CCC" }]])
    assert.same({ "ticker", "BBB", "CCC" }, { held.kind, held.a, held.b })
    local mixed = cause([[b.mixed(b.rsi("AAA", 10), 30, 70, "AAA", "BBB")]],
      [[b.mixed(b.rsi("AAA", 9), 30, 70, "AAA", "BBB")]])
    assert.equal("value", mixed.kind)
    local nodes = cause([["AAA"]], [[b.top(1, b.rsi(10), { "BBB", "CCC" })]])
    assert.equal("nodes", nodes.kind)
  end)

  it("goes back to where two states parted", function()
    local function latch(bound)
      return script("latch" .. bound, ([[b.enter_exit { enter = b.rsi("AAA", 10):gt(%d), exit = b.rsi("AAA", 10):lt(30),
        inside = b.when(b.rsi("BBB", 3):gt(70), "BBB"):otherwise("CCC"), outside = "CCC" }]]):format(bound))
    end
    local found, code = json_of(latch(60), latch(64))
    assert.equal(1, code)
    local cause = found.first.causes[1]
    assert.equal("condition", cause.kind)
    assert.is_true(cause.date <= found.first.date)
    assert.is_true(cause.a.holds ~= cause.b.holds)
    assert.equal(cause.date, cause.a.days[1].date)
  end)

  it("compares the sessions that both have, equity from the first of them", function()
    local late = script("late", (PLAIN:gsub('"BBB", 10', '"BBB", 60')))
    local found = json_of(plain, late)
    assert.is_true(found.sessions.only_a.count == 50 and found.sessions.only_b.count == 0)
    assert.is_true(found.equity.scaled)
    has(diff(plain, late), "only A has 50 sessions")
  end)
end)

describe("banyan diff over two stores of bars", function()
  -- The last of the sessions on which rsi(AAA, 10) is near to 55, as bar and close.
  local strategy = plain
  local dates = weights_of(strategy)

  local function date_of(i) return os.date("!%Y-%m-%d", bars.AAA.time[i]) end

  it("names a planted price as the only cause, and the condition that it flips", function()
    for _, i in ipairs { 60, 111, N } do
      local old = bars.AAA.close[i]
      for _, factor in ipairs { 0.9, 1.1 } do
        planted.with(bars, "AAA", i, "close", old * factor, function(data)
          local found, code = json_of(strategy, "--against", data)
          assert.equal(1, found.bars.count)
          assert.same({ symbol = "AAA", date = date_of(i), field = "close", a = old, b = old * factor },
            found.bars.list[1])
          assert.same({}, found.trees)
          assert.same({}, found.params)
          local count, first = compared(dates, (weights_of(strategy, data)))
          assert.equal(count, found.weights.sessions)
          if count > 0 then
            assert.equal(first, found.first.date)
            assert.equal("rsi(AAA, 10) > 55", found.flipped.a.text)
            assert.equal(not found.flipped.a.holds, found.flipped.b.holds)
            assert.is_true(found.flipped.date >= date_of(i) and found.flipped.date <= first)
            assert.equal("rsi(AAA, 10) > 55", found.first.causes[1].a.text)
            assert.equal(1, code)
            local text = diff(strategy, "--against", data)
            has(text, "1 bar of AAA differs, the only cause:")
            has(text, ("%s  close"):format(date_of(i)))
            has(text, "the first condition that comes out otherwise by that, on " .. found.flipped.date)
          end
        end)
      end
    end
  end)

  it("is equal over equal bars, and where nobody reads what differs", function()
    local copy = planted.write(bars)
    local out, err, code = diff(strategy, "--against", copy)
    assert.same({ "", 0 }, { err, code })
    has(out, "all bars that it reads are the same")
    planted.with(bars, "AAA", 100, "volume", 7, function(data)
      assert.equal(0, select(3, diff(strategy, "--against", data)))
    end)
  end)

  it("sees opens, highs, lows and volumes where they are read", function()
    local ranged = script("ranged", [[b.when(b.atr("AAA", 5):gt(1.3), "AAA"):otherwise("BBB")]])
    planted.with(bars, "AAA", 100, "high", bars.AAA.high[100] * 1.2, function(data)
      local found = json_of(ranged, "--against", data)
      assert.same({ 1, "high" }, { found.bars.count, found.bars.list[1].field })
      assert.equal("atr(AAA, 5) > 1.3", found.flipped.a.text)
    end)
  end)

  it("knows the indicators of a script again", function()
    local own = helper.write(folder .. "/own.lua", [[local b = require "banyan"
      local range = b.indicator { name = "range", windows = 1, first = function(w) return w end,
        compute = function(bars, out, n, w)
          for i = w, n do out[i] = bars.close[i] - bars.close[i - w + 1] end
        end }
      return b.strategy { name = "Own", b.when(range("AAA", 4):gt(0), "AAA"):otherwise("BBB") }]])
    planted.with(bars, "AAA", 111, "close", bars.AAA.close[111] * 1.2, function(data)
      local found, code = json_of(own, "--against", data)
      assert.same({ 1, 1 }, { code, found.bars.count })
      assert.same({}, found.trees)
      assert.equal("range(AAA, 4) > 0", found.flipped.a.text)
    end)
  end)

  it("finds a condition that flips where nothing else is held by it", function()
    local blind = script("blind", [[b.when(b.rsi("AAA", 10):gt(hot), "BBB"):otherwise("BBB")]])
    planted.with(bars, "AAA", 111, "close", bars.AAA.close[111] * 1.2, function(data)
      local found, code = json_of(blind, "--against", data)
      assert.same({ 0, true, 1 }, { code, found.equal, found.bars.count })
      assert.equal("rsi(AAA, 10) > 55", found.flipped.a.text)
    end)
  end)

  it("names a bar that is missing", function()
    local fewer, kept = planted.walks({ AAA = 48.2, BBB = 21, CCC = 4.7 }, N), {}
    for name, column in pairs(fewer.BBB) do
      if type(column) == "table" then kept[name] = table.remove(column, 150) end
    end
    fewer.BBB.n = N - 1
    local found = json_of(strategy, "--against", planted.write(fewer))
    assert.same({ 1, "bar" }, { found.bars.count, found.bars.list[1].field })
    assert.equal(cjson.null, found.bars.list[1].b)
    assert.equal(kept.close, found.bars.list[1].a)
  end)

  it("compares two datasets of one store", function()
    local _, err, code = diff(strategy, "--against-dataset", "csv/raw")
    assert.equal(4, code)
    has(err, "csv/raw")
  end)
end)

describe("banyan diff of what a run has written", function()
  local _, weights = weights_of(plain)
  local equity, json = folder .. "/e.csv", folder .. "/r.json"
  helper.write(json, (helper.run { "run", plain, "--data", store, "--json", "--equity", equity }))

  it("finds the strategy that wrote it equal", function()
    for _, file in ipairs { weights, equity, json } do
      assert.equal(0, select(3, diff(file, plain)), file)
      assert.equal(0, select(3, diff(plain, file)), file)
      assert.equal(0, select(3, diff(file, file)), file)
    end
  end)

  it("finds a changed line", function()
    local lines = {}
    for line in helper.read(weights):gmatch "[^\n]+" do lines[#lines + 1] = line end
    local date = lines[50]:match "^[^,]+"
    lines[50] = date .. ",ZZZ,1"
    local changed = helper.write(folder .. "/w2.csv", table.concat(lines, "\n") .. "\n")
    for _, words in ipairs { { weights, changed }, { plain, changed } } do
      local found, code = json_of(unpack(words))
      assert.same({ 1, 1, date }, { code, found.weights.sessions, found.first.date })
    end
    has(diff(plain, changed), "A, by")
    local worth = helper.read(equity):gsub("(\n2019%-06%-2%d,)(%d+)", function(head, money)
      return head .. (tonumber(money) + 1)
    end, 1)
    local found = json_of(equity, helper.write(folder .. "/e2.csv", worth))
    assert.equal(1, found.equity.sessions)
  end)

  it("compares the metrics of runs", function()
    local other = folder .. "/r2.json"
    helper.write(other, (helper.run { "run", plain, "--data", store, "--json", "-p", "hot=60" }))
    local found, code = json_of(json, other)
    assert.same({ 1, "total_return" }, { code, found.metrics[1].name })
    assert.same({ { name = "hot", a = 55, b = 60 } }, found.params)
    assert.is_true(#found.months > 0)
  end)

  it("refuses what it cannot compare", function()
    local function refused(wanted_code, part, ...)
      local out, err, code = diff(...)
      assert.same({ "", wanted_code }, { out, code }, err)
      has(err, part)
    end
    refused(2, "nothing that both have", weights, equity)
    refused(2, "--against DIR", plain)
    refused(2, "neither of the two is one", plain, plain, "--combo", "3")
    refused(2, "is not evaluated again", plain, weights, "--against", store)
    refused(2, "banyan diff needs A [B]")
    refused(3, "nowhere.lua", plain, "nowhere.lua")
    refused(4, "its first line is 'a,b'", plain, helper.write(folder .. "/x.csv", "a,b\n1,2\n"))
    refused(4, "x.csv:2: 'nothing' is no row of a day", plain,
      helper.write(folder .. "/x.csv", "date,equity\nnothing\n"))
    refused(4, "x.csv:2: 'nan' is no number", plain, helper.write(folder .. "/x.csv", "date,equity\n2019-06-03,nan\n"))
    refused(4, "days must rise", plain,
      helper.write(folder .. "/x.csv", "date,equity\n2019-06-03,1\n2019-06-01,1\n"))
    refused(4, "2019-06-03 is there twice; files", plain,
      helper.write(folder .. "/x.csv", "date,equity\n2019-06-03,1\n2019-06-03,1\n"))
    refused(4, "AAA is there twice on 2019-06-03", plain, helper.write(folder .. "/x.csv",
      "date,ticker,weight\n2019-06-03,AAA,1\n2019-06-03,AAA,1\n"))
    refused(4, "no session in common", plain, helper.write(folder .. "/x.csv", "date,equity\n1999-06-03,1\n"))
    refused(4, "no day in it", plain, helper.write(folder .. "/x.csv", "date,equity\n"))
    refused(4, "no metrics in it", plain, helper.write(folder .. "/x.json", '{ "schema": "banyan.run/1" }'))
    for _, wrong in ipairs { { '"metrics": {}, "months": 3', "its months are no object" },
      { '"metrics": { "cagr": "x" }', "the metric cagr is no number" } } do
      refused(4, wrong[2], plain,
        helper.write(folder .. "/x.json", ('{ "schema": "banyan.run/1", %s }'):format(wrong[1])))
    end
    refused(4, "no bar store", plain, "--against", helper.scratch())
  end)
end)

describe("banyan diff of result stores", function()
  local function sweep(fields)
    local path = helper.write(helper.scratch() .. "/s.lua", ([[local b = require "banyan"
      local s = require "plain"
      return b.sweep { strategy = s, %s }]]):format(fields))
    helper.write(path:gsub("s%.lua$", "plain.lua"), helper.read(plain))
    return select(2, sweeps.sweep(path, store))
  end
  local one, two = sweep "", sweep "over = { hot = { 60, 55, 65 } }, slippage = 0.001"

  it("names combos of one store alone, and metrics, params and settings that differ", function()
    local out, err, code = helper.run { "diff", one, two, "--json" }
    assert.same({ "", 1 }, { err, code })
    local found = cjson.decode(out)
    assert.same({ 2, 2, { 1 }, { 3 } }, { found.common, found.different, found.only_a, found.only_b })
    assert.same({ 2, 2 }, { found.combos[1].combo_a, found.combos[1].combo_b })
    assert.same({ 3, 1 }, { found.combos[2].combo_a, found.combos[2].combo_b })
    assert.equal("sharpe", found.combos[1].metrics[1].name)
    assert.same({ { name = "hot", a = { 50, 55, 60 }, b = { 60, 55, 65 } } }, found.params)
    assert.same({ { name = "settings.costs.slippage", a = 0, b = 0.001 } }, found.settings)
    has((helper.run { "diff", one, two }), "2 are in both, and 2 of them differ")
    assert.equal(0, select(3, helper.run { "diff", one, one }))
    assert.equal(0, select(3, helper.run { "diff", one, sweep "" }))
  end)

  it("evaluates combos again", function()
    local out, err, code = helper.run { "diff", one .. ":1", one .. ":2", "--json" }
    assert.same({ "", 1 }, { err, code })
    local found = cjson.decode(out)
    assert.same({ { name = "hot", a = 50, b = 55 } }, found.params)
    assert.equal("condition", found.first.causes[1].kind)
    assert.equal(0, select(3, helper.run { "diff", one .. ":2", plain, "--data", store }))
    assert.equal(1, select(3, helper.run { "diff", one, two, "--combo", "2" }))
    assert.equal(0, select(3, helper.run { "diff", one, one, "--combo", "best" }))
  end)

  it("refuses combos that there are not", function()
    local function refused(wanted, part, ...)
      local _, err, code = helper.run { "diff", ... }
      assert.equal(wanted, code, err)
      has(err, part)
    end
    refused(2, "there is no combo '9'", one .. ":9", plain)
    refused(2, "name a combo of it", one, plain)
    refused(4, "there is none", helper.scratch(), one)
  end)
end)

describe("banyan diff of shipped and real strategies", function()
  it("finds none that differs from its import", function()
    for _, file in ipairs { "strategies/tqqq_ftlt.lua", "examples/frontrunner.json" } do
      local path = folder .. "/imported.lua"
      helper.write(path, (helper.run { "import", file }))
      local out, err, code = simulated.run { "diff", file, path }
      assert.equal(0, code, out .. err)
    end
  end)

  it("names one changed comparison of thousands of nodes", function()
    if not shared.present() then pending(shared.absent) return end
    local real = shared.import(shared.folder .. "/data/us_daily_adjusted")
    local path = folder .. "/kmlm.lua"
    local text = helper.run { "import", shared.strategy "simons_full_kmlm" }
    helper.write(path, text)
    local changed, count = text:gsub(":gt%(79%)", ":gt(78)", 1)
    if count == 0 then
      changed, count = text:gsub(":lt%((%d+)%)", function(n) return (":lt(%d)"):format(n + 1) end, 1)
    end
    assert.equal(1, count)
    local other = helper.write(folder .. "/kmlm2.lua", changed)
    local out, err = helper.run { "diff", path, other, "--data", real, "--json" }
    assert.equal("", err)
    local found = cjson.decode(out)
    assert.is_true(#found.trees >= 1)
    for _, each in ipairs(found.trees) do assert.are_not.equal(each.a, each.b) end
  end)
end)
