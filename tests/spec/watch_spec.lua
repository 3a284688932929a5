-- SPDX-License-Identifier: MIT
-- When a plan is run again, on a clock that the spec turns.
local clock = require "banyan.clock"
local dates = require "banyan.dates"
local watch = require "banyan.backfill.watch"

local HOUR = 3600

local function at(text)
  local day, hour, minute, second = text:match "^(%S+) (%d+):(%d+):?(%d*)$"
  return dates.parse(day) + hour * HOUR + minute * 60 + (tonumber(second) or 0)
end

local function plan_with(fields)
  fields.provider = fields.provider or { calendar = "us", delay_s = 960, settle_s = { ["1d"] = 4 * HOUR } }
  fields.symbols = fields.symbols or { "SPY" }
  fields.timeframes = fields.timeframes or { "1d" }
  return fields
end

describe("the next bars of a plan", function()
  local function due(plan, now) return watch.next_due(plan_with(plan), at(now)) end

  it("are there when a session has closed and is settled", function()
    -- New York closes at 21:00 UTC in winter and at 20:00 in summer.
    assert.equal(at "2026-03-07 01:00", due({}, "2026-03-06 20:00"))
    assert.equal(at "2026-03-07 01:00", due({}, "2026-03-07 00:30"))
    assert.equal(at "2026-03-10 00:00", due({}, "2026-03-07 01:00"))
    assert.equal(at "2026-03-10 00:00", due({}, "2026-03-08 12:00"))
    -- Good Friday, and the half day before Christmas.
    assert.equal(at "2026-04-07 00:00", due({}, "2026-04-03 10:00"))
    assert.equal(at "2026-12-24 22:00", due({}, "2026-12-24 10:00"))
  end)

  it("wait for what the vendor holds back", function()
    local provider = { calendar = "us", delay_s = 960 }
    assert.equal(at "2026-03-06 21:16", due({ provider = provider }, "2026-03-06 20:00"))
    assert.equal(at "2026-03-06 21:01", due({ provider = { calendar = "us" } }, "2026-03-06 20:00"))
  end)

  it("are those of the calendar that closes first", function()
    local provider = { calendar = function(symbol) return symbol == "BTC/USD" and "always" or "us" end }
    local plan = { provider = provider, symbols = { "BTC/USD", "QQQ", "SPY" } }
    assert.equal(at "2026-03-06 21:01", due(plan, "2026-03-06 20:00"))
    assert.equal(at "2026-03-07 00:01", due(plan, "2026-03-06 22:00"))
    assert.equal(at "2026-03-08 00:01", due(plan, "2026-03-07 10:00"))
  end)

  it("come bar by bar within the day", function()
    local plan = { provider = { calendar = "us" }, timeframes = { "1d", "5m" } }
    assert.equal(at "2026-03-06 15:06", due(plan, "2026-03-06 15:03"))
    assert.equal(at "2026-03-06 15:06", due(plan, "2026-03-06 15:04:59"))
    assert.equal(at "2026-03-06 15:11", due(plan, "2026-03-06 15:06"))
    plan.timeframes = { "1h" }
    plan.provider.grid_offset_s = 1800
    assert.equal(at "2026-03-06 15:31", due(plan, "2026-03-06 15:03"))
  end)

  it("are not asked for more than once a minute", function()
    local plan = { provider = { calendar = "always", settle_s = { ["1m"] = 1 } }, timeframes = { "1m" } }
    assert.equal(at "2026-03-06 15:04:50", due(plan, "2026-03-06 15:03:50"))
  end)

  it("are not asked for over the weekend", function()
    local plan = { provider = { calendar = "us" }, timeframes = { "1m" } }
    -- Bars from before the opening (13:30 on Monday, in summer time) come first.
    assert.equal(at "2026-03-09 07:32", due(plan, "2026-03-07 12:00"))
    assert.equal(at "2026-03-07 01:31", due(plan, "2026-03-07 01:30"))
    assert.equal("2026-03-09", dates.format(due(plan, "2026-03-07 02:05")))
  end)
end)

describe("a plan with an end", function()
  it("is over when its last session is settled", function()
    local plan = plan_with { to = "2026-03-06" }
    assert.is_false(watch.is_over(plan, at "2026-03-07 00:30"))
    assert.is_true(watch.is_over(plan, at "2026-03-08 05:00"))
    assert.is_false(watch.is_over(plan_with {}, at "2036-03-07 00:30"))
  end)
end)

describe("watching", function()
  local now, real_clock

  before_each(function()
    real_clock = { now = clock.now, real = clock.real }
    now = at "2026-03-06 20:00"
    clock.now = function() return now end
    clock.real = function(seconds) return seconds / 60 end
  end)

  after_each(function() clock.now, clock.real = real_clock.now, real_clock.real end)

  -- Runs `rounds` (what each says) and tells when each began and what was waited for.
  local function run(plan, rounds, random)
    local began, dues, naps, stopped = {}, {}, {}, false
    watch.run(plan_with(plan), {
      round = function()
        began[#began + 1] = now
        now = now + 10
        local ok = rounds[#began]
        stopped = #began == #rounds
        return ok
      end,
      waits = function(due) dues[#dues + 1] = due end,
      stopping = function() return stopped end,
      sleep = function(seconds)
        naps[#naps + 1] = seconds
        now = now + seconds * 60
      end,
      random = function() return random or 0 end,
    })
    return began, dues, naps
  end

  it("runs a round after each session", function()
    local began, dues = run({}, { true, true, true })
    assert.same({ at "2026-03-06 20:00", at "2026-03-07 01:00", at "2026-03-10 00:00" }, began)
    assert.same({ at "2026-03-07 01:00", at "2026-03-10 00:00" }, dues)
  end)

  it("tries again after a failure, ever more seldom, and starts over after a success", function()
    local began = run({}, { false, false, false, false, false, false, false, true, true })
    local waited = {}
    for i = 2, #began do waited[i - 1] = began[i] - began[i - 1] - 10 end
    assert.same({ 60, 120, 240, 480, 900, 900, 900 }, { unpack(waited, 1, 7) })
    assert.equal(at "2026-03-07 01:00", began[9])
    began = run({}, { false, true, false, false })
    assert.equal(60, began[4] - began[3] - 10)
  end)

  it("does not come with everyone else", function()
    local began = run({}, { true, true }, 1)
    assert.equal(at "2026-03-07 01:01", began[2])
    began = run({}, { false, false }, 0.5)
    assert.equal(61.5, began[2] - began[1] - 10)
  end)

  it("naps, and stops when it is told", function()
    local _, _, naps = run({}, { true, true })
    assert.is_true(#naps > 100)
    for _, nap in ipairs(naps) do assert.is_true(nap > 0 and nap <= 1) end
    local began, dues = run({}, { true })
    assert.same({ 1, 0 }, { #began, #dues })
  end)

  it("ends with the plan", function()
    local began = run({ to = "2020-01-02" }, { false, true, true })
    assert.equal(2, #began)
  end)
end)
