-- SPDX-License-Identifier: MIT
-- What the store tells of series that a provider was asked for: files of this machine, by the provider csv.
local cjson = require "cjson"
local dates = require "banyan.dates"
local helper = require "spec.helper"
local host = require "banyan.host"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

local PRICES = "date,open,high,low,close,volume\n2020-01-02,10,11,9,10,100\n2020-01-03,10,9,11,10,100\n"
  .. "2020-01-06,10,11,9,10.5,100\n2020-01-08,10,11,9,10.5,100\n"

-- A folder with a file of prices, and the program on a store in it, at a day of its clock.
local function fresh(prices)
  local folder = helper.scratch()
  helper.write(folder .. "/SPY.csv", prices or PRICES)
  local function run(words, day)
    words.env = { BANYAN_DATA = folder .. "/store",
      BANYAN_CLOCK = ("%d:%d:0.000001"):format(os.time(), dates.parse(day or "2020-01-10")) }
    return helper.run(words)
  end
  local function plan(fields)
    return helper.write(folder .. "/plan.lua", ([[
      return require "banyan".backfill { provider = "csv", base_url = "%s/{symbol}.csv", symbols = { "SPY" },
        adjustment = "raw", from = "2020-01-02", %s }
    ]]):format(folder, fields or ""))
  end
  return run, plan, folder
end

