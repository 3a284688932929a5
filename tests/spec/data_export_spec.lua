-- SPDX-License-Identifier: MIT
-- banyan data export: CSV files from the store, and back to the same store.
local dates = require "banyan.dates"
local data_file = require "banyan.cli.data_file"
local helper = require "spec.helper"

local function has(text, part)
  if not text:find(part, 1, true) then error(("no '%s' in:\n%s"):format(part, text), 2) end
end

local DAYS = "date,open,high,low,close,volume\n"
  .. "2020-01-02,100.5,101.25,99.00000000000001,100.1,1000\n"
  .. "2020-01-03,,,,27.333333333333332,\n"
  .. "2020-01-06,0.00000812,0.3,0.000008,0.1,123456789012345\n"

local MINUTES = "time,open,high,low,close,volume\n"
  .. "2020-01-02T14:30:00Z,1,2,0.5,1.5,10\n"
  .. "2020-01-03T00:00:00Z,1,2,0.5,1.75,0\n"

-- A folder, and the program on a store in it.
local function fresh()
  local folder = helper.scratch()
  local function run(words)
    words.env = { BANYAN_DATA = folder .. "/store" }
    return helper.run(words)
  end
  local function import(name, text, ...)
    local _, err, code = run { "data", "import", helper.write(folder .. "/" .. name, text), ... }
    assert.equal(0, code, err)
  end
  return run, import, folder
end

describe("names of price files", function()
  it("lead back to their symbols", function()
    local names = { SPY = "SPY.csv", ["BRK.B"] = "BRK.B.csv", ["BTC/USD"] = "BTC%2FUSD.csv",
      ["X:BTCUSD"] = "X%3ABTCUSD.csv", [".N225"] = "%2EN225.csv", ["50%"] = "50%25.csv",
      INDEX = "%49NDEX.csv", ["^GSPC"] = "^GSPC.csv", ["a.csv.b"] = "a%2Ecsv.b.csv",
      ["%2F"] = "%252F.csv", ["a b"] = "a b.csv" }
    for symbol, name in pairs(names) do
      assert.equal(name, data_file.name(symbol))
      assert.equal(symbol, data_file.symbol("prices/" .. name))
      assert.equal(symbol, data_file.symbol(name .. ".gz"))
    end
    assert.equal("A", data_file.symbol "A.CSV")
  end)
end)

