-- SPDX-License-Identifier: MIT
local planned = require "spec.planned"
local planned_jobs = require "spec.planned_jobs"

local time = planned.time
local make, spans, missing = planned_jobs.make, planned_jobs.spans, planned_jobs.missing

describe("what is missing", function()
  local function one(covered, fields, now)
    fields = fields or {}
    return make(fields, nil, { ["fake/raw 1d SPY"] = { spans = covered } }, now).series[1]
  end

  it("is all that is finished when nothing was asked for", function()
    assert.same({ "2024-01-02..2024-03-16" }, missing(one {}))
    assert.same({ "2024-01-02..2024-03-16" }, missing(make().series[1]))
  end)

  it("goes from session to session", function()
    -- New Year and the weekend before it; Martin Luther King's day
    assert.same({ "2024-01-02..2024-01-13" },
      missing(one({}, { from = "2023-12-30", to = "2024-01-15" })))
  end)

  it("has holes and what lies before", function()
    assert.same({ "2024-01-02..2024-01-05", "2024-02-01..2024-02-08", "2024-03-14..2024-03-16" },
      missing(one { { "2024-01-05", "2024-02-01" }, { "2024-02-08", "2024-03-14" } }))
  end)

  it("leaves out weekends and holidays", function()
    local row = one { { "2024-01-02", "2024-01-13" }, { "2024-01-16", "2024-03-16" } }
    assert.same({}, row.missing)
    assert.is_true(row.complete)
    assert.is_true(one({ { "2024-01-02", "2024-03-16" } }, nil, time "2024-03-18 12:00").complete)
  end)

  it("reaches over weekends to what is covered", function()
    assert.same({ "2024-03-09..2024-03-16" }, missing(one { { "2024-01-02", "2024-03-09" } }))
    assert.same({ "2024-01-02..2024-02-20" }, missing(one { { "2024-02-20", "2024-03-16" } }))
  end)

  it("begins with what the provider has", function()
    local work = make({ from = "2010-01-04" }, { earliest = "2024-02-01" })
    assert.same({ "2024-02-01..2024-03-16" }, missing(work.series[1]))
  end)

  it("ends with the last day that is final", function()
    local function last(now, provider)
      return missing(make({ from = "2024-03-14" }, provider, nil, time(now)).series[1])
    end
    -- closes at 20:00 UTC, as daylight saving time has begun
    assert.same({ "2024-03-14..2024-03-15" }, last "2024-03-15 20:00")
    assert.same({ "2024-03-14..2024-03-16" }, last "2024-03-15 20:01")
    local settling = { settle_s = { ["1d"] = 4 * 3600 } }
    assert.same({ "2024-03-14..2024-03-15" }, last("2024-03-15 23:59", settling))
    assert.same({ "2024-03-14..2024-03-16" }, last("2024-03-16 00:00", settling))
    local late = { delay_s = 900 }
    assert.same({ "2024-03-14..2024-03-15" }, last("2024-03-15 20:14", late))
    assert.same({}, last("2024-03-14 20:14", late))
  end)

  it("within the day ends with the last bar that is final", function()
    local function last(now, provider)
      return missing(make({ timeframes = { "1m" }, from = "2024-03-15" }, provider, nil,
        time(now)).series[1])
    end
    assert.same({ "2024-03-15 05:30..2024-03-15 15:00" }, last "2024-03-15 15:01")
    assert.same({ "2024-03-15 05:30..2024-03-15 14:46" },
      last("2024-03-15 15:01", { delay_s = 900 }))
    assert.same({ "2024-03-15 05:30..2024-03-16 05:30" }, last "2024-03-17 15:00")
    assert.same({}, last "2024-03-15 05:30")
  end)

  it("within the day leaves out nights at weekends", function()
    local work = make({ timeframes = { "1m" }, from = "2024-03-07" }, nil,
      { ["fake/raw 1m SPY"] = { spans = { { "2024-03-07 06:30", "2024-03-09 06:30" } } } })
    assert.same({ "2024-03-09 06:30..2024-03-16 05:30" }, missing(work.series[1]))
    work = make({ timeframes = { "1m" }, from = "2024-03-07", to = "2024-03-10" }, nil,
      { ["fake/raw 1m SPY"] = { spans = { { "2024-03-07 06:30", "2024-03-09 06:30" } } } })
    assert.is_true(work.series[1].complete)
  end)

  it("knows the days of those that never rest", function()
    local row = make({ from = "2024-03-09" }, { calendar = "always" }).series[1]
    assert.same({ "2024-03-09..2024-03-16" }, missing(row))
    row = make({ from = "2024-03-16", timeframes = { "1m" } }, { calendar = "always" }).series[1]
    assert.same({ "2024-03-16..2024-03-16 11:59" }, missing(row))
  end)
end)

describe("a probe", function()
  local function one(adjustment, covered, bars, fields)
    local all = { adjustment = adjustment }
    for key, value in pairs(fields or {}) do all[key] = value end
    return spans(make(all, nil, { [("fake/%s %s SPY"):format(adjustment,
      fields and fields.timeframes[1] or "1d")] = { spans = covered, bars = bars } }))
  end

  it("reads five stored days again, of raw prices one", function()
    local bars = planned.days("2024-01-02", "2024-03-08")
    local covered = { { "2024-01-02", "2024-03-09" } }
    assert.same({ "2024-03-04..2024-03-16 probe" }, one("all", covered, bars))
    assert.same({ "2024-03-08..2024-03-16 probe" }, one("raw", covered, bars))
  end)

  it("reads stored days behind again", function()
    local bars = planned.days("2024-02-20", "2024-03-15")
    assert.same({ "2024-01-02..2024-02-27 probe" },
      one("all", { { "2024-02-20", "2024-03-16" } }, bars))
  end)

  it("reads on both sides of a hole", function()
    local bars = planned.days("2024-01-02", "2024-03-15")
    assert.same({ "2024-01-25..2024-02-15 probe" },
      one("all", { { "2024-01-02", "2024-02-01" }, { "2024-02-08", "2024-03-16" } }, bars))
  end)

  it("reads no more than is stored", function()
    local covered = { { "2024-01-02", "2024-03-09" } }
    assert.same({ "2024-03-07..2024-03-16 probe" },
      one("all", covered, planned.days("2024-03-07", "2024-03-08")))
    assert.same({ "2024-03-09..2024-03-16" }, one("all", covered, {}))
    assert.same({ "2024-03-09..2024-03-16" },
      one("all", covered, planned.days("2024-01-02", "2024-01-31")))
    -- The series begins later than what is covered.
    assert.same({ "2024-01-02..2024-01-13" },
      one("all", { { "2024-01-13", "2024-03-16" } }, planned.days("2024-03-11", "2024-03-15")))
  end)

  it("reads the last bars within a day again, however long ago in the last sessions", function()
    local fields = { timeframes = { "1m" }, from = "2024-03-04" }
    local covered = { { "2024-03-04 06:30", "2024-03-14 17:00" } }
    assert.same({ "2024-03-14 16:55..2024-03-16 05:30 probe" },
      one("all", covered, { time "2024-03-04 14:30", time "2024-03-14 16:59" }, fields))
    assert.same({ "2024-03-12 14:26..2024-03-16 05:30 probe" },
      one("all", covered, { time "2024-03-04 14:30", time "2024-03-12 14:30" }, fields))
    assert.same({ "2024-03-14 17:00..2024-03-16 05:30" },
      one("all", covered, { time "2024-03-04 14:30" }, fields))
  end)
end)
