-- SPDX-License-Identifier: MIT
-- The clock is set while the loader waits, or the machine sleeps.
local clock = require "banyan.clock"
local driver = require "banyan.backfill.driver"
local hostile = require "spec.hostile"
local host = require "banyan.host"
local load = require "banyan.load"
local plan_of = require "banyan.backfill.plan"

local SPEED = 30

-- Runs a plan in this process; the clock jumps in the first wait that the user is told of.
local function run_with_jump(h, jump_s)
  local now, real, began, offset = clock.now, clock.real, host.now(), nil
  clock.now = function() return began + (host.now() - began) * SPEED + (offset or 0) end
  clock.real = function(seconds) return seconds / SPEED end
  local ok, summary = pcall(driver.run, plan_of.check(load.plan(h.plan)), {
    data = h.data,
    progress = function(state) offset = offset or state.note and jump_s end,
    stopping = function() return host.now() - began > 60 end,
  })
  clock.now, clock.real = now, real
  assert(ok, summary)
  assert.equal(jump_s, offset)
  return summary
end

describe("the clock", function()
  after_each(hostile.stop_all)

  -- The first answers open the breaker, so that something is waited for.
  local SERVE = "if (n < 6) json({}, 503); else json({ bars: bars() });"

  it("may be set back in a wait", function()
    local summary = run_with_jump(hostile.new { speed = 1, serve = SERVE }, -86400)
    assert.is_nil(summary.stopped)
    assert.equal(0, summary.failed)
    assert.equal(23, summary.added)
  end)

  it("may have gone on while the machine slept", function()
    local summary = run_with_jump(hostile.new { speed = 1, serve = SERVE }, 86400)
    assert.equal(0, summary.failed)
    assert.equal(23, summary.added)
  end)
end)
