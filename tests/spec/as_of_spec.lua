-- SPDX-License-Identifier: MIT
-- From which bar on a value from outside is seen: by calendars, and against a scan of all values.
package.path = "lua/?.lua;lua/?/init.lua;tests/?.lua;" .. package.path
local as_of = require "banyan.as_of"
local calendar_of = require "banyan.calendar"
local dates = require "banyan.dates"
local ffi = require "ffi"
local param_of = require "banyan.param"
require "banyan.ffi"

local DAY = dates.DAY

-- A time in UTC: "2024-01-05 21:00", with seconds if any.
local function utc(text)
  local day, hour, minute, second = text:match "^(%S+) (%d+):(%d+):?(%d*)$"
  return dates.parse(day or text) + (tonumber(hour or 0) * 60 + tonumber(minute or 0)) * 60
    + (tonumber(second) or 0)
end

local function seen(dataset, timeframe, symbols)
  local infos = {}
  for i, symbol in ipairs(symbols) do infos[i] = { symbol = symbol } end
  local from = as_of.seen_from(dataset, timeframe, infos)
  return function(known) return dates.format_utc(from(utc(known))):gsub("T00:00:00Z$", "") end
end

describe("a daily bar sees", function()
  it("what was known before the close in New York, in winter and summer", function()
    local from = seen("csv/all", "1d", { "SPY" })
    assert.equal("2024-01-05", from "2024-01-05 20:59:59")
    assert.equal("2024-01-06", from "2024-01-05 21:00:00")
    assert.equal("2024-07-05", from "2024-07-05 19:59:59")
    assert.equal("2024-07-06", from "2024-07-05 20:00:00")
    assert.equal("2024-07-03", from "2024-07-03 16:59:59") -- a half day
    assert.equal("2024-07-04", from "2024-07-03 17:00:00")
    assert.equal("2024-01-05", from "2024-01-05") -- its start
    assert.equal("2024-01-05", from "2024-01-05 00:00:01")
  end)

  it("on days without session nothing of the day", function()
    local from = seen("csv/all", "1d", { "SPY" })
    assert.equal("2024-01-07", from "2024-01-06 12:00")
    assert.equal("2024-07-05", from "2024-07-04 00:00:01")
  end)

  it("what was known by midnight where trade never ends", function()
    local from = seen("binance/raw", "1d", { "BTCUSDT" })
    assert.equal("2024-01-06", from "2024-01-06 23:59:59")
    assert.equal("2024-01-07", from "2024-01-07 00:00")
  end)

  it("what was known before the first of several closes", function()
    local from = seen("alpaca/sip/all", "1d", { "BTC/USD", "SPY" })
    assert.equal("2024-01-05", from "2024-01-05 20:59:59")
    assert.equal("2024-01-06", from "2024-01-05 21:00")
    assert.equal("2024-01-06", from "2024-01-06 21:00") -- a Saturday has one close
  end)

  it("nothing of its day where no close is known", function()
    local from = seen("mine/all", "1d", { "SPY" })
    assert.equal("2024-01-05", from "2024-01-05")
    assert.equal("2024-01-06", from "2024-01-05 00:00:01")
  end)
end)

describe("a shorter bar sees", function()
  it("what was known before its end", function()
    local from = seen("csv/all", "5m", { "SPY" })
    assert.equal("2024-01-05T14:55:01Z", from "2024-01-05 15:00:00")
    assert.equal("2024-01-05T14:55:00Z", from "2024-01-05 14:59:59")
  end)

  it("nothing known after the session that cuts it short", function()
    local from = seen("csv/all", "1h", { "SPY" })
    assert.equal("2024-07-03T15:59:59Z", from "2024-07-03 16:59:58")
    assert.equal("2024-07-03T17:00:00Z", from "2024-07-03 17:00:00")
    assert.equal("2024-07-03T17:00:00Z", from "2024-07-03 17:10:00")
    assert.equal("2024-07-03T17:00:01Z", from "2024-07-03 18:00:00")
  end)
end)