describe("banyan data export", function()
  it("writes a symbol to standard output as it came in", function()
    local run, import = fresh()
    import("SPY.csv", DAYS)
    assert.same({ DAYS, "", 0 }, { run { "data", "export", "SPY" } })
    assert.same({ DAYS, "", 0 }, { run { "data", "export" } })
  end)

  it("writes times in UTC for bars shorter than a day", function()
    local run, import = fresh()
    import("SPY.csv", MINUTES, "--timeframe", "1m")
    assert.same({ MINUTES, "", 0 }, { run { "data", "export", "SPY" } })
  end)

  it("keeps to a span of days", function()
    local run, import = fresh()
    import("SPY.csv", DAYS)
    local header, first, second = DAYS:match "(.-\n)(.-\n)(.-\n)"
    assert.equal(header .. first .. second, (run { "data", "export", "SPY", "--to", "2020-01-05" }))
    assert.equal(header .. second,
      (run { "data", "export", "SPY", "--from", "2020-01-03", "--to", "2020-01-03" }))
    local out, err, code = run { "data", "export", "SPY", "--from", "2021-01-01" }
    assert.same({ "", 4 }, { out, code })
    has(err, "SPY has no bars from 2021-01-01; it has 2020-01-02 to 2020-01-06")
  end)

  it("writes a file a symbol, which come back to the same store", function()
    local run, import, folder = fresh()
    import("SPY.csv", DAYS)
    import("a.csv", DAYS:gsub("1000\n", "7\n"), "--symbol", "BTC/USD")
    import("b.csv", DAYS, "--symbol", "INDEX")
    local out, err, code = run { "data", "export", "-o", folder .. "/deep/out" }
    assert.same({ ("3 files, 9 bars in %s/deep/out\n"):format(folder), "", 0 }, { out, err, code })
    assert.equal(DAYS, helper.read(folder .. "/deep/out/SPY.csv"))
    assert.is_nil(helper.read(folder .. "/deep/out/SPY.csv.part"))
    assert.equal(DAYS:gsub("1000\n", "7\n"), helper.read(folder .. "/deep/out/BTC%2FUSD.csv"))
    local env = { BANYAN_DATA = folder .. "/other" }
    local _, problem, ended = helper.run { "data", "import", folder .. "/deep/out", env = env }
    assert.same({ "", 0 }, { problem, ended })
    local again = folder .. "/again"
    helper.run { "data", "export", "-o", again, env = env }
    local difference = helper.shell(("diff -r %s %s"):format(helper.quote(folder .. "/deep/out"),
      helper.quote(again)))
    assert.equal("", difference)
  end)

  it("writes those that are named, and leaves out those without bars in the span", function()
    local run, import, folder = fresh()
    import("A.csv", DAYS)
    import("B.csv", "date,close\n2010-01-04,1\n")
    import("C.csv", DAYS)
    local out, err, code = run { "data", "export", "A", "B", "A", "-o", folder .. "/out",
      "--from", "2020-01-01" }
    assert.same({ ("1 file, 3 bars in %s/out\n"):format(folder), 0 }, { out, code })
    has(err, "1 symbol without bars from 2020-01-01 left out")
    assert.is_nil(helper.read(folder .. "/out/C.csv"))
  end)

  it("asks for what it cannot know", function()
    local run, import, folder = fresh()
    import("SPY.csv", DAYS)
    import("TLT.csv", DAYS)
    local _, err, code = run { "data", "export" }
    assert.equal(2, code)
    has(err, "standard output takes one symbol, and there are 2")
    import("SPY.csv", DAYS, "--dataset", "mine", "--adjustment", "raw")
    _, err, code = run { "data", "export", "SPY" }
    assert.equal(2, code)
    has(err, "has several datasets (csv/all, mine/raw); choose one with --dataset")
    assert.equal(DAYS, (run { "data", "export", "SPY", "--dataset", "mine" }))
    import("SPY.csv", MINUTES, "--timeframe", "1m")
    _, err, code = run { "data", "export", "SPY", "--dataset", "csv/all" }
    assert.equal(2, code)
    has(err, "has several timeframes (1d, 1m); choose one with --timeframe")
    assert.equal(MINUTES, (run { "data", "export", "SPY", "--dataset", "csv", "--timeframe", "1m" }))
    _, err, code = run { "data", "export", "SPX", "--dataset", "mine/raw" }
    assert.equal(4, code)
    has(err, "the store has no bars of SPX (did you mean SPY?)")
    _, err, code = run { "data", "export", "SPY", "--dataset", "mine", "-o", folder .. "/SPY.csv" }
    assert.equal(2, code)
    has(err, "cannot write " .. folder .. "/SPY.csv/SPY.csv")
    _, err, code = run { "data", "export", "--dataset", "none" }
    assert.equal(4, code)
    has(err, "no series of none")
  end)

  it("writes series of many chunks whole", function()
    local run, import = fresh()
    local lines, start = { "time,open,high,low,close,volume" }, dates.parse "2020-01-02"
    for i = 0, 9999 do
      lines[i + 2] = ("%sT%02d:%02d:00Z,%d,%d,%d,%d,%d"):format(dates.format(start + i * 60),
        math.floor(i / 60) % 24, i % 60, 10 + i, 11 + i, 9 + i, 10 + i, i)
    end
    local text = table.concat(lines, "\n") .. "\n"
    import("SPY.csv", text, "--timeframe", "1m")
    assert.equal(text, (run { "data", "export", "SPY" }))
  end)
end)
