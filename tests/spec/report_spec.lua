-- SPDX-License-Identifier: MIT
-- What run, sweep, top, tree and backfill print, over the made-up engine of fakes.lua.
local cjson = require "cjson"
local helper = require "spec.helper"

local function run(words)
  table.insert(words, 1, "tests/spec/fakes.lua")
  table.insert(words, 1, "lua")
  return helper.run(words)
end

describe("banyan run", function()
  it("prints a tear sheet", function()
    local out, err, code = run { "run", "x.lua", "-p", "fast=5" }
    assert.equal(0, code)
    assert.equal("banyan: warning: careful\n", err)
    assert.equal([[
made "up"
SIMULATED prices: these numbers say nothing about any market
2020-12-30 to 2021-01-04, 3 days, dataset sim/all
params: fast=5

  return                               risk
  total return                21.0%    volatility                           n/a
  CAGR                          n/a    max drawdown                         n/a
  year to date                10.0%    longest drawdown (calendar days)       0
  1 year                        n/a    Ulcer index                        0.00%
  3 years (a year)              n/a    expected shortfall                 10.0%

  ratios                               days and months
  Sharpe                       1.42    win rate of days                     n/a
  Sortino                       n/a    best day                             n/a
  Calmar                        n/a    worst day                            n/a
  Omega                         n/a    winning months                    100.0%
  probabilistic Sharpe          n/a    worst month                        10.0%

  trading                              exposure
  positions opened              n/a    exposure                             n/a
  turnover a year               n/a    time in market                    100.0%
  costs a year                  n/a    positions held                       n/a
  average holding (sessions)    n/a    best position                        n/a
  winning positions             n/a    worst position                       n/a

  equity 10,000 to 12,100

  %     Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov  Dec  year
  2020                                              10.0  10.0
  2021 10.0                                               10.0

best position: TLT 25.0%, 2020-12-30 to 2021-01-04
holdings of 2021-01-04: TLT 66.7%, SPY 33.3%
]], out)
  end)

  it("draws the equity where the locale can", function()
    local out = run { "run", "x.lua", env = { LC_ALL = "C.UTF-8" } }
    assert.truthy(out:find("▁▄█  (log scale)", 1, true))
  end)

  it("writes JSON with every bit and no NaN", function()
    local out, _, code = run { "run", "x.lua", "--json", "-p", "fast=0.1" }
    assert.equal(0, code)
    local sheet = cjson.decode(out)
    assert.equal("banyan.run/1", sheet.schema)
    assert.equal(0.1, sheet.params.fast)
    assert.equal(1.4199, sheet.metrics.sharpe)
    assert.equal(cjson.null, sheet.metrics.sortino)
    assert.equal("2021-01-04", sheet["end"])
    assert.is_true(sheet.simulated)
    assert.equal(0.01, sheet.timing.data_seconds)
    assert.truthy(out:find '"metrics": {%s+"total_return": 0.20999999999999999,%s+"sharpe"')
    assert.equal(0.1, sheet.metrics.expected_shortfall)
    assert.equal(cjson.null, sheet.benchmark)
    assert.same({ { year = "2020", ["return"] = 0.1 }, { year = "2021", ["return"] = 0.1 } },
      { { year = sheet.years[1].year, ["return"] = tonumber(("%.12g"):format(sheet.years[1]["return"])) },
        { year = sheet.years[2].year, ["return"] = tonumber(("%.12g"):format(sheet.years[2]["return"])) } })
    assert.equal(0, #sheet.drawdowns)
  end)

  it("passes params on as they are written", function()
    local function fast(text)
      return cjson.decode((run { "run", "x.lua", "--json", "-p", "fast=" .. text })).params.fast
    end
    assert.equal("NAN", fast "NAN")
    assert.equal("0x10", fast "0x10")
    assert.equal("a=b", fast "a=b")
    assert.equal(-2.5, fast "-2.5")
  end)

  it("writes weights and equity", function()
    local directory = helper.scratch()
    local weights, equity = directory .. "/w.csv", directory .. "/e.csv"
    local _, _, code = run { "run", "x.lua", "--weights", weights, "--equity=" .. equity }
    assert.equal(0, code)
    assert.equal("date,ticker,weight\n2020-12-30,SPY,0.33333333333333331\n"
      .. "2020-12-30,TLT,0.66666666666666663\n2021-01-04,SPY,0.33333333333333331\n"
      .. "2021-01-04,TLT,0.66666666666666663\n", helper.read(weights))
    assert.equal("date,equity\n2020-12-30,10000\n2020-12-31,11000\n"
      .. "2021-01-04,12100.000000000002\n", helper.read(equity))
  end)

  it("says when a file cannot be written", function()
    local _, err, code = run { "run", "x.lua", "--weights", "/nowhere/w.csv" }
    assert.equal(2, code)
    assert.truthy(err:find("cannot write /nowhere/w.csv: No such file", 1, true))
    _, err, code = run { "run", "x.lua", "--equity", "/dev/full" }
    assert.equal(6, code)
    assert.truthy(err:find("/dev/full: cannot write: No space left", 1, true))
  end)

  it("reports its own bugs as such", function()
    local out, err, code = run { "run", "bug" }
    assert.equal(70, code)
    assert.equal("", out)
    assert.truthy(err:find("internal error, please report it: .*a bug\nstack traceback"))
  end)
end)

describe("banyan sweep", function()
  it("prints a summary and the best combos", function()
    local out, err, code = run { "sweep", "a/ranges.lua", "-j2" }
    assert.equal(0, code)
    assert.equal("", err)
    assert.equal([[
1,024 combos in 2.00 s, 512/s on 2 threads
data 10.0 ms, indicators 100.0 ms, execution 1.80 s: 2.0 ms a combo, parallelism 1.90
100 of 1,000 nodes computed, the rest was known (90.0%)
results in a/ranges.sweep

SIMULATED prices: these numbers say nothing about any market
#  combo  sharpe   cagr  volatility  max drawdown  calmar  fast
1      2    2.00  20.0%       20.0%         20.0%    0.20    10
2      1    1.00  10.0%       10.0%         10.0%    0.10     5
how much of the best is luck: banyan stats a/ranges.sweep
]], out)
  end)

  it("writes its summary as JSON", function()
    local out, _, code = run { "sweep", "r.lua", "--json", "--store", "s" }
    local done = cjson.decode(out)
    assert.equal(0, code)
    assert.equal("banyan.sweep/1", done.schema)
    assert.equal("s", done.store)
    assert.equal(5, done.best.params.fast)
    assert.equal(cjson.null, done.best.metrics.sortino)
    assert.equal(1953, done.timing.average_us)
  end)

  it("says what it would do", function()
    local out, _, code = run { "sweep", "r.lua", "--dry-run" }
    assert.equal(0, code)
    assert.equal("1,024 combos\ninto r.sweep\n", out)
  end)

  it("says how to go on after Ctrl-C", function()
    local _, err, code = run { "sweep", "r.lua", env = { FAKE_INTERRUPT = "1" } }
    assert.equal(130, code)
    assert.truthy(err:find("kept in r.sweep, and the same command goes on from there", 1, true))
  end)

  it("shows its progress in one line", function()
    local text = require "banyan.cli.sweep_progress"
    assert.equal("sweep 61,204/200,000  30.6%  48,120/s  ETA 00:03  best sharpe 1.42",
      text({ done = 61204, total = 200000, seconds = 61204 / 48120, best = 1.4199,
        rank = "sharpe" }, 0))
    assert.equal("sweep 0/10  0.0%  0/s  ETA --:--",
      text({ done = 0, total = 10, seconds = 0, best = 0 / 0, rank = "sharpe" }, 0))
    assert.equal("sweep 60/100  60.0%  10/s  ETA 00:04",
      text({ done = 60, total = 100, seconds = 1, rank = "sharpe" }, 50))
  end)
end)

describe("banyan top", function()
  it("ranks", function()
    local out, _, code = run { "top", "s", "-n", "1", "--by=cagr" }
    assert.equal(0, code)
    assert.equal([[
made "up": 2 of 3 combos, 3 distinct behaviours, by cagr
SIMULATED prices: these numbers say nothing about any market
#  combo   cagr  sharpe  volatility  max drawdown  calmar  fast
1      3  30.0%     n/a       30.0%         30.0%    0.30    15
made of luck by cagr
]], out)
  end)

  it("ranks by expressions, and shows neighbours", function()
    local out, _, code = run { "top", "s", "--by", "sharpe * 2 - fast / 5", "--plateau",
      "--keep", "fast < 12", "--distinct" }
    assert.equal(0, code)
    local lines = {}
    for line in out:gmatch "[^\n]+" do lines[#lines + 1] = line:gsub("  +", "|") end
    assert.equal('made "up": 2 of 3 combos, 3 distinct behaviours, 2 kept, by sharpe * 2 - fast / 5',
      lines[1])
    assert.equal("#|combo|sharpe * 2 - fast / 5|sharpe|cagr|volatility|max drawdown|calmar"
      .. "|plateau median|plateau worst|neighbours|shared by|fast", lines[3])
    assert.equal("1|2|2|2.00|20.0%|20.0%|20.0%|0.20|1|1|2|1|10", lines[4])
    assert.equal("2|1|1|1.00|10.0%|10.0%|10.0%|0.10|2|2|1|1|5", lines[5])
    assert.equal("made of luck by nil", lines[6])
  end)

  it("writes JSON", function()
    local top = cjson.decode((run { "top", "s", "--json" }))
    assert.equal("banyan.top/1", top.schema)
    assert.equal(2, #top.rows)
    assert.equal(2, top.rows[1].combo)
    assert.equal(3, top.behaviours)
    top = cjson.decode((run { "top", "s", "--json", "--by", "fast" }))
    assert.equal(cjson.null, top.rows[1].metrics.sharpe)
    assert.equal(15, top.rows[1].value)
  end)

  it("knows its metrics", function()
    local _, err, code = run { "top", "s", "--by", "shrape" }
    assert.equal(2, code)
    assert.truthy(err:find("did you mean 'sharpe'?", 1, true))
  end)
end)

describe("banyan tree", function()
  it("prints lines and figures", function()
    local out, _, code = run { "tree", "x.lua" }
    assert.equal(0, code)
    assert.truthy(out:find("if close SPY > 3\n  SPY\n  TLT\n\nnodes                3,752\n",
      1, true))
    assert.truthy(out:find("tickers: SPY TLT\n", 1, true))
    assert.truthy(out:find("first computable session: 2015-03-02, by sma(SPY, 200) (SPY begins 2014-05-15)\n",
      1, true), out)
    out = run { "tree", "x.lua", "--depth=1" }
    assert.equal("if close SPY > 3\n  ...\n\nnodes", out:sub(1, 29))
    assert.equal(948, cjson.decode((run { "tree", "x.lua", "--json" })).gates)
  end)
end)

describe("banyan backfill", function()
  it("says what it would fetch", function()
    local out, _, code = run { "backfill", "x.lua", "--dry-run" }
    assert.equal(0, code)
    assert.truthy(out:find("dataset    sim/all  SIMULATED\n", 1, true))
    assert.truthy(out:find("1 symbol: SPY\n", 1, true))
    assert.same({ "SPY" },
      cjson.decode((run { "backfill", "x.lua", "--dry-run", "--json" })).symbols)
  end)
end)
