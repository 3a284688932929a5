-- SPDX-License-Identifier: MIT
local calendar_of = require "banyan.calendar"
local dates = require "banyan.dates"
local failure = require "banyan.failure"
local jobs_of = require "banyan.backfill.jobs"
local planned = require "spec.planned"
local sessions = require "banyan.backfill.sessions"

local time = planned.time
local NOW = time "2024-03-16 12:00" -- a Saturday

local function report(contents, fields, provider, now)
  return sessions.report(planned.plan(fields, provider, now), planned.snapshot(contents),
    now or NOW)
end

local function without(list, ...)
  local gone, left = {}, {}
  for _, text in ipairs { ... } do gone[time(text)] = true end
  for _, each in ipairs(list) do
    if not gone[each] then left[#left + 1] = each end
  end
  return left
end

local function gaps(row)
  local list = {}
  for i, gap in ipairs(row.missing) do
    list[i] = ("%s..%s %d %s"):format(gap.first, gap.last, gap.sessions, gap.kind)
  end
  return list
end

describe("the report on sessions", function()
  it("finds nothing where all is there", function()
    local row = report({ ["fake/raw 1d SPY"] = { spans = { { "2024-01-02", "2024-03-16" } },
      bars = planned.days("2024-01-02", "2024-03-15") } })[1]
    assert.equal(52, row.expected)
    assert.equal(52, row.present)
    assert.same({}, row.missing)
    assert.equal(0, row.behind)
    assert.equal(time "2024-03-15", row.last)
  end)

  it("tells of each session that is missing why", function()
    local bars = without(planned.days("2024-01-05", "2024-03-13"), "2024-01-31", "2024-02-01",
      "2024-02-20", "2024-02-21")
    local row = report({ ["fake/raw 1d SPY"] = { bars = bars,
      spans = { { "2024-01-02", "2024-03-14" } },
      refusals = { { time = time "2024-02-20", reason = "high is below low", kept = false },
        { time = time "2024-02-22", reason = "jumps by 60 %", kept = true } } } })[1]
    assert.same({ "2024-01-02..2024-01-04 3 before", "2024-01-31..2024-02-01 2 empty",
      "2024-02-20..2024-02-20 1 refused", "2024-02-21..2024-02-21 1 empty",
      "2024-03-14..2024-03-15 2 not_fetched" }, gaps(row))
    assert.equal("high is below low", row.missing[3].reason)
    assert.equal("the provider has none", row.missing[2].reason)
    assert.equal(2, row.behind)
    assert.equal(52 - 9, row.present)
  end)

  it("joins sessions over weekends", function()
    local row = report({ ["fake/raw 1d SPY"] = { spans = { { "2024-01-02", "2024-03-16" } },
      bars = without(planned.days("2024-01-02", "2024-03-15"), "2024-03-08", "2024-03-11") } })[1]
    assert.same({ "2024-03-08..2024-03-11 2 empty" }, gaps(row))
  end)

  it("knows series that were never fetched", function()
    local rows = report({}, { symbols = { "SPY", "TLT" } })
    assert.equal(2, #rows)
    assert.same({ "2024-01-02..2024-03-15 52 not_fetched" }, gaps(rows[2]))
    assert.equal(52, rows[2].behind)
    assert.is_nil(rows[2].last)
  end)

  it("says when a calendar does not know its holidays", function()
    local row = report({ ["fake/raw 1d SPY"] = { spans = { { "2024-01-01", "2024-03-16" } },
      bars = { time "2024-01-02" } } }, { to = "2024-01-03" }, { calendar = "weekdays" })[1]
    assert.equal("the provider has none, perhaps a holiday", row.missing[1].reason)
  end)

  it("counts sessions without any bar within the day", function()
    local fields = { timeframes = { "1m" }, from = "2024-03-11" }
    local row = report({ ["fake/raw 1m SPY"] = {
      spans = { { "2024-03-11 05:30", "2024-03-14 20:00" } },
      bars = { time "2024-03-11 13:30", time "2024-03-11 19:00", time "2024-03-13 12:00" } } },
      fields)[1]
    assert.equal(5, row.expected)
    assert.same({ "2024-03-12..2024-03-12 1 empty", "2024-03-14..2024-03-14 1 empty",
      "2024-03-15..2024-03-15 1 not_fetched" }, gaps(row))
    assert.equal(2, row.behind)
    -- A session that is not over is not expected.
    row = report({}, fields, nil, time "2024-03-15 19:59")[1]
    assert.equal(4, row.expected)
  end)

  it("says of what cannot be read that it cannot", function()
    local snapshot = planned.snapshot { ["fake/raw 1d SPY"] = { bars = { time "2024-01-02" } } }
    function snapshot.presence() failure.fail("DATA", "SPY: a chunk is damaged") end
    local row = sessions.report(planned.plan(), snapshot, NOW)[1]
    assert.equal("SPY: a chunk is damaged", row.fault)
    assert.same({}, row.missing)
  end)

  it("agrees with the planner", function()
    local plan = planned.plan()
    local contents = { ["fake/raw 1d SPY"] = { spans = { { "2024-01-02", "2024-03-01" } },
      bars = planned.days("2024-01-02", "2024-02-29") } }
    local gap = sessions.report(plan, planned.snapshot(contents), NOW)[1].missing[1]
    local span = jobs_of.make(plan, planned.snapshot(contents), NOW).series[1].missing[1]
    assert.equal(gap.first, dates.format(span[1]))
    assert.equal(gap.last, dates.format(span[2] - dates.DAY))
  end)
end)

describe("how far a series is behind", function()
  local us = calendar_of.of "us"

  local function behind(timeframe, last, now)
    return sessions.behind({ timeframe = timeframe, last = time(last) }, us, time(now))
  end

  it("is the number of sessions that have ended since its last bar", function()
    assert.equal(0, behind("1d", "2024-03-15", "2024-03-17 12:00"))
    assert.equal(0, behind("1d", "2024-03-15", "2024-03-18 19:59"))
    assert.equal(1, behind("1d", "2024-03-15", "2024-03-18 20:00"))
    assert.equal(2, behind("1d", "2024-01-11", "2024-01-16 21:00")) -- a holiday between
    assert.equal(0, behind("1m", "2024-03-15 19:59", "2024-03-18 19:59"))
    assert.equal(1, behind("1m", "2024-03-14 23:59", "2024-03-15 20:00"))
    assert.equal(1, behind("1m", "2024-01-12 00:59", "2024-01-12 21:00")) -- after hours of the 11th
  end)
end)

describe("a store on disk", function()
  local helper = require "spec.helper"
  local store_of = require "banyan.store"

  it("is read for sessions and coverage", function()
    local folder = helper.scratch()
    local csv = { "date,open,high,low,close,volume" }
    for _, day in ipairs(planned.days("2024-01-02", "2024-03-14")) do
      if day ~= time "2024-02-01" then
        csv[#csv + 1] = dates.format(day) .. ",1,1,1,1,1"
      end
    end
    helper.write(folder .. "/SPY.csv", table.concat(csv, "\n") .. "\n")
    local data = folder .. "/data"
    local _, err, code = helper.run { "data", "import", folder .. "/SPY.csv", "--data", data }
    assert.equal(0, code, err)
    local plan = planned.plan({ adjustment = "all", symbols = { "SPY", "TLT" } }, { name = "csv" })
    local store = store_of.open(data, "read")
    local snapshot = store:snapshot()
    local rows = sessions.report(plan, snapshot, NOW)
    local coverage = snapshot:coverage("csv/all", "1d", "SPY")
    local work = jobs_of.make(plan, store, NOW)
    store:close()
    assert.same({ spans = {}, stale = false, refusals = {}, fetched = 0 }, coverage)
    assert.equal(50, rows[1].present)
    assert.same({ "2024-02-01..2024-02-01 1 not_fetched", "2024-03-15..2024-03-15 1 not_fetched" },
      gaps(rows[1]))
    assert.equal(0, rows[2].present)
    assert.equal(2, #work.jobs) -- files that were imported prove nothing of the provider
  end)
end)
