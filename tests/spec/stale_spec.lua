-- SPDX-License-Identifier: MIT
-- Series that have fallen behind: which of them are told of, and how.
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local stale = require "banyan.stale"

local DAY = dates.DAY

local function day(text) return dates.parse(text) end

local function info(symbol, last, fields)
  local made = { dataset = "alpaca/sip/all", timeframe = "1d", symbol = symbol, last = day(last) }
  for key, value in pairs(fields or {}) do made[key] = value end
  return made
end

-- A snapshot whose series were asked for up to the end of a day, on another.
local function snapshot_of(covered, fetched)
  return { coverage = function(_, _, _, symbol)
    local to = covered[symbol]
    return { spans = to and { { day "2016-01-01", day(to) + DAY } } or {}, refusals = {},
      fetched = day(fetched) + 22 * 3600 }
  end }
end

describe("series that are behind", function()
  local real = clock.now

  -- Tuesday night: New York has closed, and its days are settled.
  before_each(function() clock.now = function() return day "2026-03-11" + 6 * 3600 end end)
  after_each(function() clock.now = real end)

  local function texts(infos, snapshot, options)
    return stale.texts(stale.find(snapshot, infos, options or {}))
  end

  it("are told of by sessions", function()
    local snapshot = snapshot_of({ SPY = "2026-03-06", QQQ = "2026-03-10", TLT = "2026-03-09" }, "2026-03-09")
    assert.same({ "SPY: last bar 2026-03-06, 2 sessions behind", "TLT: last bar 2026-03-09, 1 session behind" },
      texts({ info("SPY", "2026-03-06"), info("QQQ", "2026-03-10"), info("TLT", "2026-03-09") }, snapshot))
  end)

  it("are none when the session is not over, or not settled", function()
    local snapshot = snapshot_of({ SPY = "2026-03-09" }, "2026-03-09")
    clock.now = function() return day "2026-03-10" + 23 * 3600 end
    assert.same({}, texts({ info("SPY", "2026-03-09") }, snapshot))
    clock.now = function() return day "2026-03-08" + 12 * 3600 end -- Sunday
    assert.same({}, texts({ info("SPY", "2026-03-06") }, snapshot))
  end)

  it("are said to have ended when the source has no more", function()
    local snapshot = snapshot_of({ OLD = "2026-03-10" }, "2026-03-10")
    assert.same({ "OLD: last bar 2026-02-27, 7 sessions behind (the source has none since)" },
      texts({ info("OLD", "2026-02-27") }, snapshot))
  end)

  it("follow the calendar of their symbols", function()
    local snapshot = snapshot_of({ ["BTC/USD"] = "2026-03-06" }, "2026-03-06")
    assert.same({ "BTC/USD: last bar 2026-03-06, 3 sessions behind" },
      texts({ info("BTC/USD", "2026-03-06") }, snapshot))
  end)

  it("are not told of where nobody keeps them fresh", function()
    -- Imported, fetched up to a day of the past, simulated.
    assert.same({}, texts({ info("SPY", "2020-03-06", { dataset = "csv/all" }) }, snapshot_of({}, "2026-03-09")))
    assert.same({}, texts({ info("SPY", "2020-03-06") }, snapshot_of({ SPY = "2020-03-06" }, "2026-03-09")))
    assert.same({}, texts({ info("SPY", "2023-12-29", { dataset = "sim/all" }) },
      snapshot_of({ SPY = "2023-12-29" }, "2023-12-30")))
  end)

  it("matter only up to the day that is asked for", function()
    local snapshot, infos = snapshot_of({ SPY = "2026-03-06" }, "2026-03-06"), { info("SPY", "2026-03-06") }
    assert.same({}, texts(infos, snapshot, { to = "2026-03-06" }))
    assert.same({}, texts(infos, snapshot, { to = "2026-03-08" }))
    assert.same({ "SPY: last bar 2026-03-06, 1 session behind" }, texts(infos, snapshot, { to = "2026-03-09" }))
    assert.equal(1, #texts(infos, snapshot, { to = "2030-01-01" }))
    assert.equal(1, #texts(infos, snapshot, { to = "no day" }))
  end)

  it("are summed up when they are many", function()
    local covered, infos = {}, {}
    for i = 1, 9 do
      covered["S" .. i] = "2026-03-06"
      infos[i] = info("S" .. i, i == 8 and "2026-03-03" or "2026-03-06")
    end
    local found = texts(infos, snapshot_of(covered, "2026-03-06"))
    assert.equal(6, #found)
    assert.equal("4 more series are up to 5 sessions behind", found[6])
  end)

  it("are refused when they must be fresh, whoever they come from", function()
    local infos = { info("SPY", "2026-03-06", { dataset = "csv/all" }) }
    local found = stale.find(snapshot_of({}, "2026-03-09"), infos, { all = true })
    local ok, refused = pcall(stale.refuse, found)
    assert.is_false(ok)
    assert.equal("DATA", failure.failure_of(refused).status)
    assert.equal("SPY: last bar 2026-03-06, 2 sessions behind; fetch what is missing with `banyan backfill`, or "
      .. "leave out --fresh", refused.message)
    stale.refuse {}
  end)
end)