-- Values as the store has them, in slices.
local function slices_of(known, values, cut)
  local slices, kept, at = ffi.new "by_bars[2]", {}, 0
  for s, count in ipairs { cut, #known - cut } do
    local time, close = ffi.new("int64_t[?]", count + 1), ffi.new("double[?]", count + 1)
    for i = 0, count - 1 do time[i], close[i], at = known[at + 1], values[at + 1], at + 1 end
    slices[s - 1].count, slices[s - 1].time, slices[s - 1].close = count, time, close
    kept[#kept + 1] = { time, close }
  end
  return { bars = slices, count = 2, kept = kept }
end

-- Of values that became known in this order, the last one before a moment.
local function scan(known, values, moment)
  local found
  for i, time in ipairs(known) do
    if time < moment then found = values[i] end
  end
  return found
end

local function value_at(made, time)
  local found
  for i = 0, made.count - 1 do
    if tonumber(made.time[i]) <= time then found = made.close[i] end
  end
  return found
end

describe("values on bars", function()
  local calendar = calendar_of.of "us"

  it("are those that a scan for each bar finds", function()
    math.randomseed(5)
    for _, timeframe in ipairs { "1d", "1h", "5m" } do
      local seconds = ({ ["1d"] = DAY, ["1h"] = 3600, ["5m"] = 300 })[timeframe]
      for _ = 1, 20 do
        local known, values, time = {}, {}, utc "2024-06-28"
        for i = 1, 60 do
          time = time + math.random(3) * ({ 1, 300, 1800, 7200, 43200 })[math.random(5)]
          if math.random(4) == 1 then time = math.ceil(time / DAY) * DAY end
          if time == known[i - 1] then time = time + 1 end
          known[i], values[i] = time, i
        end
        local made = as_of.make(slices_of(known, values, math.random(0, 60)),
          as_of.seen_from("csv/all", timeframe, { { symbol = "SPY" } }))
        for i = 1, made.count - 1 do assert(made.time[i] > made.time[i - 1]) end
        for day = utc "2024-06-28" / DAY, utc "2024-07-12" / DAY do
          if calendar:is_session(day) then
            local close = calendar:close_time(day)
            local first = timeframe == "1d" and day * DAY or calendar:open_time(day)
            for bar = first, timeframe == "1d" and first or close - 1, seconds do
              local moment = timeframe == "1d" and close or math.min(bar + seconds, close)
              local wanted = scan(known, values, moment)
              assert.equal(wanted, value_at(made, bar), dates.format_utc(bar))
            end
          end
        end
      end
    end
  end)

  it("are late when one should have come", function()
    local function made(...)
      local known, values = { ... }, {}
      for i, text in ipairs(known) do known[i], values[i] = utc(text), i end
      return as_of.make(slices_of(known, values, 1), function(time) return time end)
    end
    local monthly = made("2024-01-01", "2024-02-01", "2024-03-01")
    assert.is_nil(as_of.overdue(monthly, utc "2024-05-01"))
    assert.equal("the series x has no value after 2024-03-01, although they came within 31 days; the last one "
      .. "was kept", as_of.overdue_text("x", monthly, utc "2024-05-03"))
    assert.is_nil(as_of.overdue(monthly, utc "2024-02-20"))
    assert.is_nil(as_of.overdue(made("2024-01-01", "2024-01-01 00:00"), utc "2023-01-01"))
    assert.is_nil(as_of.overdue(made "2024-01-01", utc "2034-01-01"))
  end)
end)

describe("names of series", function()
  it("are short words", function()
    for _, name in ipairs { "x", "FEDFUNDS", "fed_funds", "T10Y2Y", "a.b-c", "9", ("x"):rep(31) } do
      assert.is_true(as_of.is_name(name))
      assert.equal(name, as_of.name(as_of.ticker(name)))
    end
    for _, name in ipairs { "", "a b", "a/b", "@a", "-a", "a?L=2", ("x"):rep(32), 5 } do
      assert.is_false(as_of.is_name(name))
    end
    assert.is_nil(as_of.name "SPY")
    assert.is_nil(as_of.name "@a/b")
  end)

  it("are written as they are read", function()
    assert.same({ "b.series", "x" }, as_of.form "@x")
    assert.is_nil(as_of.form "x")
    assert.is_nil(as_of.form(param_of.new("x", "@y")))
  end)
end)
