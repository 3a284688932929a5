-- SPDX-License-Identifier: MIT
-- The report of a run: its benchmark, what it traded and held, and the files beside it.
local b = require "banyan"
local cjson = require "cjson"
local dates_of = require "banyan.dates"
local helper = require "spec.helper"
local metrics_of = require "banyan.metrics"
local runs = require "spec.runs"
local shared = require "spec.shared"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

-- A store of three symbols over weekdays: A and B take turns, MARK begins five days later and lacks a day.
local PRICES = {
  A = { 10, 11, 12, 13, 12, 11, 10, 10, 12, 14, 15, 15 },
  B = { 11, 11, 11, 11, 12.5, 13, 12, 11, 11, 11, 11, 16 },
  MARK = { false, 100, 101, 102, 103, false, 105, 104, 103, 104, 105, 106 },
}
local DAYS, store = {}, nil

do
  local seconds = dates_of.parse "2020-01-01"
  while #DAYS < 12 do
    seconds = seconds + dates_of.DAY
    if (seconds / dates_of.DAY + 4) % 7 % 6 ~= 0 then DAYS[#DAYS + 1] = dates_of.format(seconds) end
  end
  DAYS[#DAYS + 1] = "2020-01-20"
end

local function prices()
  if store then return store end
  local folder = helper.scratch()
  for symbol, closes in pairs(PRICES) do
    local lines = { "date,close" }
    for i, close in ipairs(closes) do
      if close then lines[#lines + 1] = DAYS[i] .. "," .. close end
    end
    helper.write(folder .. "/" .. symbol .. ".csv", table.concat(lines, "\n") .. "\n")
  end
  store = shared.import(folder)
  return store
end

local SWITCH = [[b.when(b.close("A"):gt(b.close("B")), "A"):otherwise("B")]]

local function run(node, ...)
  return helper.run { "run", runs.script(node), "--data", prices(), ... }
end

local function sheet(...)
  local out, err, code = run(...)
  assert(code == 0, err)
  return cjson.decode(out), err
end

local function near(wanted, got, what)
  if wanted ~= wanted then
    assert.equal(cjson.null, got, what)
    return
  end
  assert(type(got) == "number" and math.abs(wanted - got) <= 1e-9 * math.max(1e-3, math.abs(wanted)),
    ("%s: %s instead of %.17g"):format(what, tostring(got), wanted))
end

-- Dates, values of a CSV with two columns.
local function read_csv(path)
  local dates, values = {}, {}
  for date, value in helper.read(path):gmatch "\n([%d-]+),([^,\n]+)" do
    dates[#dates + 1], values[#values + 1] = date, tonumber(value)
  end
  return dates, values
end

local function returns_of(values)
  local list = {}
  for i = 2, #values do list[i - 1] = values[i] / values[i - 1] - 1 end
  return list
end

describe("banyan run --benchmark", function()
  it("gives what b.metrics finds of its equity and the benchmark's closes", function()
    local folder = helper.scratch()
    local out, err, code = simulated.run { "run", "strategies/tqqq_ftlt.lua", "--benchmark", "SPY", "--rf", "0.02",
      "--from", "2018-03-05", "--to", "2021-06-30", "--slippage", "0", "--json", "--equity", folder .. "/e.csv",
      "--rolling", folder .. "/r.csv", "--rolling-window", "63" }
    assert.equal(0, code, err)
    simulated.run { "data", "export", "SPY", "-o", folder }
    local dates, equity = read_csv(folder .. "/e.csv")
    local closes = {}
    for date, close in helper.read(folder .. "/SPY.csv"):gmatch "\n([%d-]+),[^,]*,[^,]*,[^,]*,([^,\n]+)" do
      closes[date] = tonumber(close)
    end
    local spy = {}
    for i, date in ipairs(dates) do spy[i] = closes[date] end
    local own, other, days = returns_of(equity), returns_of(spy), { unpack(dates, 2) }
    local wanted = b.metrics(own, { benchmark = other, rf = 0.02, dates = days })
    local alone = b.metrics(other, { rf = 0.02, dates = days })
    local got = cjson.decode(out)
    for _, metric in ipairs(metrics_of.LIST) do
      local name = metric.name
      if wanted[name] then near(wanted[name], got.metrics[name], name) end
      if alone[name] then near(alone[name], got.benchmark.metrics[name], name .. " of SPY") end
    end
    near(wanted.sharpe, got.metrics.sharpe, "sharpe")
    near(wanted.cagr, got.metrics.cagr, "cagr")
    assert.equal("SPY", got.benchmark.symbol)
    assert.equal(0.02, got.rf)
    for i, each in ipairs(wanted.months) do
      assert.equal(each.month, got.months[i].month)
      near(each.value, got.months[i]["return"], each.month)
      near(each.benchmark, got.months[i].benchmark, each.month)
    end
    assert.equal(4, #got.years)
    for i, each in ipairs(wanted.drawdowns) do
      assert.same({ each.start_date, each.trough_date, each.end_date or cjson.null },
        { got.drawdowns[i].start, got.drawdowns[i].trough, got.drawdowns[i]["end"] })
      near(each.depth, got.drawdowns[i].depth, "depth")
    end
    local lines = {}
    for line in helper.read(folder .. "/r.csv"):gmatch "[^\n]+" do lines[#lines + 1] = line end
    assert.equal("date,sharpe,volatility,beta", lines[1])
    assert.equal(#own - 63 + 1, #lines - 1)
    local last = b.metrics({ unpack(own, #own - 62) }, { benchmark = { unpack(other, #own - 62) }, rf = 0.02 })
    local date, sharpe, volatility, beta = lines[#lines]:match "^([^,]+),([^,]+),([^,]+),([^,]+)$"
    assert.equal(dates[#dates], date)
    near(last.sharpe, tonumber(sharpe), "rolling sharpe")
    near(last.volatility, tonumber(volatility), "rolling volatility")
    near(last.beta, tonumber(beta), "rolling beta")
  end)

  it("keeps the benchmark's close where it has no bar, and says so", function()
    local got, err = sheet(SWITCH, "--benchmark", "MARK", "--json", "--from", DAYS[2])
    assert.truthy(err:find("benchmark MARK misses 1 session; its last close was kept there", 1, true), err)
    near(106 / 100 - 1, got.benchmark.metrics.total_return, "total return")
    near(7 / 10, got.benchmark.metrics.win_rate, "win rate")
  end)

  it("refuses a benchmark that is not there, or too short", function()
    local _, err, code = run(SWITCH, "--benchmark", "MARKS")
    assert.equal(4, code)
    assert.truthy(err:find("benchmark MARKS: no bars of MARKS (did you mean MARK?) in dataset csv/all", 1, true), err)
    _, err, code = run(SWITCH, "--benchmark", "@rates")
    assert.equal(2, code)
    assert.truthy(err:find("benchmark @rates: a series from outside has no returns", 1, true), err)
    _, err, code = run(SWITCH, "--benchmark", "MARK")
    assert.equal(4, code)
    assert.truthy(err:find(("benchmark MARK: its bars begin on %s, and the run on %s; begin with --from %s")
      :format(DAYS[2], DAYS[1], DAYS[2]), 1, true), err)
  end)

  it("refuses a rate that cannot be, and a window that is longer than the run", function()
    local _, err, code = run(SWITCH, "--rf", "-2")
    assert.equal(2, code)
    assert.truthy(err:find("--rf wants a number from -0.99 to 1000, not '-2'", 1, true), err)
    _, err, code = run(SWITCH, "--rolling", helper.scratch() .. "/r.csv")
    assert.equal(2, code)
    assert.truthy(err:find("a window of 126 returns, and the run has 11; take a smaller one with --rolling-window",
      1, true), err)
  end)
end)

describe("the positions of a run", function()
  -- A from the second to the fourth day of its lead, B when it leads (or both are the same), and so on.
  it("are entered and left at the close", function()
    local got = sheet(SWITCH, "--json").metrics
    -- B on day 1 and 2 (11 is not above 11), A on 3 and 4, B on 5 to 8, A on 9 to 11, B on 12.
    assert.equal(5, got.trades)
    near(12 / 5, got.average_holding, "average_holding")
    assert.equal(4, got.longest_holding)
    assert.equal(1, got.average_positions)
    assert.equal(1, got.max_positions)
    near(15 / 12 - 1, got.best_position, "best_position") -- A from 12 to 15
    near(11 / 12.5 - 1, got.worst_position, "worst_position") -- B from 12.5 to 11
    near(1 / 5, got.win_positions, "win_positions") -- A from 12 to 12 and B twice gained nothing
    near((15 / 12 - 1 + 11 / 12.5 - 1) / 5, got.average_position, "average_position")
    assert.equal(0, got.costs)
    near(got.average_turnover * 252, got.turnover_year, "turnover_year")
    near(5 / 12 * 252, got.trades_year, "trades_year")
  end)

  it("show in the sheet with their days", function()
    local out = run(SWITCH)
    assert.truthy(out:find(("best position: A 25.0%%, %s to %s\n"):format(DAYS[9], DAYS[12]):gsub("%%%%", "%%"),
      1, true), out)
    assert.truthy(out:find(("worst position: B -12.0%%, %s to %s\n"):format(DAYS[5], DAYS[9]):gsub("%%%%", "%%"),
      1, true), out)
  end)

  it("cost what their trades cost", function()
    local got = sheet(SWITCH, "--json", "--slippage", "0.01").metrics
    near(0.01 * got.average_turnover * 12, got.costs, "costs")
    assert(got.costs > 0.08)
    local free, paid = sheet("'A', costs = 'none'", "--json"), sheet("'A', costs = 'alpaca'", "--json")
    near((1 + paid.metrics.total_return) / (1 + free.metrics.total_return), 1 - paid.metrics.costs, "kept")
  end)
end)

describe("banyan run --full", function()
  it("prints every metric", function()
    local out, err, code = simulated.run { "run", "strategies/tqqq_ftlt.lua", "--full", "--benchmark", "SPY" }
    assert.equal(0, code, err)
    for _, metric in ipairs(metrics_of.LIST) do
      assert(out:find("  " .. metric.title .. "  ", 1, true), metric.title)
    end
  end)

  it("prints what an empty report has", function()
    local out, err, code = run(SWITCH, "--full", "--from", DAYS[12])
    assert.equal(0, code, err)
    assert.truthy(out:find "Sharpe +n/a")
    assert.is_nil(out:find "worst drawdowns")
  end)
end)

describe("b.run", function()
  local function lua(text)
    local path = helper.write(helper.scratch() .. "/a.lua", 'local b = require "banyan"\n' .. text)
    return helper.run { "lua", path, env = { BANYAN_DATA = prices() } }
  end

  it("gives what banyan run gives", function()
    local out, err, code = lua(([[
      local switch = b.strategy { name = "x", %s }
      local run = b.run(switch, { benchmark = "MARK", rf = 0.02, from = "%s" })
      print(#run.dates, #run.returns, run.weights(1)[1][1], run.years[1].year, #run.drawdowns)
      print(("%%.17g %%.17g %%.17g"):format(run.metrics.sharpe, run.metrics.beta, run.benchmark.metrics.cagr))
      print(b.metrics(run.returns).total_return == run.metrics.total_return)]]):format(SWITCH, DAYS[2]))
    assert.equal(0, code, err)
    local got = sheet(SWITCH, "--json", "--benchmark", "MARK", "--rf", "0.02", "--from", DAYS[2])
    local sharpe, beta, cagr = out:match "\n(%S+) (%S+) (%S+)\n"
    near(tonumber(sharpe), got.metrics.sharpe, "sharpe")
    near(tonumber(beta), got.metrics.beta, "beta")
    near(tonumber(cagr), got.benchmark.metrics.cagr, "cagr")
    assert.equal("11\t10\tB\t2020\t" .. #got.drawdowns, out:match "^[^\n]+")
    assert.truthy(out:find "true\n$")
  end)

  it("refuses what it cannot run", function()
    for text, why in pairs {
      ["b.run('x.lua')"] = "run takes a strategy (b.strategy, b.import or require), not string",
      ["b.run(b.strategy { name = 'x', 'A' }, { benchmarc = 'B' })"] = "did you mean 'benchmark'?",
      ["b.run(b.strategy { name = 'x', 'A' }, { benchmark = 3 })"] = "run: benchmark must be a string, not number",
      ["b.run(b.strategy { name = 'x', 'A' }, { rf = -1 })"] = "rf must be a risk-free rate of a year",
    } do
      local _, err, code = lua(text)
      assert(code ~= 0 and err:find(why, 1, true), err)
    end
  end)
end)

describe("banyan show", function()
  it("gives the report that run gives", function()
    local script = sweeps.script [[local b = require "banyan"
      local day = b.param("day", 2, { 2, 3 })
      return b.strategy { name = "x", b.when(b.rsi("SPY", day):gt(50), "SPY"):otherwise("TLT") }]]
    local _, directory = sweeps.sweep(script, simulated.store())
    local words = { "--benchmark", "SPY", "--rf", "0.01" }
    local shown = cjson.decode((helper.run { "show", directory, "1", "--json", "--data", simulated.store(),
      unpack(words) }))
    local ran = cjson.decode((simulated.run { "run", script, "--json", "-p", "day=2", unpack(words) }))
    for _, key in ipairs { "metrics", "benchmark", "years", "months", "drawdowns", "rf" } do
      assert.same(ran[key], shown[key], key)
    end
    assert(ran.metrics.beta)
  end)
end)
