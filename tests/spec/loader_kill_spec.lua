-- SPDX-License-Identifier: MIT
-- The loader killed at any moment, and stopped by Ctrl-C: started again it ends with the same store.
local helper = require "spec.helper"
local loader = require "spec.loader"

local START = "2024-03-05T22:00:00"
local SYMBOLS = loader.symbols(40)
local FROM, TO = "2021-03-01", "2024-02-29"
local PLAN = { provider = "alpaca", symbols = SYMBOLS, timeframes = { "1d" }, from = FROM, to = TO,
  limits = { per_minute = 60000 } }
local KILLS = helper.sanitized and 6 or 100
local LONGEST_MS = helper.sanitized and 3000 or 150

describe("a loader", function()
  after_each(loader.stop_all)

  it("killed at random moments ends with the same store", function()
    local server = loader.start { clock = { start = START, speed = 40 }, seed = 11, latency_s = 0.2,
      alpaca = { page_rows = 200 }, faults = { alpaca = { cut = 0.03 } } }
    math.randomseed(20240305)
    local whole = loader.new(server, PLAN)
    whole:complete()
    whole:has_exactly(SYMBOLS, FROM, TO)
    local wanted, covered = whole:export(), whole:coverage()
    local loading, kills = nil, 0
    while kills < KILLS do
      -- A store of its own for each time that it got to its end.
      if not loading then loading = loader.new(server, PLAN) end
      local _, err, code = helper.shell(("timeout -s KILL %.3f %s"):format(
        (40 + math.random() * LONGEST_MS) / 1000, loading:command()))
      if code == 137 then
        kills = kills + 1
      else
        assert.equal(0, code, err)
        loader.same_files(wanted, loading:export())
        assert.equal(covered, loading:coverage())
        loading = nil
      end
    end
    if loading then
      loading:complete()
      loader.same_files(wanted, loading:export())
      assert.equal(covered, loading:coverage())
      local _, err, code = helper.run { "data", "check", env = loading.env }
      assert.equal(0, code, err)
    end
  end)

  it("stopped by Ctrl-C says how to go on, and goes on", function()
    if helper.signals_wait then pending "signals wait under the thread sanitizer" return end
    local server = loader.start { clock = { start = START, speed = 2 }, latency_s = 0.2,
      alpaca = { page_rows = 100 } }
    local loading = loader.new(server, PLAN)
    local _, err, code = helper.shell("timeout --foreground --preserve-status -s INT 2 " .. loading:command())
    assert.equal(130, code, err)
    assert.is_truthy(err:find "again" or err:find "go on" or err:find "resume", err)
    local before = server:count "alpaca"
    server:change { latency_s = 0 }
    loading:complete()
    loading:has_exactly(SYMBOLS, FROM, TO)
    -- What was had before is not asked for again.
    local count = server:count "alpaca"
    local pages = math.ceil(40 * 754 / 100)
    assert.is_true(before.requests > 2)
    assert.is_true(count.requests <= pages + 45, count.requests .. " requests")
  end)
end)
