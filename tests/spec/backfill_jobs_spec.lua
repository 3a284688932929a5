-- SPDX-License-Identifier: MIT
local dates = require "banyan.dates"
local jobs_of = require "banyan.backfill.jobs"
local planned = require "spec.planned"
local planned_jobs = require "spec.planned_jobs"

local time = planned.time
local NOW, make, spans = planned_jobs.NOW, planned_jobs.make, planned_jobs.spans

describe("jobs", function()
  it("put symbols of 5 years of days into pages that are nearly all full", function()
    local work = make({ symbols = planned.symbols(1000), from = "2019-01-02", to = "2023-12-29" },
      { batch = { symbols = 1000, url_bytes = 6000 } })
    assert.is_true(#work.jobs <= 3, #work.jobs)
    assert.is_true(work.estimate.requests <= 129, work.estimate.requests)
    assert.equal(1258 * 1000, work.estimate.bars)
    assert.is_true(work.estimate.seconds < 45, work.estimate.seconds)
    local seen = 0
    for _, job in ipairs(work.jobs) do
      assert.equal("symbols", job.mode)
      seen = seen + #job.symbols
    end
    assert.equal(1000, seen)
    assert.equal(1000, #work.series)
  end)

  it("keep the limits of a request", function()
    local symbols = planned.symbols(95)
    local few = make({ symbols = symbols, from = "2024-03-11" }, { batch = { symbols = 10 } })
    assert.equal(10, #few.jobs)
    for _, job in ipairs(few.jobs) do assert.is_true(#job.symbols <= 10) end
    -- Five letters and a comma each, of which the last needs none.
    local short = make({ symbols = symbols, from = "2024-03-11" },
      { batch = { symbols = 1000, url_bytes = 287 } })
    assert.equal(2, #short.jobs)
    for _, job in ipairs(short.jobs) do
      assert.is_true(#table.concat(job.symbols, ",") <= 287)
    end
    local vendor = make({ symbols = symbols, from = "2024-03-11" },
      { batch = { symbols = 1000, url_bytes = 569 },
        symbol = function(symbol) return symbol .. ".MARK" end })
    assert.equal(2, #vendor.jobs)
  end)

  it("ask for one symbol each where the provider takes no more", function()
    local work = make({ symbols = { "AAA", "BBB" }, from = "2024-03-11" })
    assert.equal(2, #work.jobs)
    assert.equal("symbol", work.jobs[1].mode)
    assert.same({ "2024-03-11..2024-03-16", "2024-03-11..2024-03-16" }, spans(work))
    assert.equal(2, work.estimate.requests)
  end)

  it("never mix groups of symbols, and know the calendar of each", function()
    local function is_crypto(symbol) return symbol:find "/" ~= nil end
    local work = make({ symbols = { "BTC/USD", "ETH/USD", "SPY", "TLT" }, from = "2024-03-14" }, {
      batch = { symbols = 100 },
      calendar = function(symbol) return is_crypto(symbol) and "always" or "us" end,
      group = function(symbol) return is_crypto(symbol) and "crypto" or "stocks" end,
    })
    assert.same({ "BTC/USD,ETH/USD 2024-03-14..2024-03-16", "SPY,TLT 2024-03-14..2024-03-16" },
      spans(work))
  end)

  it("ask for symbols that miss nearly the same together when that costs less", function()
    local contents = {}
    for i, symbol in ipairs(planned.symbols(100)) do
      local end_ = "2024-03-0" .. i % 4 + 4
      contents["fake/raw 1d " .. symbol] = { spans = { { "2024-01-02", end_ } } }
    end
    local work = make({ symbols = planned.symbols(100) }, { batch = { symbols = 100 } }, contents)
    assert.equal(1, #work.jobs)
    assert.equal(100, #work.jobs[1].symbols)
    assert.equal(time "2024-03-04", work.jobs[1].first)
    -- One that is new has its pages for itself.
    local fields = { symbols = planned.symbols(100), from = "1990-01-02" }
    for i = 1, 99 do
      contents["fake/raw 1d " .. planned.symbols(100)[i]] =
        { spans = { { "1990-01-02", "2024-03-14" } } }
    end
    contents["fake/raw 1d S0100"] = nil
    work = make(fields, { batch = { symbols = 100 } }, contents)
    assert.equal(2, #work.jobs)
    assert.same({ 1, 99 }, { #work.jobs[1].symbols, #work.jobs[2].symbols })
  end)

  it("fill a hole and the end with one request where a page has room for both", function()
    local contents = { ["fake/raw 1d SPY"] = { spans = { { "2024-01-02", "2024-02-01" },
      { "2024-02-08", "2024-03-14" } } } }
    assert.same({ "2024-02-01..2024-03-16" }, spans(make(nil, nil, contents)))
    -- Each is a page of its own here.
    assert.same({ "2024-02-01..2024-02-08", "2024-03-14..2024-03-16" },
      spans(make(nil, { rows = 5 }, contents)))
  end)

  it("cut what is long, between sessions, so that no job has more than 200 pages", function()
    local work = make({ timeframes = { "1m" }, from = "2019-01-02", to = "2023-12-29",
      concurrency = 4 }, { rows = 1000 })
    assert.equal(10, #work.jobs)
    local at
    for _, job in ipairs(work.jobs) do
      assert.is_true(job.pages <= 60)
      assert.equal(at or job.first, job.first)
      at = job.end_
    end
    work = make({ timeframes = { "1m" }, symbols = planned.symbols(200), from = "2019-01-02",
      to = "2023-12-29", concurrency = 8 }, { batch = { symbols = 1000 } })
    local pages = 0
    for _, job in ipairs(work.jobs) do
      assert.is_true(job.pages <= 200)
      pages = pages + job.pages
    end
    assert.equal(50, #work.jobs)
    assert.is_true(pages <= 200 * 490242 / 10000 + 50)
  end)

  it("give providers without pages no more than they answer at once", function()
    local work = make({ from = "2019-01-02", to = "2023-12-29" }, { paging = false, rows = 500 })
    assert.equal(3, #work.jobs)
    for _, job in ipairs(work.jobs) do assert.is_true(job.bars <= 500) end
  end)

  it("ask for whole files as they are", function()
    local whole = { whole_series = true, paging = false, rows = 10 }
    local contents = { ["fake/raw 1d SPY"] = { spans = { { "2024-02-01", "2024-03-14" } } } }
    assert.same({ "2024-01-02..2024-03-16 probe" }, spans(make(nil, whole, contents)))
  end)

  it("of providers that ask no server cost no request", function()
    local work = make({ symbols = planned.symbols(100) }, { bars = function() end, request = false,
      decode = false, rows = false, paging = false, limits = false, base_url = false,
      batch = { symbols = 60 } })
    assert.equal(0, work.estimate.requests)
    assert.equal(0, work.estimate.seconds)
    assert.equal(2, #work.jobs)
  end)

  it("hold plans of ten thousand symbols of minutes", function()
    collectgarbage()
    local before = collectgarbage "count"
    local work = make({ timeframes = { "1m" }, symbols = planned.symbols(9999),
      from = "2019-01-02", to = "2023-12-29" }, { batch = { symbols = 1000, url_bytes = 6000 } })
    collectgarbage()
    assert.is_true(collectgarbage "count" - before < 20 * 1024, collectgarbage "count" - before)
    assert.equal(2500, #work.jobs)
  end)
end)

describe("jobs by date", function()
  local BY_DATE = { by_date = { timeframes = { "1d" } } }

  it("are chosen when they cost less", function()
    local work = make({ symbols = planned.symbols(100), from = "2024-03-11" }, BY_DATE)
    assert.equal(5, #work.jobs)
    for i, job in ipairs(work.jobs) do
      assert.equal("date", job.mode)
      assert.equal(work.jobs[1].symbols, job.symbols)
      assert.equal(dates.format(time "2024-03-10" + i * dates.DAY), dates.format(job.first))
    end
    assert.equal(5, work.estimate.requests)
    work = make({ symbols = planned.symbols(4), from = "2024-03-11" }, BY_DATE)
    assert.equal("symbol", work.jobs[1].mode)
    assert.equal(4, #work.jobs)
  end)

  it("leave no holes at weekends", function()
    local work = make({ symbols = planned.symbols(100), from = "2024-03-07", to = "2024-03-12" },
      BY_DATE)
    assert.equal(time "2024-03-11", work.jobs[2].end_)
    assert.equal(time "2024-03-11", work.jobs[3].first)
    assert.equal(time "2024-03-13", work.jobs[4].end_)
  end)

  it("serve those that need the same days, and requests of their own the others", function()
    local contents = {}
    for _, symbol in ipairs(planned.symbols(50)) do
      contents["fake/raw 1d " .. symbol] = { spans = { { "2024-01-02", "2024-03-14" } } }
    end
    contents["fake/raw 1d S0007"] = nil
    local work = make({ symbols = planned.symbols(50) }, BY_DATE, contents)
    local modes = {}
    for _, job in ipairs(work.jobs) do
      modes[job.mode] = (modes[job.mode] or 0) + 1
      if job.mode == "date" then assert.equal(49, #job.symbols) end
    end
    assert.same({ date = 2, symbol = 1 }, modes)
  end)

  it("read one stored day again", function()
    local contents = {}
    for _, symbol in ipairs(planned.symbols(50)) do
      contents["fake/all 1d " .. symbol] = { spans = { { "2024-01-02", "2024-03-15" } },
        bars = planned.days("2024-01-02", "2024-03-14") }
    end
    local work = make({ symbols = planned.symbols(50), adjustment = "all" }, BY_DATE, contents)
    assert.equal(2, #work.jobs)
    assert.equal(time "2024-03-14", work.jobs[1].first)
    assert.is_true(work.jobs[1].probe)
  end)

  it("are for the groups of symbols that the provider says", function()
    local work = make({ symbols = planned.symbols(100), from = "2024-03-14" }, {
      by_date = { timeframes = { "1d" }, groups = { "odd" } },
      group = function(symbol) return symbol:find "[13579]$" and "odd" or "even" end,
    })
    local modes = {}
    for _, job in ipairs(work.jobs) do modes[job.mode] = (modes[job.mode] or 0) + 1 end
    assert.same({ date = 2, symbol = 50 }, modes)
  end)
end)

describe("series whose history was adjusted anew", function()
  local function contents(shadow)
    return { ["fake/all 1d SPY"] = { spans = { { "2023-06-01", "2024-03-14" } }, stale = true,
      bars = planned.days("2023-06-01", "2024-03-13") }, ["fake/all~ 1d SPY"] = shadow }
  end

  it("are fetched into their shadow, with all that was there", function()
    local work = make({ adjustment = "all" }, nil, contents())
    assert.same({ "2023-06-01..2024-03-16" }, spans(work))
    assert.same({ SPY = true }, work.jobs[1].shadow)
    assert.is_false(work.series[1].complete)
    assert.is_true(work.series[1].stale)
    assert.is_nil(work.series[1].drop_shadow)
  end)

  it("go on where they were left, and read the last days again", function()
    local work = make({ adjustment = "all" }, nil,
      contents { spans = { { "2023-06-01", "2024-03-09" } } })
    assert.same({ "2024-03-04..2024-03-16 probe" }, spans(work))
  end)

  it("wait for adoption when all is there", function()
    local work = make({ adjustment = "all" }, nil,
      contents { spans = { { "2023-06-01", "2024-03-16" } } })
    assert.same({}, work.jobs)
    assert.is_true(work.series[1].stale)
    assert.is_true(work.series[1].complete)
  end)

  it("begin anew when their shadow is stale as well", function()
    local work = make({ adjustment = "all" }, nil,
      contents { spans = { { "2023-06-01", "2024-03-09" } }, stale = true })
    assert.same({ "2023-06-01..2024-03-16" }, spans(work))
    assert.is_true(work.series[1].drop_shadow)
  end)

  it("are planned one by one, too", function()
    local plan = planned.plan { adjustment = "all", symbols = { "QQQ", "SPY" } }
    local jobs = jobs_of.shadow(plan, planned.snapshot(contents()), "SPY", "1d", NOW)
    assert.same({ "2023-06-01..2024-03-16" }, spans(jobs))
    assert.same({ SPY = true }, jobs[1].shadow)
  end)
end)

describe("whatever was asked for before", function()
  local random = require("banyan.random").stream "planner"
  local spans_of = require "banyan.backfill.spans"
  local FIRST, LAST = time "2024-01-02", time "2024-03-16"

  local function whole(low, high)
    return low + math.floor(random:uniform() * (high - low + 1))
  end

  local function random_contents(dataset, timeframe, symbols, step)
    local contents = {}
    for _, symbol in ipairs(symbols) do
      local asked, at = {}, FIRST + whole(-30, 30) * step
      for i = 1, whole(0, 3) do
        asked[i] = { at, at + whole(1, 25) * step }
        at = asked[i][2] + whole(1, 12) * step
      end
      contents[("%s %s %s"):format(dataset, timeframe, symbol)] = { spans = asked,
        bars = asked[1] and whole(0, 1) == 1 and { asked[1][1], asked[1][2] - step } or {},
        stale = whole(0, 5) == 0 }
    end
    return contents
  end

  -- What the jobs are for becomes coverage; shadows that are complete take their place.
  local function carry_out(work, contents, plan)
    for _, job in ipairs(work.jobs) do
      assert.is_true(job.first < job.end_)
      for _, symbol in ipairs(job.symbols) do
        local dataset = plan.dataset .. (job.shadow and job.shadow[symbol] and "~" or "")
        local key = ("%s %s %s"):format(dataset, job.timeframe, symbol)
        contents[key] = contents[key] or {}
        contents[key].spans = spans_of.union(contents[key].spans or {}, { { job.first, job.end_ } })
      end
    end
  end

  local function adopt(work, contents)
    for _, row in ipairs(work.series) do
      if row.stale and row.complete then
        local key = ("%s %s"):format(row.timeframe, row.symbol)
        contents[row.dataset .. " " .. key] = contents[row.dataset .. "~ " .. key]
        contents[row.dataset .. "~ " .. key] = nil
      end
    end
  end

  local PROVIDERS = {
    {}, { rows = 7 }, { rows = 40, paging = false }, { batch = { symbols = 7 }, rows = 100 },
    { batch = { symbols = 100 }, rows = 30 }, { by_date = { timeframes = { "1d" } } },
    { by_date = { timeframes = { "1d" } }, batch = { symbols = 5 }, rows = 20 },
    { whole_series = true, rows = 9, paging = false }, { calendar = "always", rows = 50 },
    { calendar = "forex" }, { calendar = "nepse", grid_offset_s = 900, batch = { symbols = 9 } },
  }

  it("jobs ask for all that is missing, and then nothing is", function()
    for round = 1, 132 do
      local fields = PROVIDERS[round % #PROVIDERS + 1]
      local timeframe = round % 2 == 0 and "1m" or "1d"
      local symbols = planned.symbols(whole(1, 25))
      local plan = planned.plan({ symbols = symbols, timeframes = { timeframe },
        adjustment = round % 3 == 0 and "raw" or "all" }, fields)
      local contents = random_contents(plan.dataset, timeframe, symbols,
        timeframe == "1d" and dates.DAY or 3600)
      local snapshot = planned.snapshot(contents)
      carry_out(jobs_of.make(plan, snapshot, NOW), contents, plan)
      adopt(jobs_of.make(plan, snapshot, NOW), contents)
      local work = jobs_of.make(plan, snapshot, NOW)
      assert.same({}, spans(work), "round " .. round)
      for _, row in ipairs(work.series) do
        assert.is_true(row.complete)
        local covered = snapshot:coverage(plan.dataset, timeframe, row.symbol).spans
        for _, left in ipairs(spans_of.subtract({ row.wanted }, covered)) do
          -- What is left are weekends and holidays.
          assert.is_true(left[2] - left[1] <= 5 * dates.DAY, planned.text(left[1], left[2]))
        end
        assert.is_true(row.wanted[2] <= LAST + dates.DAY)
      end
    end
  end)

  it("halves of jobs are for the same", function()
    for _, fields in ipairs(PROVIDERS) do
      local work = make({ symbols = planned.symbols(3), timeframes = { "1d", "1m" } }, fields)
      for _, job in ipairs(work.jobs) do
        local first, second = jobs_of.split(job)
        if first and #job.symbols == 1 then
          assert.same({ job.first, job.end_, first.end_ }, { first.first, second.end_, second.first })
        elseif first then
          assert.equal(#job.symbols, #first.symbols + #second.symbols)
        end
      end
    end
  end)
end)

describe("splitting a job", function()
  it("halves its symbols", function()
    local job = make({ symbols = { "A", "B", "C" } }, { batch = { symbols = 10 } }).jobs[1]
    local first, second = jobs_of.split(job)
    assert.same({ "A 2024-01-02..2024-03-16", "B,C 2024-01-02..2024-03-16" },
      { "A " .. spans { first }[1], spans { second }[1] })
  end)

  it("halves its sessions when it has one symbol, as long as there are two", function()
    local job = make({ from = "2024-03-13" }).jobs[1]
    local first, second = jobs_of.split(job)
    assert.same({ "2024-03-13..2024-03-14", "2024-03-14..2024-03-16" }, spans { first, second })
    assert.is_nil(jobs_of.split(first))
    local minutes = make({ from = "2024-03-13", timeframes = { "1m" } }).jobs[1]
    first, second = jobs_of.split(minutes)
    assert.same({ "2024-03-13 05:30..2024-03-14 05:30", "2024-03-14 05:30..2024-03-16 05:30" },
      spans { first, second })
  end)

  it("leaves days of all symbols alone", function()
    local work = make({ symbols = planned.symbols(9), from = "2024-03-14" },
      { by_date = { timeframes = { "1d" } } })
    assert.is_nil(jobs_of.split(work.jobs[1]))
  end)
end)

describe("the estimate", function()
  it("knows the slowest of several limits", function()
    local function seconds(limits, count)
      return make({ symbols = planned.symbols(count), from = "2024-03-11" },
        { limits = limits }).estimate.seconds
    end
    assert.is_true(seconds({ per_minute = 5 }, 5) < 5)
    assert.is_true(math.abs(seconds({ per_minute = 5 }, 12) - 120) < 5)
    assert.is_true(math.abs(seconds({ per_minute = 200, per_hour = 50 }, 101) - 7200) < 5)
    assert.is_true(math.abs(seconds({ per_minute = 60 }, 98) - 100) < 5)
  end)

  it("weighs requests where limits do", function()
    local estimate = make({ symbols = planned.symbols(100), from = "2024-03-11" }, {
      limits = { weight_per_minute = 60 },
      request = function(job) return { path = "/" .. job.symbol, weight = 4 } end,
    }).estimate
    assert.is_true(math.abs(estimate.seconds - 400 / 0.95) < 10, estimate.seconds)
  end)

  it("is told by timeframe, too", function()
    local estimate = make({ timeframes = { "1d", "1m" }, from = "2024-03-11" }).estimate
    assert.equal(5, estimate.timeframes["1d"].bars)
    assert.equal(5 * 390, estimate.timeframes["1m"].bars)
    assert.equal(5 * 391, estimate.bars)
    assert.equal(2, estimate.requests)
    assert.is_true(estimate.bytes > 5 * 391 * 100)
  end)
end)
