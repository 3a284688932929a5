-- SPDX-License-Identifier: MIT
-- Several timeframes in one strategy: what b.on sees, against the same counted by hand from the bars, and
-- what is said of it.
local helper = require "spec.helper"
local json = require "banyan.json"
local runs = require "spec.runs"
local simulated = require "spec.simulated"
local sweeps = require "spec.sweeps"

local DAY, HOUR, LENGTH = 86400, 3600, 300
local FIRST = 19786 * DAY -- 2024-03-04, a Monday

local minutes -- store, rows

-- Bars of five minutes of two tickers: half days, missing bars, hours that shift with the season.
local function write_minutes(folder)
  local random = require("banyan.random").stream "frames"
  local dates, rows = require "banyan.dates", {}
  local files = { AAA = { "time,open,high,low,close,volume" }, BBB = { "time,open,high,low,close,volume" } }
  local price = { AAA = 100, BBB = 50 }
  for day = 0, 27 do
    local open = (day < 14 and 14.5 or 13.5) * HOUR
    for i = 0, day % 7 > 4 and -1 or (day == 9 and 40 or 77) do
      local time, row = FIRST + day * DAY + open + i * LENGTH, nil
      for ticker, lines in pairs(files) do
        price[ticker] = price[ticker] * (1 + 0.002 * random:normal())
        if random:uniform() > 0.03 or day == 25 then -- the run ends with the first that does
          row = row or { time = time }
          row[ticker] = ("%.4f"):format(price[ticker])
          lines[#lines + 1] = ("%s,%s,%s,%s,%s,%d"):format(dates.format_utc(time), row[ticker], row[ticker],
            row[ticker], row[ticker], 1 + i)
        end
      end
      rows[#rows + 1] = row
    end
  end
  for ticker, lines in pairs(files) do
    helper.write(("%s/%s.csv"):format(folder, ticker), table.concat(lines, "\n") .. "\n")
  end
  return rows
end

local function minutes_store()
  if minutes then return minutes end
  local folder = helper.scratch()
  minutes = { data = helper.scratch() .. "/data", rows = write_minutes(folder) }
  local _, err, code = helper.run { "data", "import", folder .. "/AAA.csv", folder .. "/BBB.csv",
    "--timeframe", "5m", "--dataset", "mine", "--adjustment", "raw", env = { BANYAN_DATA = minutes.data } }
  assert.equal(0, code, err)
  return minutes
end

-- Tickers held, one a row, of a strategy that holds one at a time.
local function held(words, data)
  local file = helper.scratch() .. "/w.csv"
  words.env = { BANYAN_DATA = data }
  words[#words + 1], words[#words + 2] = "--weights", file
  local _, err, code = helper.run(words)
  assert.equal(0, code, err)
  local list = {}
  for ticker in helper.read(file):gmatch "%d+%-%d+%-%d+[^,\n]*,([^,\n]+),1\n" do list[#list + 1] = ticker end
  return list
end

-- Closes of the periods that have closed by each row, oldest first, by the clock: `of(second)` tells periods
-- apart, and a row lasts `length`.
local function closed_by_row(rows, length, of)
  local closed, open, list = {}, nil, {}
  for i, row in ipairs(rows) do
    local period = of(row.time)
    if open and open.period ~= period then closed[#closed + 1] = open.close end
    open = { period = period, close = row.close }
    if of(row.time + length) ~= period then closed[#closed + 1], open = open.close, nil end
    list[i] = { unpack(closed) }
  end
  return list
end

local function mean(values, count)
  if #values < count then return nil end
  local sum = 0
  for i = #values - count + 1, #values do sum = sum + values[i] end
  return sum / count
end

-- AAA where its close is above the mean of the last closes of a timeframe, else BBB.
local function expected(rows, length, of, window)
  local list, closed = {}, closed_by_row(rows, length, of)
  for i, row in ipairs(rows) do
    local average = mean(closed[i], window)
    if average then list[#list + 1] = row.close > average and "AAA" or "BBB" end
  end
  return list
end

local function of_minutes()
  local rows, close = {}, nil
  for i, row in ipairs(minutes_store().rows) do
    close = tonumber(row.AAA) or close
    rows[i] = { time = row.time, close = close }
  end
  return rows
end

local function of_day(time) return math.floor(time / DAY) end
local function of_hour(time) return math.floor(time / HOUR) end
local function of_week(time) return math.floor((time / DAY + 3) / 7) end

local function strategy(on, window)
  return runs.script(([[b.when(b.close("AAA"):gt(b.on("%s", b.sma("AAA", %d))), "AAA"):otherwise("BBB")]])
    :format(on, window))
end

local function refused(node, ...)
  local out, err, code = simulated.run { "run", runs.script(node) }
  assert.same({ "", 3 }, { out, code }, err)
  for _, part in ipairs { ... } do
    assert.truthy(err:find(part, 1, true), ("no '%s' in: %s"):format(part, err))
  end
end

describe("b.on", function()
  it("sees days, hours and weeks on bars of five minutes once they have closed", function()
    local data, rows = minutes_store().data, of_minutes()
    for on, of in pairs { ["1d"] = of_day, ["1h"] = of_hour, ["1w"] = of_week } do
      local window = on == "1w" and 2 or 4
      local got = held({ "run", strategy(on, window), "--timeframe", "5m" }, data)
      assert(#got > 300)
      local wanted = expected(rows, LENGTH, of, window)
      assert.equal(#wanted, #got)
      for i, ticker in ipairs(wanted) do assert.equal(ticker, got[i], ("%s, session %d"):format(on, i)) end
    end
  end)

  it("says which bars there are, and counts them", function()
    local words = { "run", strategy("1d", 4), env = { BANYAN_DATA = minutes_store().data } }
    local _, err, code = helper.run(words)
    assert.equal(4, code)
    assert.truthy(err:find("has no 1d bars yet; it has bars of 5m, to be chosen with --timeframe", 1, true), err)
    words[3], words[4] = "--timeframe", "5m"
    assert.truthy(helper.run(words):find "%d bars, dataset mine/raw")
  end)

  it("is the same in a sweep, whatever it shares", function()
    local script = sweeps.script(([[
local b = require "banyan"
local w = b.param("w", 4, b.range(2, 9))
return b.strategy { name = "x",
  b.when(b.close("AAA"):gt(b.on("1d", b.sma("AAA", w)) * 1.001):for_days(2), "AAA")
   :elsewhen(b.rsi("BBB", 20):lt(b.on("1h", b.rsi(b.on("1d", b.close("BBB")), w))), "BBB")
   :otherwise(b.top(1, b.on("30m", b.roc(w)), { "AAA", "BBB" })) }]]))
    local rows = {}
    for i, words in ipairs { {}, { "--no-share", "-j", "1" }, { "--mem", "1MB" } } do
      local store = helper.scratch() .. "/s"
      local _, err, code = helper.run { "sweep", script, "--timeframe", "5m", "--store", store, words[1], words[2],
        words[3], env = { BANYAN_DATA = minutes_store().data } }
      assert.equal(0, code, err)
      rows[i] = helper.run { "export", store }
      assert.equal(rows[1], rows[i])
    end
  end)

  it("takes params, arithmetic, earlier bars, second series and the place of a template", function()
    local run = runs.of [[b.when((b.on("1w", b.sma("SPY", b.param("w", 5, { 5, 8 })) / b.close("SPY") + 1) * 2)
      :days_ago(2):gt(b.on("1w", b.correlation("SPY", "TLT", 10)):days_ago(1)), b.top(1, b.on("1M", b.roc(2)),
        { "SPY", "TLT" })):otherwise("GLD")]]
    assert(#run.dates > 2000)
  end)

  it("refuses what is no timeframe above", function()
    local function see(inside) return ("b.when(%s:gt(1), 'SPY'):otherwise('TLT')"):format(inside) end
    refused(see "b.on('1day', b.close('SPY'))", "on: '1day' is no timeframe, did you mean '1d'?")
    refused(see "b.on('weekly', b.close('SPY'))", "did you mean '1w'?", "1d, 1w and 1M")
    refused(see "b.on('1W', b.close('SPY'))", "did you mean '1w'?")
    refused(see "b.on('7m', b.close('SPY'))", "bars of 7m do not fill a day")
    refused(see "b.on('2d', b.close('SPY'))", "'2d' is no timeframe")
    refused(see "b.on(5, b.close('SPY'))", "a timeframe is a text such as \"1d\", not 5")
    refused(see "b.on(b.param('p', '1w', { '1w', '1M' }), b.close('SPY'))", "cannot depend on a param")
    refused(see "b.on('1w', 'SPY')", "on takes a timeframe and an indicator, such as")
    refused(see "b.on('1h', b.close('SPY'))", "bars of 1h cannot be seen on bars of 1d, which are longer")
    refused(see "b.on('1d', b.close('SPY'))", "they are those of the strategy itself, so leave b.on out")
    refused(see "b.on('1M', b.on('1w', b.close('SPY')))", "x: at if: 1w within 1M: bars of 1w are shorter")
    refused(see "b.on('1w', b.on('1M', b.close('SPY')))", "bars of 1M are no whole number of 1w")
    refused(see "b.on('1w', b.on('1w', b.close('SPY')))", "1w within 1w: they are the same bars")
  end)

  it("refuses to see nodes", function()
    refused("b.when(b.on('1w', b.rsi(b.equal { 'SPY', 'TLT' }, 14)):gt(1), 'SPY'):otherwise('TLT')",
      "x: at if: b.on sees tickers alone: weighted is a node, whose equity has no bars of 1w")
    refused("b.top(1, b.on('1w', b.rsi(14)), { 'SPY', b.group('two', b.equal { 'TLT', 'GLD' }) })",
      "x: at filter: b.on sees tickers alone, and two is a node")
    refused("b.mixed(b.on('1w', b.rsi(14)), 30, 70, 'SPY', 'TLT')", "x: at mixed: on needs a ticker here")
  end)

  it("says how many bars are missing", function()
    local script = runs.script "b.when(b.on('1w', b.sma('SPY', 2000)):gt(1), 'SPY'):otherwise('TLT')"
    local _, err, code = simulated.run { "run", script }
    assert.equal(4, code)
    assert.truthy(err:find("sma 2000 of SPY needs 2000 bars of 1w, and there are 521 up to", 1, true), err)
    local out = simulated.run { "lint", script }
    assert.truthy(out:find("sma(SPY, 2000) needs 2000 bars of 1w and SPY has at most 523", 1, true), out)
  end)

  it("is explained with the bar that is seen", function()
    local script = runs.script [[b.when((b.on("1w", b.close("SPY")) + b.on("1w", b.sma("SPY", 3))):days_ago(7)
      :gt(b.on("1M", b.month())):for_days(2), "SPY"):otherwise("TLT")]]
    local out, err = simulated.run { "explain", script, "2020-03-12", "--json" }
    local condition = json.decode(out, err).nodes[1].condition
    assert.same({ "1w of 2020-02-24", "1M of 2020-02-01" }, condition.days[1].bars)
    assert.equal(2, condition.days[1].right)
    out = simulated.run { "explain", script, "2020-03-12" }
    assert.truthy(out:find("on 2 sessions up to 2020-03-12, 1w of 2020-02-24, 1M of 2020-02-01", 1, true), out)
    out = helper.run { "explain", strategy("1h", 4), "2024-03-15", "--timeframe", "5m",
      env = { BANYAN_DATA = minutes_store().data } }
    assert.truthy(out:find("1h of 2024-03-15 20:00", 1, true), out)
  end)

  it("is found by selections and written as Lua", function()
    local text = [[local b = require "banyan"
local t = b.strategy { name = "x",
  b.when(b.close("SPY"):gt(b.on("1w", b.sma("SPY", 10)) * 1.01), "SPY"):otherwise("TLT") }
t:select { indicator = "sma" }:param("window", "w", 10, { 5, 10 })
return t
]]
    local out, err = simulated.run { "import", sweeps.script(text) }
    assert.truthy(out:find('b.close("SPY"):gt(b.on("1w", b.sma("SPY", w)) * 1.01)', 1, true), out .. err)
    out = simulated.run { "tree", sweeps.script(text) }
    assert.truthy(out:find("if close(SPY) > 1.01 * on(1w, sma(SPY, $w))", 1, true), out)
  end)
end)