describe("a series that was fetched", function()
  it("is reported with what it misses, and why", function()
    local run, plan = fresh()
    local out, err, code = run { "backfill", plan() }
    assert.equal(0, code, err)
    has(out, "csv/raw: 1 symbol, 3 bars: 3 new, 1 refused\n")
    has(out, "1 session without bars: refused, high 9 is below low 11 (2020-01-03)\n")
    has(out, "2 sessions without bars: the provider has none (2020-01-07, 2020-01-09)\n")
    local row = cjson.decode((run { "backfill", plan(), "--json" })).series[1]
    assert.same({ 0, 6, 3, 3, 1 }, { row.bars, row.sessions, row.present, #row.missing, row.behind })
    assert.same({ first = "2020-01-03", last = "2020-01-03", sessions = 1, kind = "refused",
      reason = "high 9 is below low 11" }, row.missing[1])
  end)

  it("is listed with what was asked for, and what was refused", function()
    local run, plan = fresh()
    run { "backfill", plan() }
    local out = run { "data", "ls" }
    has(out, "dataset  timeframe  symbol  bars  first       last        asked for                 refused\n")
    has(out, "csv/raw  1d         SPY        3  2020-01-02  2020-01-08  2020-01-02 to 2020-01-09        1\n")
    local series = cjson.decode((run { "data", "ls", "--json" })).series[1]
    assert.same({ "csv", cjson.null, "raw", 1, 0 }, { series.provider, series.feed, series.adjustment,
      series.refused, series.noted })
    assert.same({ { first = "2020-01-02", ["end"] = "2020-01-10" } }, series.asked)
  end)

  it("is shown with the bars that were kept aside", function()
    local run, plan = fresh()
    run { "backfill", plan() }
    local out = run { "data", "show", "SPY" }
    has(out, "  asked for  2020-01-02 to 2020-01-09\n  fetched    2020-01-10 00:00 UTC\n")
    has(out, "  refused    1 bar\n")
    has(out, "  2020-01-03    10     9   11     10     100  refused: high 9 is below low 11\n")
    has(out, "  2020-01-08    10    11    9   10.5     100\n")
    out = run { "data", "show", "SPY", "--refused" }
    has(out, "high 9 is below low 11")
    assert.is_nil(out:find("2020-01-06", 1, true))
    local series = cjson.decode((run { "data", "show", "SPY", "--json" })).series[1]
    assert.same({ "2020-01-10 00:00", false, 3 }, { series.fetched, series.stale, series.bars })
    assert.same({ { time = "2020-01-03", open = 10, high = 9, low = 11, close = 10, volume = 100, kept = false,
      reason = "high 9 is below low 11" } }, series.refusals)
  end)

  it("shows only a few of many refused bars", function()
    local lines = { "date,open,high,low,close,volume\n2020-01-02,10,11,9,10,100\n" }
    for day = 6, 18 do lines[#lines + 1] = ("2020-02-%02d,1,2,3,1,1\n"):format(day) end
    local run, plan = fresh(table.concat(lines))
    run({ "backfill", plan() }, "2020-03-02")
    has((run { "data", "show", "SPY" }), "  ... 8 more; --refused shows all\n")
    has((run { "data", "show", "SPY", "--refused" }), "2020-02-18")
  end)
end)

describe("banyan run", function()
  local function strategy(folder)
    return helper.write(folder .. "/s.lua", "return require 'banyan'.strategy { name = 'hold', 'SPY' }\n")
  end

  it("warns of a series that is behind, and goes on", function()
    local run, plan, folder = fresh()
    run { "backfill", plan() }
    local words = { "run", strategy(folder), "--json" }
    local _, out, err, code
    out, err, code = run(words, "2020-01-09")
    assert.same({ "", 0 }, { err, code })
    assert.same({}, cjson.decode(out).warnings)
    out, err, code = run(words, "2020-01-14")
    assert.equal(0, code)
    assert.equal("banyan: warning: SPY: last bar 2020-01-08, 3 sessions behind\n", err)
    assert.same({ "SPY: last bar 2020-01-08, 3 sessions behind" }, cjson.decode(out).warnings)
    _, err, code = run({ "run", strategy(folder), "--to", "2020-01-08" }, "2020-01-14")
    assert.same({ "", 0 }, { err, code })
  end)

  it("refuses it with --fresh", function()
    local run, plan, folder = fresh()
    run { "backfill", plan() }
    local _, out, err, code
    out, err, code = run({ "run", strategy(folder), "--fresh" }, "2020-01-14")
    assert.same({ "", 4 }, { out, code })
    has(err, "SPY: last bar 2020-01-08, 3 sessions behind; fetch what is missing with `banyan backfill`")
    _, err, code = run({ "sweep", strategy(folder), "--store", folder .. "/x.sweep", "--fresh" }, "2020-01-14")
    assert.equal(4, code)
    has(err, "3 sessions behind")
    _, _, code = run({ "run", strategy(folder), "--fresh" }, "2020-01-09")
    assert.equal(0, code)
  end)

  it("says nothing of what nobody keeps fresh", function()
    local run, plan, folder = fresh()
    run({ "backfill", plan "to = '2020-01-08'" }, "2020-03-02")
    local _, err, code = run({ "run", strategy(folder) }, "2020-03-04")
    assert.same({ "", 0 }, { err, code })
    run = fresh()
    run { "data", "import", folder .. "/SPY.csv" }
    _, err, code = run({ "run", strategy(folder) }, "2020-03-04")
    assert.same({ "", 0 }, { err, code })
    _, err, code = run({ "run", strategy(folder), "--fresh" }, "2020-03-04")
    assert.equal(4, code)
    has(err, "SPY: last bar 2020-01-08, 37 sessions behind")
  end)
end)

describe("banyan data drop", function()
  local simulated = require "spec.simulated"

  it("removes a series, so that a backfill fetches it anew", function()
    local data = helper.scratch() .. "/data"
    helper.shell(("cp -r %s %s"):format(helper.quote(simulated.store()), helper.quote(data)))
    local plan = helper.write(helper.scratch() .. "/plan.lua", "return require 'banyan'.backfill "
      .. "{ provider = 'sim', symbols = { 'SPY', 'QQQ' } }")
    local before = helper.run { "data", "export", "SPY", "--data", data }
    local out, err, code = helper.run { "data", "drop", "SPY", "--data", data }
    assert.equal(0, code, err)
    assert.equal("SPY 1d of sim/all: 2,517 bars dropped\n", out)
    err, code = select(2, helper.run { "data", "drop", "SPY", "--data", data })
    assert.equal(4, code)
    assert.is_truthy(err:find("no bars of SPY", 1, true), err)
    out, err, code = helper.run { "backfill", plan, "--data", data }
    assert.equal(0, code, err)
    assert.is_truthy(out:find "2,517 new", out)
    assert.equal(before, (helper.run { "data", "export", "SPY", "--data", data }))
  end)

  it("does not make a store that is not there", function()
    local data = helper.scratch() .. "/none"
    local _, _, code = helper.run { "data", "drop", "SPY", "--data", data }
    assert.equal(4, code)
    assert.is_nil(helper.read(data .. "/data.mdb"))
  end)
end)

describe("banyan data compact", function()
  local function prices(factor)
    local lines, start = { "date,close" }, dates.parse "1990-01-01"
    for i = 0, 9999 do lines[i + 2] = ("%s,%.4f"):format(dates.format(start + i * dates.DAY), factor * (i + 1)) end
    return table.concat(lines, "\n") .. "\n"
  end

  -- A store whose file has free room, by what was replaced.
  local function grown()
    local folder = helper.scratch()
    local function run(words)
      words.env = { BANYAN_DATA = folder .. "/store" }
      return helper.run(words)
    end
    for factor = 1, 3 do
      for _, symbol in ipairs { "A", "B", "C", "D" } do
        local path = helper.write(("%s/%s.csv"):format(folder, symbol), prices(factor))
        local _, err, code = run { "data", "import", path, "--replace" }
        assert.equal(0, code, err)
      end
    end
    return run, folder
  end

  local function size(folder) return select(2, host.stat(folder .. "/store/data.mdb")) end

  it("makes the store smaller, and changes nothing in it", function()
    local run, folder = grown()
    local before, bars = size(folder), run { "data", "export", "C" }
    local _, out, err, code
    out, err, code = run { "data", "compact" }
    assert.equal(0, code, err)
    has(out, folder .. "/store: ")
    has(out, ", was ")
    assert.is_true(size(folder) < 0.8 * before)
    assert.equal(bars, (run { "data", "export", "C" }))
    assert.is_nil(host.stat(folder .. "/store/compact.part"))
    has((run { "data", "check" }), "no faults")
    _, err, code = run { "data", "import", helper.write(folder .. "/A.csv", prices(7)), "--replace" }
    assert.equal(0, code, err)
  end)

  it("makes a copy elsewhere", function()
    local run, folder = grown()
    local before = size(folder)
    local _, err, code = run { "data", "compact", "-o", folder .. "/copy" }
    assert.equal(0, code, err)
    assert.equal(before, size(folder))
    assert.equal((run { "data", "export", "B" }),
      (helper.run { "data", "export", "B", "--data", folder .. "/copy" }))
    _, _, code = run { "data", "compact", "-o", folder .. "/copy" }
    assert.not_equal(0, code)
  end)

  it("leaves a store alone that another program has open", function()
    local run, folder = grown()
    local hold = helper.write(folder .. "/hold.lua", [[
      local store = require "banyan.store".open(arg[1], "read")
      io.open(arg[2], "w"):close()
      require "banyan.host".sleep(60)
      store:close()
    ]])
    local holder = helper.command { "lua", hold, folder .. "/store", folder .. "/ready" }
    local _, err, code = helper.shell(([[
      %s & holder=$!
      while [ ! -e %s ]; do sleep 0.05; done
      %s; code=$?
      kill -9 $holder; wait $holder 2>/dev/null
      (exit $code)]]):format(holder, helper.quote(folder .. "/ready"),
      helper.command { "data", "compact", env = { BANYAN_DATA = folder .. "/store" } }))
    assert.equal(7, code, err)
    has(err, "another process has it open")
    _, _, code = run { "data", "compact" }
    assert.equal(0, code)
  end)

  it("says when there is no store", function()
    local _, err, code = helper.run { "data", "compact", "--data", "/nowhere/at/all" }
    assert.equal(4, code)
    has(err, "no bar store in /nowhere/at/all yet")
  end)
end)
